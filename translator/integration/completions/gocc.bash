# bash completion for gocc: our own options, then what gcc itself offers
_gocc()
{
    local cur=${COMP_WORDS[COMP_CWORD]} own
    own='-run -race -x --emit-c --cc= --compile-commands= --dump-ast --version --help
        -Wlock-copy -Wlost-cancel -Wdefer-in-loop -Wunused-error -Wgoroutine-leak -Wdeadlock
        -Wthread-local -Wpark-under-lock'
    case $cur in
    -*) COMPREPLY=($(compgen -W "$own $(gcc --completion="$cur" 2>/dev/null)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -f -X '!*.@(gc|c|o|a|s|S|i|so)' -- "$cur") $(compgen -d -- "$cur")) ;;
    esac
}
shopt -s extglob
complete -o filenames -o nospace -F _gocc gocc
