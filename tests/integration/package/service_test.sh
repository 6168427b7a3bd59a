#!/bin/bash
# The packaged service in a running systemd: who may use its socket, what the journal gets, a socket that systemd holds, a loop that hangs.
# Runs inside tests/support/systemd_bed.sh, and nowhere else: it installs packages and makes users.
set -u
. /opt/bed/operator.sh
as() { local user=$1; shift; setpriv --reuid "$user" --regid "$user" --init-groups env -u XDG_RUNTIME_DIR "$@"; }
journal_has() {  # TEXT MATCH...: a record that matches has TEXT in its JSON
    local text=$1
    shift
    journalctl --sync 2> /dev/null
    journalctl --no-pager -q -o json _SYSTEMD_UNIT=mayhem.service "$@" | grep -qF -- "$text"
}
victim_name() { mayhem targets --json | sed -n 's/.*"name": "\(.*\)".*/\1/p' | head -1; }
victim_starts() { systemctl show --property NRestarts --value victim; }

dpkg -i "$package" || fail "cannot install"
useradd -M -G mayhem alice && useradd -M bob || fail "cannot make users"
arm_against_victim 3 1000h
eventually "no answer" says armed
eventually "the victim is not selected" sh -c 'mayhem targets | grep -q sleep'

# A member of the group may do everything and names no socket; others may nothing.
as alice mayhem status | grep -q "is running, armed" || fail "a member of the group may not look"
as alice env XDG_RUNTIME_DIR=/run/user/nobody mayhem status > /dev/null || fail "a member is led astray by XDG_RUNTIME_DIR"
as alice mayhem halt --why "alice says so" > /dev/null || fail "a member of the group may not halt"
as alice mayhem restart --wait "$(victim_name)" && fail "restarted though halted"
as alice mayhem resume > /dev/null || fail "a member of the group may not resume"
for command in status halt drain "restart $(victim_name)"; do
    said=$(as bob mayhem $command 2>&1)
    [ $? = 69 ] || fail "bob may $command: $said"
    echo "$said" | grep -q "you may not use /run/mayhem/control.sock" || fail "bob is told: $said"
done
[ "$(victim_starts)" = 0 ] || fail "somebody restarted the victim"

# An operator's restart, and what the journal has of it.
name=$(victim_name)
as alice mayhem restart --wait "$name" || fail "alice's restart did not work"
[ "$(victim_starts)" = 1 ] || fail "restarted $(victim_starts) times"
recovered=MESSAGE_ID=01b1f5766b11491eb4e5ae82067bab99
eventually "no record of the recovery" journal_has '"OUTCOME":"recovered"' $recovered GROUP=victims
journal_has '"TARGET":"sleep#' $recovered || fail "no TARGET"
journal_has '"PRIORITY":"6"' $recovered || fail "no PRIORITY"
journal_has '"SYSLOG_IDENTIFIER":"mayhem"' $recovered || fail "no identifier"
message=$(mayhem history --json -n 1 | sed -n 's/.*"message": "\(.*\)".*/\1/p')
journal_has "\"MAYHEM_MESSAGE\":\"$message\"" $recovered || fail "no MAYHEM_MESSAGE $message"
journal_has '"GUARD":"halted"' MESSAGE_ID=edef3b3068774038bf2b6800779a5a5c OUTCOME=refused || fail "no GUARD"
journal_has '"MAYHEM_WHO":"alice' MESSAGE_ID=154899496c9647c4bc62d1dbca687aef "MAYHEM_WHY=alice says so" || fail "no halt"
journal_has '"PRIORITY":"4"' MESSAGE_ID=154899496c9647c4bc62d1dbca687aef || fail "a halt is no warning"
journalctl --no-pager -x _SYSTEMD_UNIT=mayhem.service $recovered | grep -q "after Mayhem had restarted it" || fail "no catalog"

# systemd holds the socket: it is there before the service, starts it, and outlives it.
systemctl stop mayhem || fail "cannot stop"
systemctl enable --now mayhem.socket || fail "cannot enable the socket"
[ "$(stat -c '%U:%G %a' /run/mayhem/control.sock)" = "mayhem:mayhem 660" ] || fail "$(ls -l /run/mayhem/control.sock)"
systemctl is-active --quiet mayhem && fail "the socket alone starts the service"
as bob mayhem status && fail "bob starts the service"
systemctl is-active --quiet mayhem && fail "bob has started the service"
as alice mayhem status || fail "asking does not start the service"
eventually "answered by somebody else" systemctl is-active --quiet mayhem
[ "$(stat -c '%U:%G %a' /run/mayhem/control.sock)" = "mayhem:mayhem 660" ] || fail "started: $(ls -l /run/mayhem/control.sock)"
pid=$(main_pid mayhem)
kill -KILL "$pid"
as alice mayhem status || fail "the socket died with the service"
eventually "not started again" has_other_pid mayhem "$pid"
systemctl stop mayhem 2> /dev/null || fail "cannot stop the activated service"
[ -S /run/mayhem/control.sock ] || fail "the socket's file went with the service"
as alice mayhem status || fail "asking does not start the service again"
systemctl disable --now mayhem.socket || fail "cannot disable the socket"
systemctl restart mayhem || fail "cannot restart without the socket"
eventually "no answer without mayhem.socket" says armed

# The loop hangs while a restart is under way: systemd notices, and the next life finishes what was not.
cat > /etc/systemd/system/mayhem.service.d/watchdog.conf << 'C'
[Service]
WatchdogSec=10
TimeoutAbortSec=2
ExecStopPost=/bin/sh -c 'echo $SERVICE_RESULT >> /run/mayhem/results'
C
sed -i 's/^RestartSec=.*/RestartSec=20/' /etc/systemd/system/victim.service  # so that the restart is still under way
systemctl daemon-reload
systemctl restart mayhem || fail "cannot restart with a short watchdog"
eventually "no answer with a short watchdog" says armed
sleep 12  # longer than the watchdog: it is fed
[ "$(systemctl show --property NRestarts --value mayhem)" = 0 ] || fail "the watchdog bites a daemon that is well"
starts=$(victim_starts)
pid=$(main_pid mayhem)
mayhem restart "$(victim_name)" || fail "cannot ask for a restart"
eventually "nothing in flight" sh -c 'mayhem status --json | grep -q "\"in_flight\": 1"'
eventually "the victim was not hit" sh -c '[ "$(systemctl is-active victim)" = activating ]'
eventually "not on record as running" sh -c 'mayhem history --json -n 1 | grep -q "\"message_state\": \"running\""'
/opt/bed/hold_thread "$pid" > /run/held &  # the loop's thread, and no other
eventually "cannot hold the loop" grep -q held /run/held
mayhem history --json -n 1 | grep -q '"message_state": "running"' || fail "was over before the loop hung"
eventually "systemd does not notice that the loop hangs" has_other_pid mayhem "$pid"
[ "$(tail -1 /run/mayhem/results)" = watchdog ] || fail "it was not the watchdog, but $(cat /run/mayhem/results)"
eventually "no answer after the watchdog" says armed
eventually "the message is not finished" sh -c 'mayhem history --json -n 1 | grep -q "\"message_state\": \"acked\""'
mayhem history --json | grep -E '"message_state": "(running|journalled|nacked)"' && fail "something is unfinished"
eventually "the victim is not back" sh -c '[ "$(systemctl is-active victim)" = active ]'
[ "$(victim_starts)" = $((starts + 1)) ] || fail "restarted $(($(victim_starts) - starts)) times for one message"
echo "service_test: passed"
