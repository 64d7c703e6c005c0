# fish completion for gocc: our own options, then what gcc itself offers
complete -c gocc -f -a '(__fish_complete_suffix .gc; __fish_complete_suffix .c; __fish_complete_suffix .o)'
complete -c gocc -o run -r -d 'compile and run a .gc file'
complete -c gocc -o race -d 'build with the race detector'
complete -c gocc -o static-libgocc -d 'with -shared, a library that holds the runtime as well'
complete -c gocc -o x -x -a 'gc c assembler none' -d 'language of the files that follow'
complete -c gocc -l emit-c -d 'stop at plain C'
complete -c gocc -l dump-ast -d 'print the syntax tree'
for w in lock-copy lost-cancel defer-in-loop unused-error goroutine-leak deadlock thread-local park-under-lock send-compares bad-format receive-comma flexible-element signal-handler duration late-add several-values defer-since unbuffered-signal misspelled-default
    complete -c gocc -o W$w -d 'a warning of gocc'
    complete -c gocc -o Wno-$w -d 'without that warning'
end
complete -c gocc -n 'string match -q -- "--*" (commandline -ct)' -a '--cc=' -d 'the host compiler'
complete -c gocc -n 'string match -q -- "--*" (commandline -ct)' -a '--compile-commands=' -d 'record the compilation'
complete -c gocc -n 'string match -q -- "-*" (commandline -ct)' -a '(gcc --completion=(commandline -ct) 2>/dev/null)'
