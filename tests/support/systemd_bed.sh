#!/bin/bash
# systemd_bed.sh PROGRAM ARGUMENTS...: runs PROGRAM beside a real systemd that manages nothing but this bed.
#
# systemd is PID 1 of namespaces of its own (mount, PID, network, IPC, UTS, cgroup) over an overlay of / whose upper half
# is in memory: no folder of the host is writable in there. PROGRAM (copied to /opt/bed, with those in $BED_PROGRAMS) runs
# in them and gives its exit status. Besides the system manager there is a user manager, whose bus is
# /run/bed-user/bus. $BED_LEADER_FILE, if given, gets the number of that systemd: /proc/NUMBER/root is the bed. Nothing is
# left behind, however this script ends: the kernel ends every process in a PID namespace with its first one, which ends
# with the script, and a process of its own then removes the cgroup and the folder.
# Where it cannot be set up, it fails (status 99) and says what is missing.
set -u
fail() { echo "systemd_bed: $*" >&2; exit 99; }

[ "$(id -u)" = 0 ] || fail "needs root, to make namespaces: run the tests as root"
for program in unshare nsenter setpriv pivot_root ip dbus-daemon; do
    command -v "$program" > /dev/null || fail "lacks $program: run bash cmake/install-packages.sh tests"
done
[ -x /lib/systemd/systemd ] || fail "lacks systemd: run bash cmake/install-packages.sh tests"

# A mount namespace for the script itself, so that its mounts go with it.
if [ "${1:-}" != --inside ]; then
    exec setpriv --pdeathsig KILL unshare --mount --propagation private bash "$0" --inside "$@"
fi
shift

bed=$(mktemp -d) || fail "cannot make a folder"
group=mayhem-bed-$$
boot_log=$bed/boot.log

# Waits until nobody holds the other end of its input, which this script alone does. No child of the script, so that
# whoever kills a tree of processes leaves it.
sweep='
    trap "" TERM INT HUP
    cat > /dev/null
    for _ in $(seq 200); do
        [ -d "$1/cgroup/$2" ] || break
        find "$1/cgroup/$2" -depth -type d -exec rmdir {} + 2> /dev/null || sleep 0.05
    done
    umount -l "$1/memory/root" "$1/memory" "$1/cgroup" 2> /dev/null
    rm -f "$1/boot.log"
    rmdir "$1/memory" "$1/cgroup" "$1" 2> /dev/null'
exec {alive}> >(setsid bash -c "$sweep" _ "$bed" "$group" <&0 > /dev/null 2>&1 &)

end() {
    if [ -n "${unshare_pid:-}" ]; then
        kill -KILL "$unshare_pid" 2> /dev/null
        wait "$unshare_pid" 2> /dev/null
    fi
    echo $$ > "$bed/cgroup/cgroup.procs" 2> /dev/null
    exec {alive}>&-
    for _ in $(seq 240); do
        [ -d "$bed" ] || break
        sleep 0.05
    done
}
trap end EXIT
trap 'exit 143' TERM INT HUP

mkdir "$bed/memory" "$bed/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$bed/memory" || fail "cannot mount a tmpfs: the tests need CAP_SYS_ADMIN"
mount -t cgroup2 cgroup2 "$bed/cgroup" || fail "cannot mount cgroup2: the tests need a kernel with it, and CAP_SYS_ADMIN"
mkdir "$bed/cgroup/$group" || fail "cannot make a cgroup"
echo $$ > "$bed/cgroup/$group/cgroup.procs" || fail "cannot enter a cgroup of its own"

root=$bed/memory/root
mkdir "$bed/memory/upper" "$bed/memory/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$bed/memory/upper,workdir=$bed/memory/work" "$root" ||
    fail "cannot mount an overlay of /"
: > "$root/etc/machine-id"
mkdir -p "$root/opt/bed"
cp "$1" ${BED_PROGRAMS:-} "$root/opt/bed/" || fail "cannot copy $1"
units=$root/etc/systemd/system
for unit in systemd-sysctl systemd-remount-fs systemd-modules-load systemd-udevd systemd-udev-trigger systemd-logind \
    systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-tmpfiles-clean; do
    ln -sfn /dev/null "$units/$unit.service"
done
cat > "$units/bed.target" << 'U'
[Unit]
Requires=basic.target dbus.service bed-user.service
After=basic.target dbus.service bed-user.service
U
cat > "$units/bed-user.service" << 'U'
[Service]
Type=notify
Environment=HOME=/run/bed-user XDG_RUNTIME_DIR=/run/bed-user DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bed-user/bus
RuntimeDirectory=bed-user
ExecStart=/lib/systemd/systemd --user --unit=basic.target
Delegate=yes
KillMode=mixed
U

setpriv --pdeathsig KILL unshare --mount --pid --fork --cgroup --net --uts --ipc --propagation private --kill-child \
    bash -s "$root" > "$boot_log" 2>&1 {alive}>&- << 'X' &
set -e
root=$1
ip link set lo up
hostname bed
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r name major minor <<< "$device"
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
cd "$root"
mkdir -p .old
pivot_root . .old
umount -l /.old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=bed.target \
    --log-target=console --log-level=warning --show-status=no < /dev/null
X
unshare_pid=$!

give_up() { cat "$boot_log" >&2; fail "$*"; }
leader=
for _ in $(seq 1200); do
    [ -d "/proc/$unshare_pid" ] || give_up "systemd did not start"
    leader=$(cat "/proc/$unshare_pid/task/$unshare_pid/children" 2> /dev/null)
    leader=${leader%% *}
    if [ -n "$leader" ] && [ "$(cat "/proc/$leader/comm" 2> /dev/null)" = systemd ]; then
        state=$(nsenter -t "$leader" -m -u -i -n -p -C -- env -i PATH=/usr/bin:/bin systemctl is-active bed.target 2> /dev/null)
        [ "$state" = active ] && break
        [ "$state" = failed ] && give_up "bed.target failed"
    fi
    sleep 0.05
done
[ "${state:-}" = active ] || give_up "systemd was not up within 60 s"
[ -z "${BED_LEADER_FILE:-}" ] || echo "$leader" > "$BED_LEADER_FILE"
nsenter -t "$leader" -m -u -i -n -p -C -- env -u TMPDIR MAYHEM_SYSTEMD_BED=1 "/opt/bed/$(basename "$1")" "${@:2}" {alive}>&-
status=$?
if [ "$status" != 0 ]; then
    echo "systemd_bed: what its systemd said last" >&2
    tail -n 50 "$boot_log" >&2
fi
exit "$status"
