# bash completion for mayhem
_mayhem()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="run exec plan history report eligible why check arm discover notify status tasks targets events open mark halt resume restart fault drain undo profile request fleet"
    COMPREPLY=()
    case $before in
        -c | --config | --store | --socket | --junit | -o | --output) compopt -o default; return ;;
        --action) mapfile -t COMPREPLY < <(compgen -W "kill stop freeze" -- "$word"); return ;;
        fleet) mapfile -t COMPREPLY < <(compgen -W "init migrate add-host forget adopt halt resume close-breaker status accept-loss log check --help" -- "$word"); return ;;
        --password-file) compopt -o default; return ;;
        --log-level) mapfile -t COMPREPLY < <(compgen -W "debug info warning error critical" -- "$word"); return ;;
        --log-format) mapfile -t COMPREPLY < <(compgen -W "auto text json journald" -- "$word"); return ;;
    esac
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
    elif [[ $word == -* ]]; then
        local options
        local command=("${COMP_WORDS[1]}")
        [[ $command == fleet && COMP_CWORD -gt 2 ]] && command+=("${COMP_WORDS[2]}")
        options=$("${COMP_WORDS[0]}" "${command[@]}" --help 2>/dev/null | grep -o -e '--[a-z][a-z-]*')
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        compopt -o default
    fi
}
complete -F _mayhem mayhem
