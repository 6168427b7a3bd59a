#!/bin/bash
# The Debian package, as an operator meets it: installed in a running systemd, harmless, armed, killed, upgraded, removed, purged.
# Runs inside tests/support/systemd_bed.sh, and nowhere else: it installs packages.
set -u
. /opt/bed/operator.sh

# The same as 0.1.0, to be upgraded from.
older=/root/mayhem_0.1.0.deb
dpkg-deb -R "$package" /root/older && sed -i 's/^Version: .*/Version: 0.1.0-1/' /root/older/DEBIAN/control &&
    dpkg-deb --root-owner-group -Znone -b /root/older "$older" > /dev/null || fail "cannot make an older package"
rm -r /root/older

# Harmless as installed.
dpkg -i "$package" || fail "cannot install"
systemctl is-active --quiet mayhem || fail "not active after installing"
systemctl is-enabled --quiet mayhem || fail "not enabled"
[ "$(systemctl show --property NRestarts --value mayhem)" = 0 ] || fail "did not start at once"
[ "$(ps -o user= -p "$(main_pid mayhem)")" = mayhem ] || fail "does not run as mayhem"
eventually "no answer on the control socket" says "dry run"
verdict=$(systemd-analyze verify /lib/systemd/system/mayhem.service 2>&1)
[ -z "$verdict" ] || fail "systemd-analyze verify: $verdict"
mayhem profile --seconds 1 -o /root/mayhem.prof | grep -q 'samples of the CPU' || fail "cannot be profiled as installed"
rm /root/mayhem.prof
man -w mayhem mayhem.toml > /dev/null || fail "no manuals"
setpriv --reuid nobody --regid nogroup --clear-groups mayhem status --socket /run/mayhem/control.sock && fail "nobody may look"

# Armed against a unit, with the drop-in for it.
arm_against_victim 0 2s
victim=$(main_pid victim)
eventually "the victim was not restarted" has_other_pid victim "$victim"
eventually "the record lacks it" sh -c 'mayhem history -n 100000 | grep -q recovered'
mayhem profile --seconds 1 -o /root/mayhem.prof | grep -q 'samples of the CPU in 1 s' || fail "cannot be profiled within its limits"
rm /root/mayhem.prof
mayhem halt --why "seen enough" || fail "cannot halt"

# Reload, a crash, an upgrade: what was recorded and the halt stay.
systemctl reload mayhem || fail "cannot reload"
pid=$(main_pid mayhem)
kill -KILL "$pid"
eventually "not started again after SIGKILL" has_other_pid mayhem "$pid"
eventually "forgot the halt in the crash" says HALTED
pid=$(main_pid mayhem)
apt-get install -y --allow-downgrades "$older" < /dev/null || fail "cannot go back to 0.1.0"
eventually "not restarted by that" has_other_pid mayhem "$pid"
dpkg -s mayhem | grep -qx 'Version: 0.1.0-1' || fail "is not 0.1.0"
pid=$(main_pid mayhem)
apt-get install -y "$package" < /dev/null || fail "cannot upgrade"
dpkg -s mayhem | grep -qx 'Version: 0.1.0-1' && fail "is still 0.1.0"
eventually "not restarted by the upgrade" has_other_pid mayhem "$pid"
eventually "forgot the halt in the upgrade" says HALTED
mayhem history -n 100000 | grep -q recovered || fail "forgot the record in the upgrade"
grep -q victims /etc/mayhem/mayhem.toml || fail "the upgrade replaced the config"

# A reload of a broken file fails and says why, and the daemon goes on.
cp /etc/mayhem/mayhem.toml /root/good.toml
echo 'dry_rum = true' > /etc/mayhem/mayhem.toml
pid=$(main_pid mayhem)
systemctl reload mayhem 2> /dev/null && fail "the reload of a broken file works"
systemctl is-active --quiet mayhem || fail "a broken file ends the daemon"
[ "$(main_pid mayhem)" = "$pid" ] || fail "a broken file restarts the daemon"
journalctl --no-pager -u mayhem 2> /dev/null | grep -q 'did you mean "dry_run"' || fail "the reload does not say why it failed"
cp /root/good.toml /etc/mayhem/mayhem.toml
systemctl reload mayhem || fail "cannot reload the good file"
systemctl status --no-pager mayhem | grep -q 'Status: "HALTED by .*: seen enough' || fail "systemctl status does not say who halts"
mayhem resume
eventually "systemctl status still says halted" sh -c 'systemctl status --no-pager mayhem | grep -q "Status: \"armed"'

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
