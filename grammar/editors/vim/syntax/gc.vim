" C and the words of .gc, coloured where they can be meant: select before a brace, range after := or =
if exists('b:current_syntax')
  finish
endif
runtime! syntax/c.vim
unlet! b:current_syntax

syn match gcStatement "\<go\>\ze\s*\(\h\|{\|(\*\)"
syn match gcStatement "\<defer\>\ze\s*\(\h\|{\|(\*\)"
syn match gcStatement "\<select\>\ze\s*{"
syn match gcStatement "\(:=\s*\|[^=!<>]=\s*\|(\s*\)\@<=\<range\>\ze\s*[^ )=,;<]"
syn match gcType "\<chan\>\ze\(\s*<-\)\?\s*\(\h\|(\)"
" `x :=` at the start of a line is no label
syn match gcName "^\s*\h\w*\(\s*,\s*\h\w*\)*\ze\s*:="
syn match gcArrow "<-"
syn match gcDefine ":="
syn match gcFunction "\<\(make\|len\|cap\|close\|panic\|panic_value\|recover\|recover_value\|retain\|release\)\>\ze\s*("

hi def link gcStatement Statement
hi def link gcType Type
hi def link gcArrow Operator
hi def link gcDefine Operator
hi def link gcFunction Function

let b:current_syntax = 'gc'
