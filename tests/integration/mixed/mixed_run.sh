#!/bin/bash
# mixed_run.sh MAYHEM WORKER JUDGE CONFIG_EVENT [SECONDS]: systemd units, containers of Podman and Docker, processes and the
# targets of a command under one daemon with limits and a fast schedule, for SECONDS (40; the last life for 40 at least). In
# between the daemon is killed twice and suspended once for longer than its tolerance, and a second one is refused. Then
# mixed_proof.sh compares the record, the plan as it was printed before, and what the targets themselves wrote down, and has
# all of it judged. Prints the numbers; fails (status 1) at the first that is wrong.
#
# The units are those of tests/support/systemd_bed.sh, the containers those of tests/support/container_bed.sh. The daemon
# itself runs outside of both and reaches them through their sockets. As root.
set -euo pipefail
mayhem=$1
worker=$2
judge=$3
config_event=$4
seconds=${5:-40}
here=$(cd "$(dirname "$0")" && pwd)
support=$here/../../support
work=$(mktemp -d)
. "$support/witness_notes.sh"
store=$work/mayhem.db
engines="podman dockerd"
units_bed=
keeper=
daemon=

fail() { echo "mixed_run: $*" >&2; exit 1; }

child_of() { cut -d ' ' -f 1 "/proc/$1/task/$1/children"; }

end() {
    # A container bed waits for its engine's namespaces, and cleans up when they are gone; the others need no help.
    local engine pid
    for engine in $engines; do
        [ -f "$work/$engine.bed" ] || continue
        pid=$(cat "$work/$engine.bed")
        kill -KILL "$(child_of "$pid" 2> /dev/null)" 2> /dev/null || true
        kill -TERM "$pid" 2> /dev/null || true
    done
    for pid in $daemon $units_bed $keeper; do
        kill -KILL "$pid" 2> /dev/null || true
    done
    wait 2> /dev/null || true
    rm -rf "$work"
}
trap end EXIT
trap 'exit 143' TERM INT HUP

wait_for() {
    for _ in $(seq 1200); do
        [ -e "$1" ] && return
        sleep 0.1
    done
    cat "$work"/*.log >&2
    fail "$2 was not ready within 120 s"
}

# Units: five that may be restarted, and three with a start limit, whose processes are killed. Each writes down its lives.
cat > "$work/units.sh" << 'X'
#!/bin/bash
for name in web limited; do
    limit=$([ "$name" = web ] && echo StartLimitIntervalSec=0 || printf 'StartLimitIntervalSec=4s\nStartLimitBurst=3')
    note='/bin/sh -c "echo $$INVOCATION_ID %%n $$(date +%%%%s%%%%N)'
    printf "[Unit]\n%s\n[Service]\nExecStartPre=$note >> /run/lives\"\nExecStopPost=$note >> /run/ends\"\n" "$limit" \
        > "/run/systemd/system/mixed-$name@.service"
    printf 'ExecStart=/bin/sleep 100000\nRestart=always\nRestartSec=50ms\n' >> "/run/systemd/system/mixed-$name@.service"
done
systemctl daemon-reload
systemctl start mixed-web@{1..5}.service mixed-limited@{1..3}.service
touch /run/mixed-ready
exec sleep 100000
X
# Containers: three of each engine, which write down each start; whoever reads that asks the engine which life it is.
cat > "$work/containers.sh" << 'X'
#!/bin/bash
set -e
cd "$MAYHEM_TEST_STATE"
ask() { curl -sSf --unix-socket "$MAYHEM_TEST_ENGINE_SOCKET" "http://engine$1" "${@:2}"; }
for _ in $(seq 900); do
    ask /_ping > ping.log 2>&1 && break
    sleep 0.1
done
image=$(ask '/images/create?fromSrc=-&repo=mixed&tag=1' -H 'Content-Type: application/x-tar' --data-binary "@$MAYHEM_TEST_ROOTFS")
image=$(sed -n 's/.*\(sha256:[0-9a-f]*\).*/\1/p' <<< "$image" | tail -n 1)
ask "/images/$image/tag?repo=mixed&tag=1" -X POST
mkdir -m 777 lives
for i in 1 2 3; do
    name=mixed-$MAYHEM_TEST_ENGINE-$i
    ask "/containers/create?name=$name" -H 'Content-Type: application/json' -o created.log -d '{"Image": "mixed:1",
        "Labels": {"mayhem.enabled": "true"}, "Cmd": ["/bin/sh", "-c",
        "echo '"$name"' >> /lives/starts; trap \"exit 0\" TERM; while :; do sleep 0.1; done"],
        "HostConfig": {"NetworkMode": "none", "CgroupParent": "'"$MAYHEM_TEST_CGROUP"'",
            "Binds": ["'"$MAYHEM_TEST_STATE"'/lives:/lives"], "RestartPolicy": {"Name": "always"}}}'
    ask "/containers/$name/start" -X POST
done
touch mixed-ready
declare -A known
tail -n +1 -F lives/starts 2> /dev/null | while read -r name; do
    for _ in $(seq 100); do
        ask "/containers/$name/json" -o life.json || true
        life=$(sqlite3 :memory: "SELECT j ->> '$.Id' || '@' || (j ->> '$.State.StartedAt') FROM
            (SELECT CAST(readfile('life.json') AS TEXT) AS j) WHERE j ->> '$.State.Running'")
        if [ -n "$life" ] && [ "$life" != "${known[$name]:-}" ]; then
            known[$name]=$life
            echo "$MAYHEM_TEST_ENGINE $name $life $(date +%s%6N)" >> lives/containers
            break
        fi
        sleep 0.1
    done
done
X
# What a command knows: three counters, which the restart raises and notes.
mkdir "$work/counters"
cat > "$work/list.sh" << X
cd $work/counters && for name in *; do printf '%s\t%s\n' "\$name" "\$(cat "\$name")"; done
X
cat > "$work/raise.sh" << X
echo "\$1 \$2 \$(date +%s%6N)" >> $work/raised
echo \$((\$2 + 1)) > $work/new.\$1 && mv $work/new.\$1 $work/counters/\$1
echo "\$1 \$((\$2 + 1)) \$(date +%s%6N)" >> $work/stood
X
for name in one two three; do echo 1 > "$work/counters/$name"; done

chmod +x "$work"/*.sh
BED_LEADER_FILE=$work/leader bash "$support/systemd_bed.sh" "$work/units.sh" > "$work/units.log" 2>&1 &
units_bed=$!
for engine in $engines; do
    bash "$support/container_bed.sh" "$engine" "$work/containers.sh" > "$work/$engine.log" 2>&1 &
    echo $! > "$work/$engine.bed"
done
"$worker" keep 4 "mixed-$$" "$work/workers" > "$work/keeper.log" 2>&1 &
keeper=$!

wait_for "$work/leader" systemd
units_root=/proc/$(cat "$work/leader")/root
wait_for "$units_root/run/mixed-ready" "the bed's units"
declare -A engine_state
for engine in $engines; do
    for _ in $(seq 100); do
        engine_init=$(child_of "$(child_of "$(cat "$work/$engine.bed")")" 2> /dev/null) && [ -n "$engine_init" ] && break
        sleep 0.1
    done
    state=$(tr '\0' '\n' < "/proc/$engine_init/environ" | sed -n 's/^MAYHEM_TEST_BED_STATE=//p')
    engine_state[$engine]=/proc/$engine_init/root$state
    wait_for "${engine_state[$engine]}/mixed-ready" "$engine"
done

# Hours: every other minute, from this one on; the first one is longer when hardly any of it is left.
clock() { date -u -d "@$1" +%H:%M; }
now=$(date +%s)
begun=$(((now + 30) / 60 * 60))
hours="\"$(clock $((now / 60 * 60)))-$(clock $((begun + 60)))\""
for minute in $(seq 2 2 $((seconds / 60 + 4))); do
    hours="$hours, \"$(clock $((begun + minute * 60)))-$(clock $((begun + minute * 60 + 60)))\""
done
patience='expires_after = "4s"
stable_for = "0s"
recovery_timeout = "15s"'
due=20  # seconds in which whatever begins is over: as long as both, and a slow machine
cat > "$work/mayhem.toml" << X
dry_run = false
seed = $((begun))
timezone = "Etc/UTC"
[control]
socket = "none"
[schedule]
tolerance = "2s"
[shutdown]
grace = "40s"
[group.units]
driver = "systemd"
units = ["mixed-web@*.service"]
mean_time_between = "150ms"
$patience
min_age = "1s"
max_unavailable = 2
min_healthy = 3
recovery_poll = "20ms"
[group.limited]
driver = "systemd"
units = ['re:mixed-limited@[0-9]\.service']
action = "kill"
mean_time_between = "300ms"
$patience
max_unavailable = 1
recovery_poll = "20ms"
[group.podman]
driver = "docker"
socket = "${engine_state[podman]}/engine.sock"
name = "mixed-*"
stop_timeout = "1s"
mean_time_between = "1s"
$patience
min_rest = "3s"
max_unavailable = 1
[group.dockerd]
driver = "docker"
socket = "${engine_state[dockerd]}/engine.sock"
name = "mixed-*"
stop_timeout = "1s"
mean_time_between = "1s"
$patience
min_rest = "3s"
max_unavailable = 1
[group.workers]
driver = "process"
allow_terminal = true
show_arguments = true  # the witnesses know themselves by their lines
command_line = "work-mixed-$$-"
mean_time_between = "200ms"
$patience
min_rest = "500ms"
max_unavailable = 2
min_healthy = 2
recovery_poll = "20ms"
[group.counters]
driver = "command"
list = ["bash", "$work/list.sh"]
restart = ["bash", "$work/raise.sh", "{id}", "{incarnation}"]
mean_time_between = "300ms"
$patience
min_time_between = "100ms"
hours = [$hours]
recovery_poll = "20ms"
X
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$units_root/run/dbus/system_bus_socket
"$mayhem" check -c "$work/mayhem.toml" > "$work/check.log" 2>&1 || { cat "$work/check.log"; fail "check"; }
"$mayhem" plan -c "$work/mayhem.toml" --store "$store" --offline --json --limit 1000000 --for "$((seconds + 300))s" \
    > "$work/plan.json"

# A life of the daemon, with a second one that is refused; suspended in the middle if a length is given. The last one is
# long enough for the judge to see what becomes of all that it begins.
life() {
    local from status=0
    from=$(now)
    "$mayhem" run -c "$work/mayhem.toml" --store "$store" >> "$work/daemon.log" 2>&1 &
    daemon=$!
    lives=$((${lives:-0} + 1))
    for _ in $(seq 600); do
        [ "$(grep -c 'Mayhem is running' "$work/daemon.log")" -ge "$lives" ] && break
        sleep 0.1
    done
    note BEGAN "$from" "$(now)"
    began=${began:-$(now)}
    look
    from=$(now)
    [ "$2" = KILL ] || note CALM "$from" "$from" "${due}000000"
    sleep "$(($1 / 2))"
    "$mayhem" run -c "$work/mayhem.toml" --store "$store" > "$work/second.log" 2>&1 || status=$?
    [ "$status" = 74 ] || fail "a second daemon ended with $status and not with 74: $(cat "$work/second.log")"
    if [ -n "${4:-}" ]; then
        from=$(now)
        kill -STOP "$daemon"
        sleep "$4"
        woken=$(now)
        kill -CONT "$daemon"
        note SUSPENDED "$from" "$(now)"
    fi
    look
    sleep "$(($1 - $1 / 2))"
    if [ "$2" = TERM ]; then  # the proof wants three restarts of each group, however slow the machine is
        for _ in $(seq 1200); do
            [ "$(sqlite3 -cmd '.timeout 5000' "$store" "SELECT count(*) FROM (SELECT 1 FROM attempts JOIN messages ON seq = message
                WHERE verdict = 'recovered' GROUP BY group_name HAVING count(*) >= 3)")" = 6 ] && break
            sleep 0.1
        done
        read_record
    else
        look
    fi
    from=$(now)
    killed="${killed:-} $from"
    kill "-$2" "$daemon"
    [ "$2" = KILL ] || note STOPPED "$from" "$(now)"
    status=0
    wait "$daemon" 2> /dev/null || status=$?
    note ENDED "$from" "$(now)" "$([ "$2" = KILL ] && echo killed 0 || echo "orderly $status")"
    daemon=
    [ "$status" = "$3" ] ||
        { tail -n 30 "$work/daemon.log" >&2; fail "the daemon ended with $status and not with $3"; }
}
life $((seconds / 3)) KILL 137
life $((seconds / 3)) KILL 137 4
calm=$((seconds - seconds / 3 * 2))
life $((calm < due * 2 ? due * 2 : calm)) TERM 0

. "$here/mixed_proof.sh"
