#!/bin/bash
# The Debian package, as an operator meets it: installed in a running systemd, harmless, armed, killed, upgraded, removed, purged.
# Runs inside tests/support/systemd_bed.sh, and nowhere else: it installs packages.
set -u
[ "${MAYHEM_SYSTEMD_BED:-}" = 1 ] || { echo "package_test: only inside systemd_bed.sh" >&2; exit 99; }
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C
package=$(echo /opt/bed/mayhem_*.deb)
fail() {
    echo "FAILED: $*" >&2
    systemctl status --no-pager mayhem.service >&2
    journalctl --no-pager -u mayhem.service 2> /dev/null | tail -40 >&2
    exit 1
}
eventually() {  # WHAT COMMAND...: within 30 s
    local what=$1
    shift
    for _ in $(seq 300); do
        "$@" > /dev/null 2>&1 && return
        sleep 0.1
    done
    fail "$what"
}
says() { mayhem status 2>&1 | grep -q "$1"; }
main_pid() { systemctl show --property MainPID --value "$1"; }
has_other_pid() { local pid; pid=$(main_pid "$1"); [ "$pid" != 0 ] && [ "$pid" != "$2" ]; }

rm -f /usr/sbin/policy-rc.d  # a container image may forbid to start services

# Harmless as installed.
dpkg -i "$package" || fail "cannot install"
systemctl is-active --quiet mayhem || fail "not active after installing"
systemctl is-enabled --quiet mayhem || fail "not enabled"
[ "$(systemctl show --property NRestarts --value mayhem)" = 0 ] || fail "did not start at once"
[ "$(ps -o user= -p "$(main_pid mayhem)")" = mayhem ] || fail "does not run as mayhem"
eventually "no answer on the control socket" says "dry run"
verdict=$(systemd-analyze verify /lib/systemd/system/mayhem.service 2>&1)
[ -z "$verdict" ] || fail "systemd-analyze verify: $verdict"
man -w mayhem mayhem.toml > /dev/null || fail "no manuals"
setpriv --reuid nobody --regid nogroup --clear-groups mayhem status --socket /run/mayhem/control.sock && fail "nobody may look"

# Armed against a unit, with the drop-in for it.
cat > /etc/systemd/system/victim.service << 'U'
[Service]
ExecStart=/bin/sleep 86400
User=games
Restart=always
RestartSec=0
U
systemctl daemon-reload
systemctl start victim.service || fail "cannot start the victim"
victim=$(main_pid victim)
cat > /etc/mayhem/mayhem.toml << 'C'
dry_run = false
[group.victims]
driver = "process"
command_line = "sleep 86400"
user = "games"
mean_time_between = "200ms"
C
mkdir -p /etc/systemd/system/mayhem.service.d
cp /usr/share/doc/mayhem/examples/process-driver.conf /etc/systemd/system/mayhem.service.d/ || fail "no drop-in"
systemctl daemon-reload
systemctl restart mayhem || fail "cannot restart"
eventually "the victim was not restarted" has_other_pid victim "$victim"
eventually "the record lacks it" sh -c 'mayhem history -n 100000 | grep -q recovered'
mayhem halt --why "seen enough" || fail "cannot halt"

# Reload, a crash, an upgrade: what was recorded and the halt stay.
systemctl reload mayhem || fail "cannot reload"
pid=$(main_pid mayhem)
kill -KILL "$pid"
eventually "not started again after SIGKILL" has_other_pid mayhem "$pid"
eventually "forgot the halt in the crash" says HALTED
pid=$(main_pid mayhem)
dpkg -i "$package" < /dev/null || fail "cannot upgrade"
eventually "not restarted by the upgrade" has_other_pid mayhem "$pid"
eventually "forgot the halt in the upgrade" says HALTED
mayhem history -n 100000 | grep -q recovered || fail "forgot the record in the upgrade"
grep -q victims /etc/mayhem/mayhem.toml || fail "the upgrade replaced the config"

# Away, and what was configured stays until it is purged.
dpkg -r mayhem || fail "cannot remove"
systemctl is-active --quiet mayhem && fail "still active after removal"
[ -e /etc/mayhem/mayhem.toml ] && [ -e /var/lib/mayhem/mayhem.db ] || fail "removal took the config or the record"
rm -r /etc/systemd/system/mayhem.service.d
dpkg -P mayhem || fail "cannot purge"
left=$(find / -xdev \( -path /proc -o -path /sys -o -path /work -o -path /home -o -path /tmp -o -path /root -o -path /opt \) -prune -o \
    \( -path '/etc/*' -o -path '/var/lib/*' -o -path '/usr/*' -o -path '/lib/*' \) -name '*mayhem*' -print 2> /dev/null)
[ -z "$left" ] || fail "purging left: $left"
[ ! -e /run/mayhem ] || fail "purging left /run/mayhem"
echo "package_test: passed"
