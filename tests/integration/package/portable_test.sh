#!/bin/bash
# The tarball and the RPM as services: neither starts anything, both run as the user mayhem once they are told to, survive being
# installed anew while they run, and keep the config. Runs inside tests/support/systemd_bed.sh, and nowhere else.
set -u
. /opt/bed/operator.sh
tarball=$(echo /opt/bed/mayhem-*.tar.gz)
rpm=$(echo /opt/bed/mayhem-*.rpm)

# runs PROGRAM: the service, asleep as installed, when it is told to; it takes no broken file.
runs() {
    systemctl is-active --quiet mayhem && fail "was started unasked"
    systemctl enable --now mayhem || fail "cannot start"
    pid=$(main_pid mayhem)
    [ "$(readlink "/proc/$pid/exe")" = "$1" ] || fail "is not $1: $(readlink "/proc/$pid/exe")"
    [ "$(stat -c %U "/proc/$pid")" = mayhem ] || fail "does not run as mayhem"
    "$1" status | grep -q 'dry run' || fail "is no dry run: $("$1" status)"
    cp /etc/mayhem/mayhem.toml /root/good.toml
    echo 'dry_rum = true' > /etc/mayhem/mayhem.toml
    systemctl reload mayhem 2> /dev/null && fail "takes a broken file"
    cp /root/good.toml /etc/mayhem/mayhem.toml
    echo '# mine' >> /etc/mayhem/mayhem.toml
    systemctl reload mayhem || fail "cannot reload"
    [ "$(main_pid mayhem)" = "$pid" ] || fail "the reload started it anew"
}

tar -xzf "$tarball" -C /opt || fail "cannot unpack"
tree=$(echo /opt/mayhem-*)
"$tree/bin/mayhem" --version | grep -q '^mayhem ' || fail "does not run from where it is unpacked"
sh "$tree/install.sh" || fail "cannot install the tarball"
runs /usr/local/bin/mayhem
sh "$tree/install.sh" || fail "cannot install it while it runs"
[ "$(main_pid mayhem)" = "$pid" ] || fail "installing it anew ended what runs"
/usr/local/bin/mayhem status > /dev/null || fail "what runs does not answer any more"
grep -q '^# mine' /etc/mayhem/mayhem.toml || fail "installing it anew took the config"
systemctl restart mayhem || fail "cannot restart"
[ "$(readlink "/proc/$(main_pid mayhem)/exe")" = /usr/local/bin/mayhem ] || fail "is not the newer one"
systemctl disable --now mayhem || fail "cannot stop"
rm -r /usr/local/bin/mayhem /usr/local/lib/mayhem /etc/systemd/system/mayhem* /etc/sysusers.d/mayhem.conf /etc/mayhem /var/lib/mayhem
systemctl daemon-reload
userdel mayhem

rpm --install --nodeps "$rpm" || fail "cannot install the RPM"
runs /usr/bin/mayhem
rpm --upgrade --force --nodeps "$rpm" || fail "cannot upgrade"
eventually "not restarted by the upgrade" has_other_pid mayhem "$pid"
grep -q '^# mine' /etc/mayhem/mayhem.toml || fail "the upgrade took the config"
rpm --erase mayhem || fail "cannot remove"
systemctl is-active --quiet mayhem && fail "still active after removal"
[ ! -e /usr/bin/mayhem ] && [ ! -e /usr/lib/mayhem ] || fail "removal left the program or its libraries"
[ -e /etc/mayhem/mayhem.toml.rpmsave ] || fail "removal took the config"
echo "portable_test: passed"
