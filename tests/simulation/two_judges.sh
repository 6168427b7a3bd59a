#!/bin/bash
# two_judges.sh SIM JUDGE: what a simulation writes down is a log that mayhem-judge reads, and finds as clean.
set -euo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$1" --seed 11 --events "$log" > /dev/null
[ "$(wc -l < "$log")" -gt 100 ] || { echo "there are no events"; exit 1; }
"$2" "$log"
