#!/bin/bash
# mayhem_judge.sh PROGRAM clean|broken|bad|documented: mayhem-judge ends with 0, 1 or 2, and says why; it reads the lines of
# docs/simulation.md.
set -euo pipefail
program=$1

line() { echo "{\"seq\":$1,\"steady_us\":$2,\"wall_us\":$2,\"host\":\"a\",\"event\":$3}"; }

judged() {  # STATUS WORDS
    local status=0
    "$program" - > "$log" 2>&1 || status=$?
    [ "$status" = "$1" ] || { cat "$log"; echo "it ended with $status and not with $1"; exit 1; }
    grep -q "$2" "$log" || { cat "$log"; echo "it does not say: $2"; exit 1; }
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
case $2 in
    clean)
        { line 2 20 '"life_ended","life":1,"how":"killed"'; line 1 10 '"life_began","life":1'; } | judged 0 "^acts_once  *0 "
        "$program" --help | grep -q "mayhem-judge FILE"
        ;;
    broken)
        line 1 10 '"deadlock","text":"all wait"' | judged 1 "^BROKEN never_deadlocks: .*all wait (events 1)"
        grep -q '^    {"seq":1,.*"all wait"' "$log"
        ;;
    bad)
        line 1 10 '"party"' | judged 2 'line 1: field "event" is "party"'
        line 1 10 '"answered","wish":1,"answer":"ok"' | judged 2 "^BAD LOG event 1: an answer to wish 1"
        ;;
    documented) sed -n '/^{"seq"/p' "$(dirname "$0")/../../../../docs/simulation.md" | judged 0 "^keeps_hours  *0 " ;;
esac
