#!/usr/bin/env bash
# What the daemon costs with nothing to do: memory, and how often each of its threads wakes up.
#     bash tests/benchmark/idle.sh build/release/src/cli/mayhem [SECONDS]
# The real daemon, with a group whose moments are years away and with none at all, in a folder of its own. Wake-ups are the
# threads' voluntary context switches (/proc/PID/task/TID/status): each is one return from a wait.
set -euo pipefail
program=$(realpath "$1")
seconds=${2:-60}
folder=$(mktemp -d)
daemon=0
finish() {
    if ((daemon)); then kill "$daemon" 2>/dev/null || true; wait "$daemon" || true; fi
    rm -rf "$folder"
}
trap finish EXIT

switches() {  # thread name, voluntary switches; one line a thread
    local task
    for task in "/proc/$daemon/task/"*; do
        printf '%s %s %s\n' "${task##*/}" "$(cat "$task/comm")" "$(awk '/^voluntary/ { print $2 }' "$task/status")"
    done
}

measure() {  # name, config
    printf '%s\n' "$2" > "$folder/mayhem.toml"
    "$program" run -c "$folder/mayhem.toml" --store "$folder/$1.db" --socket "$folder/s" 2> "$folder/log" &
    daemon=$!
    until grep -q 'Mayhem is running' "$folder/log"; do
        kill -0 "$daemon" || { cat "$folder/log" >&2; exit 1; }
        sleep 0.1
    done
    sleep 5  # the start is over
    switches > "$folder/before"
    sleep "$seconds"
    switches > "$folder/after"
    awk -v name="$1" -v seconds="$seconds" '
        NR == FNR { before[$1] = $3; next }
        { count = $3 - before[$1]; total += count; each = each sprintf("  %s %d", $2, count) }
        END { printf "%s: %.2f wake-ups/s in %d s (%s )\n", name, total / seconds, seconds, each }' "$folder/before" "$folder/after"
    awk -v name="$1" '
        FILENAME ~ /status$/ && /^VmRSS:/ { rss = $2 }
        /^Pss:/ { pss = $2 } /^Private_Dirty:/ { own = $2 }
        END { printf "%s: RSS %.1f MiB, PSS %.1f MiB, private and written %.1f MiB\n", name, rss / 1024, pss / 1024, own / 1024 }' \
        "/proc/$daemon/status" "/proc/$daemon/smaps_rollup"
    kill "$daemon"
    wait "$daemon"
    daemon=0
}

measure one_group 'dry_run = false
[group.quiet]
driver = "simulated"
mean_time_between = "365d"'
measure no_group 'dry_run = false'
