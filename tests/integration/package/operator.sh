# What the tests of the package share: read by them inside tests/support/systemd_bed.sh, and nowhere else.
[ "${MAYHEM_SYSTEMD_BED:-}" = 1 ] || { echo "$0: only inside systemd_bed.sh" >&2; exit 99; }
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

# arm_against_victim RESTART_SEC MEAN_TIME_BETWEEN: a unit that comes back after so long, and a config that may hit it.
arm_against_victim() {
    cat > /etc/systemd/system/victim.service << U
[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sleep 86400
User=games
Restart=always
RestartSec=$1
U
    systemctl daemon-reload
    systemctl start victim.service || fail "cannot start the victim"
    cat > /etc/mayhem/mayhem.toml << C
dry_run = false
[group.victims]
driver = "process"
command_line = "sleep 86400"
user = "games"
mean_time_between = "$2"
stable_for = "0s"
C
    mkdir -p /etc/systemd/system/mayhem.service.d
    printf '[Unit]\nStartLimitIntervalSec=0\n' > /etc/systemd/system/mayhem.service.d/limit.conf  # tests start it often
    cp /usr/share/doc/mayhem/examples/process-driver.conf /etc/systemd/system/mayhem.service.d/ || fail "no drop-in"
    systemctl daemon-reload
    systemctl restart mayhem || fail "cannot restart"
}
