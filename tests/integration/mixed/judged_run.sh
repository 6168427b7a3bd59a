#!/bin/bash
# judged_run.sh MAYHEM WORKER JUDGE: processes and counters under one daemon, which is killed twice. Then mayhem-judge gets
# what the targets, the test and the record have written down (mixed_events.sh), and must find nothing; and something, when
# a note is made to tell of a second act.
set -euo pipefail
mayhem=$1
worker=$2
judge=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
daemon=

fail() {
    echo "judged_run: $*" >&2
    tail -n 30 "$work/daemon.log" >&2
    exit 1
}

"$worker" keep 4 "judged-$$" "$work/terms" > "$work/workers.log" 2>&1 &
keeper=$!
end() {
    local pid
    for pid in $daemon $keeper; do
        kill -KILL "$pid" 2> /dev/null || true
    done
    wait 2> /dev/null || true
    rm -rf "$work"
}
trap end EXIT
trap 'exit 143' TERM INT HUP

mkdir "$work/counters"
for name in one two three; do echo 1 > "$work/counters/$name"; done
cat > "$work/list.sh" << X
cd $work/counters && for name in *; do printf '%s\t%s\n' "\$name" "\$(cat "\$name")"; done
X
cat > "$work/raise.sh" << X
echo "\$1 \$2 \$(date +%s%6N)" >> $work/raised
echo \$((\$2 + 1)) > $work/new.\$1 && mv $work/new.\$1 $work/counters/\$1
X
cat > "$work/mayhem.toml" << X
dry_run = false
seed = 7
timezone = "Etc/UTC"
[control]
socket = "none"
[schedule]
tolerance = "2s"
[group.workers]
driver = "process"
command_line = "work-judged-$$-"
mean_time_between = "500ms"
recovery_poll = "20ms"
[group.counters]
driver = "command"
list = ["bash", "$work/list.sh"]
restart = ["bash", "$work/raise.sh", "{id}", "{incarnation}"]
mean_time_between = "700ms"
recovery_poll = "20ms"
X
cat > "$work/config.json" << X
{"event": "config", "seed": 7, "dry_run": false, "groups": [
    {"name": "workers", "plan": {"mean_ns": 500000000, "tolerance_ns": 2000000000}, "recovery_poll_us": 20000},
    {"name": "counters", "plan": {"mean_ns": 700000000, "tolerance_ns": 2000000000}, "recovery_poll_us": 20000}]}
X

now() { date +%s%6N; }

life() {  # SECONDS SIGNAL HOW
    local from to status=0
    from=$(now)
    "$mayhem" run -c "$work/mayhem.toml" --store "$work/mayhem.db" >> "$work/daemon.log" 2>&1 &
    daemon=$!
    lives=$((${lives:-0} + 1))
    for _ in $(seq 600); do
        [ "$(grep -c 'Mayhem is running' "$work/daemon.log")" -ge "$lives" ] && break
        sleep 0.1
    done
    echo "BEGAN $from $(now)" >> "$work/life"
    sleep "$1"
    from=$(now)
    kill "-$2" "$daemon"
    wait "$daemon" 2> /dev/null || status=$?
    to=$(now)
    daemon=
    [ "$3" = orderly ] || status=0
    echo "ENDED $from $to $3 $status" >> "$work/life"
    [ "$status" = 0 ] || fail "the daemon ended with $status"
}
life 5 KILL killed
life 5 KILL killed
life 6 TERM orderly

judged() {  # STATUS
    local status=0
    bash "$here/mixed_events.sh" "$work" > "$work/events" || fail "the notes could not be read"
    "$judge" "$work/events" > "$work/verdict" 2>&1 || status=$?
    cat "$work/verdict"
    [ "$status" = "$1" ] || fail "the judge ended with $status and not with $1"
}
judged 0
acts=$(awk '$1 == "acts_once" { print $2 }' "$work/verdict")
[ "$acts" -ge 5 ] || fail "only $acts acts were seen"

tail -n 1 "$work/raised" > "$work/again"
cat "$work/again" >> "$work/raised"
judged 1
grep -q '^BROKEN acts_once' "$work/verdict" || fail "the second act was not found"
