# bash completion for gocc: our own options, then what gcc itself offers
_gocc()
{
    local cur=${COMP_WORDS[COMP_CWORD]} own name names
    names='lock-copy lost-cancel defer-in-loop unused-error goroutine-leak deadlock thread-local
        park-under-lock send-compares bad-format receive-comma
        flexible-element signal-handler duration late-add several-values
        defer-since unbuffered-signal misspelled-default'
    own='-run -race -static-libgocc -x --emit-c --cc= --compile-commands= --dump-ast --version --help'
    for name in $names; do own="$own -W$name -Wno-$name"; done
    # bash takes `=` for the end of a word
    if [ "${COMP_WORDS[COMP_CWORD - 1]}" = = ] || [ "$cur" = = ]; then
        COMPREPLY=($(compgen -f -- "${cur#=}"))
        return
    fi
    case $cur in
    -*) compopt +o filenames 2>/dev/null ;;
    esac
    case $cur in
    --*)
        COMPREPLY=($(compgen -W "$own" -- "$cur"))
        [ ${#COMPREPLY[@]} -gt 0 ] ||
            COMPREPLY=($(compgen -W "$(gcc --completion="$cur" 2>/dev/null)" -- "$cur"))
        ;;
    -*) COMPREPLY=($(compgen -W "$own $(gcc --completion="$cur" 2>/dev/null)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -f -X '!*.@(gc|c|o|a|s|S|i|so)' -- "$cur") $(compgen -d -- "$cur")) ;;
    esac
    [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}
shopt -s extglob
complete -o filenames -F _gocc gocc
