" indents $INDENT, whose lines begin at the margin, into $OUT; run by `check`
set nocompatible nomore
let &runtimepath = $EDITORS . '/vim,' . $VIMRUNTIME
filetype plugin indent on
execute 'edit' $INDENT
setlocal shiftwidth=4 expandtab
normal! gg=G
call writefile(getline(1, '$'), $OUT)
quitall!
