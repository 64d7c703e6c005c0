" .gc is C: the same comments, includes and options; gocc compiles it
runtime! ftplugin/c.vim
setlocal commentstring=//\ %s
setlocal suffixesadd+=.gc
if !exists('current_compiler')
  compiler gc
endif
