" :make with gocc; its messages have gcc's form
if exists('current_compiler')
  finish
endif
let current_compiler = 'gc'
if filereadable('Makefile') || filereadable('makefile')
  CompilerSet makeprg=make
else
  CompilerSet makeprg=gocc\ -Wall\ -o\ %:r:S\ %:S
endif
CompilerSet errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m,%f:%l:%c:\ %tote:\ %m,%f:%l:%c:\ fatal\ %trror:\ %m,%-G%.%#
