#!/usr/bin/env bash
# completions.sh SHELL PROGRAM FOLDER: fails unless the completions in FOLDER, run by SHELL itself (bash, zsh or fish), offer
# the commands that PROGRAM has, no others, and the options of a command.
set -euo pipefail
shell=$1 program=$2 folder=$3

# Its own name is what is completed: "mayhem", found in PATH.
PATH=$(dirname "$program"):$PATH

in_bash() {
    bash --norc --noprofile -c '
        source "$1"; shift
        compopt() { :; }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _mayhem
        printf "%s\n" "${COMPREPLY[@]}"' bash "$folder/completion.bash" "$@"
}

# Zsh itself calls the function inside a widget only; what it calls in turn is replaced by what prints its candidates.
in_zsh() {
    zsh -f -c '
        file=$1; shift
        words=("$@") CURRENT=$#
        _describe() { local each; for each in "${(@P)2}"; do print -r -- "${each%%:*}"; done }
        compadd() { [[ $1 == -a ]] && print -rl -- "${(@P)2}" }
        _files() { print -r -- FILES }
        complete_it() { source "$file" }
        complete_it' zsh "$folder/completion.zsh" "$@"
}

in_fish() {
    local line="${*:1:$#-1} ${*: -1}"
    fish --no-config -c "source '$folder/completion.fish'; complete -C '$line'" | cut -f 1
}

fail() {
    echo "$shell: $1" >&2
    exit 1
}

commands_of() {
    mayhem "$@" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]\+\) .*/\1/p' | sort
}

commands=$(commands_of)
[[ $(wc -l <<<"$commands") -ge 10 ]] || fail "'mayhem --help' lists only these commands: $commands"

offered=$("in_$shell" mayhem '' | grep -v '^-' | sort)
[[ $offered == "$commands" ]] ||
    fail "the commands differ from those of 'mayhem --help': $(diff <(echo "$commands") <(echo "$offered") || true)"

offered=$("in_$shell" mayhem fleet '' | grep -v '^-' | sort)
[[ $offered == "$(commands_of fleet)" ]] ||
    fail "the commands differ from those of 'mayhem fleet --help': $(diff <(commands_of fleet) <(echo "$offered") || true)"

# All of them ask the program for the options of the command.
options=$("in_$shell" mayhem status --wa)
grep -qx -e --watch <<<"$options" || fail "'mayhem status --wa' does not offer --watch"
options=$("in_$shell" mayhem drain --wa)
if grep -qx -e --watch <<<"$options"; then
    fail "'mayhem drain --wa' offers --watch"
fi
for option in --config --store --socket --log-level; do
    options=$("in_$shell" mayhem run --"${option:2:2}")
    grep -qx -e "$option" <<<"$options" || fail "'mayhem run --${option:2:2}' does not offer $option"
done
options=$("in_$shell" mayhem fleet log --li)
grep -qx -e --limit <<<"$options" || fail "'mayhem fleet log --li' does not offer --limit"
if [[ $shell != zsh ]]; then
    levels=$("in_$shell" mayhem run --log-level '' | sort | tr '\n' ' ')
    [[ $levels == "critical debug error info warning " ]] || fail "--log-level offers: $levels"
    actions=$("in_$shell" mayhem exec --action '' | sort | tr '\n' ' ')
    [[ $actions == "freeze kill stop " ]] || fail "--action offers: $actions"
fi
echo "$shell offers $(wc -l <<<"$commands") commands and their options."
