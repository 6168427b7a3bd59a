#!/bin/bash
# judged_run.sh MAYHEM WORKER JUDGE CONFIG_EVENT: processes and counters under one daemon, which is killed twice. Then
# mayhem-judge gets what the targets, the test and the record have written down (witness_events.sh), and must find nothing;
# and something, when a note is falsified: of each promise that it must have asked for, that it can be broken.
set -euo pipefail
mayhem=$1
worker=$2
judge=$3
config_event=$4
work=$(mktemp -d)
daemon=
. "$(dirname "$0")/../../support/witness_notes.sh"

fail() {
    echo "judged_run: $*" >&2
    tail -n 30 "$work/daemon.log" >&2
    exit 1
}

"$worker" keep 4 "judged-$$" "$work/workers" > "$work/keeper.log" 2>&1 &
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
echo "\$1 \$((\$2 + 1)) \$(date +%s%6N)" >> $work/stood
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
allow_terminal = true
show_arguments = true  # the witnesses know themselves by their lines
command_line = "work-judged-$$-"
mean_time_between = "500ms"
expires_after = "2s"
recovery_timeout = "3s"
recovery_poll = "20ms"
stable_for = "0s"
[group.counters]
driver = "command"
list = ["bash", "$work/list.sh"]
restart = ["bash", "$work/raise.sh", "{id}", "{incarnation}"]
mean_time_between = "700ms"
expires_after = "2s"
recovery_timeout = "3s"
recovery_poll = "20ms"
stable_for = "0s"
X

# The last one is let alone, long enough for the judge to see what becomes of all that it begins.
life() {  # SECONDS SIGNAL HOW
    local from status=0
    from=$(now)
    "$mayhem" run -c "$work/mayhem.toml" --store "$work/mayhem.db" >> "$work/daemon.log" 2>&1 &
    daemon=$!
    lives=$((${lives:-0} + 1))
    for _ in $(seq 600); do
        [ "$(grep -c 'Mayhem is running' "$work/daemon.log")" -ge "$lives" ] && break
        sleep 0.1
    done
    note BEGAN "$from" "$(now)"
    look
    if [ "$3" = orderly ]; then
        from=$(now)
        note CALM "$from" "$from" 6000000
        sleep 7
        look
        sleep "$(($1 - 7))"
        read_record
    else
        sleep "$1"
        look
    fi
    from=$(now)
    kill "-$2" "$daemon"
    [ "$3" = killed ] || note STOPPED "$from" "$(now)"
    wait "$daemon" 2> /dev/null || status=$?
    daemon=
    [ "$3" = orderly ] || status=0
    note ENDED "$from" "$(now)" "$3" "$status"
    [ "$status" = 0 ] || fail "the daemon ended with $status"
}
life 4 KILL killed
life 4 KILL killed
# 6 s of it at either end are for what may be late: in the 8 s between them each group has a moment, but for one run in 90,000.
life 20 TERM orderly

judged 0
decided acts_once right_target follows_plan messages_are_settled moments_are_on_record record_is_true goes_on ends_in_time
acts=$(awk '$1 == "acts_once" { print $2 }' "$work/verdict")
[ "$acts" -ge 5 ] || fail "only $acts acts were seen"

# Whatever is falsified, the judge objects; then it is put back.
mkdir "$work/true"
cp "$work"/{raised,workers,life,mayhem.db,read.db} "$work/true/"
objects() {  # PROMISE COMMAND...
    "${@:2}"
    judged 1 > /dev/null
    grep -m 1 "^BROKEN $1" "$work/verdict" || { cat "$work/verdict"; fail "$1: not broken by ${*:2}"; }
    cp "$work/true/"* "$work/"
}
rows() {  # SQL
    local database
    for database in mayhem.db read.db; do
        sqlite3 "$work/$database" "DROP TRIGGER settled_is_final; DROP TRIGGER messages_are_kept; $1"
    done
}
again() { sed -n "\$p" "$work/true/$1" >> "$work/$1"; }
term_again() { grep -m 1 ^term "$work/true/workers" >> "$work/workers"; }
# A restart in the last life, with time left until the record was read.
begun=$(awk '/BEGAN/ { at = $3 } END { printf "%.0f", at }' "$work/life")
read -r one counter incarnation < <(sqlite3 -separator ' ' "$work/mayhem.db" "SELECT seq, target, messages.incarnation
    FROM messages JOIN attempts ON seq = message WHERE verdict = 'recovered' AND group_name = 'counters'
    AND planned_at > $begun ORDER BY planned_at LIMIT 1")

objects acts_once again raised
objects acts_once term_again
objects right_target rows "DELETE FROM messages WHERE target = '$counter' AND incarnation = '$incarnation'"
objects record_is_true sed -i "/^$counter $incarnation /d" "$work/raised"
objects record_is_true rows "UPDATE attempts SET recovery_us = 100000000 WHERE message = $one"
objects messages_are_settled rows "UPDATE messages SET state = 'nacked', settled_at = NULL WHERE seq = $one"
objects moments_are_on_record rows "UPDATE messages SET planned_at = planned_at + 1 WHERE seq = $one"
objects follows_plan rows "UPDATE messages SET planned_at = planned_at + 1 WHERE seq = $one"
objects goes_on rows "DELETE FROM messages WHERE group_name = 'counters' AND planned_at > $begun"
objects ends_in_time sed -i 's/orderly 0$/orderly 3/' "$work/life"
