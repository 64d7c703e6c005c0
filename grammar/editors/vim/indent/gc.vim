" C's indentation.  A case of a select is a label like that of a switch, and neither `case v := <-c:`
" nor `total := v;` has the label that 'cindent' sees there: what begins a statement is therefore
" placed by the brace around it, and only what continues one is left to 'cindent'.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal cinoptions+=:0,l1
setlocal indentexpr=GcIndent(v:lnum)
setlocal indentkeys=0{,0},0),0],:,0#,!^F,o,O,e
let b:undo_indent = 'setlocal cinoptions< indentexpr< indentkeys<'

if exists('*GcIndent')
  finish
endif

function s:InText(line, column) abort
  return synIDattr(synIDtrans(synID(a:line, a:column, 1)), 'name') =~? 'comment\|string\|constant\|character'
endfunction

" the line that begins the block around a:lnum; 0 outside of all
function s:BlockLine(lnum) abort
  call cursor(a:lnum, 1)
  let line = searchpair('{', '', '}', 'bnW', 's:InText(line("."), col("."))', max([1, a:lnum - 2000]))
  if line < 1
    return 0
  endif
  let head = matchstr(getline(line), '.*\ze{')
  if head =~ ')\s*$'
    call cursor(line, strridx(head, ')') + 1)
    let line = max([1, searchpair('(', '', ')', 'bnW')])
  endif
  return line
endfunction

" the last line before a:lnum that is neither empty nor a comment of its own
function s:LastLine(lnum) abort
  let line = prevnonblank(a:lnum - 1)
  while line > 0 && getline(line) =~# '^\s*\(//\|#\)'
    let line = prevnonblank(line - 1)
  endwhile
  return line
endfunction

function s:Code(line) abort
  return substitute(substitute(getline(a:line), '//.*$', '', ''), '/\*.\{-}\*/', '', 'g')
endfunction

let s:case = '^\s*\(case\>.*\|default\s*\):\s*$'

function GcIndent(lnum) abort
  let text = getline(a:lnum)
  let block = s:BlockLine(a:lnum)
  if !block || text =~# '^\s*\(#\|\*\|/\*\|else\>\|{\)' || s:InText(a:lnum, 1)
    return cindent(a:lnum)
  endif
  if text =~# '^\s*\(case\>\|default\s*:\|}\)'
    return indent(block)
  endif
  if text =~# '^\s*\h\w*\s*:\([^=:]\|$\)'
    return 0
  endif
  let last = s:LastLine(a:lnum)
  let before = s:Code(last)
  if last == block || before =~# '[;{}]\s*$' || before =~# s:case
    return indent(block) + shiftwidth()
  endif
  if before =~# '^\s*\(if\|for\|while\)\>.*)\s*$' || before =~# '^\s*}\?\s*\(else\|do\)\s*$'
    return indent(last) + shiftwidth()
  endif
  return cindent(a:lnum)
endfunction
