" prints LINE WORD GROUP for each line of $EXPECT; run by `check`
set nocompatible nomore
let &runtimepath = $EDITORS . '/vim,' . $VIMRUNTIME
filetype plugin indent on
syntax on
execute 'edit' $SAMPLE
let out = ['filetype ' . &filetype]
for row in readfile($EXPECT)
  if row =~# '^#'
    continue
  endif
  let [line, word, class] = split(row)
  call cursor(line, 1)
  call search('\<' . word . '\>', 'cW', line + 0)
  call add(out, line . ' ' . word . ' ' . synIDattr(synID(line('.'), col('.'), 1), 'name'))
endfor
call writefile(out, $OUT)
quitall!
