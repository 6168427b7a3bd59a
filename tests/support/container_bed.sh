#!/bin/bash
# container_bed.sh podman|dockerd COMMAND...
#
# Runs COMMAND beside a container engine of its own, in namespaces of their own (mounts, network, processes, IPC, host
# name), with everything that the engine writes on a tmpfs: when COMMAND ends, or this script is killed, every process,
# mount and file is gone. Only cgroups are the host's; those that are made here are removed.
#
# COMMAND finds in its environment: MAYHEM_TEST_ENGINE (podman or dockerd), MAYHEM_TEST_ENGINE_SOCKET,
# MAYHEM_TEST_ENGINE_LOG, MAYHEM_TEST_ROOTFS (a tar file with a small root file system to make an image of),
# MAYHEM_TEST_CGROUP (the parent cgroup for containers) and MAYHEM_TEST_STATE (a folder for its own files).
# Exit status: that of COMMAND; 1 when the bed cannot be made. As root.
set -euo pipefail

engine=$1
shift

make_rootfs() {
    local root=$state/rootfs
    mkdir -p "$root"/{bin,tmp,etc,proc,sys,dev}
    cp "$(command -v busybox)" "$root/bin/busybox"
    local applet
    for applet in sh sleep test touch rm cat true; do
        ln -s busybox "$root/bin/$applet"
    done
    echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
    tar -C "$root" -cf "$MAYHEM_TEST_ROOTFS" .
}

start_podman() {
    # Podman asks for limits that need CAP_SYS_RESOURCE unless it is told others; crun refuses hybrid cgroups.
    cat >"$state/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
END
    cat >"$state/storage.conf" <<END
[storage]
driver = "vfs"
graphroot = "$state/graph"
runroot = "$state/run"
END
    export CONTAINERS_CONF=$state/containers.conf CONTAINERS_STORAGE_CONF=$state/storage.conf
    podman --tmpdir "$state/tmp" system service --time=0 "unix://$MAYHEM_TEST_ENGINE_SOCKET" >"$MAYHEM_TEST_ENGINE_LOG" 2>&1 &
}

start_dockerd() {
    dockerd --host "unix://$MAYHEM_TEST_ENGINE_SOCKET" --data-root "$state/graph" --exec-root "$state/exec" \
        --pidfile "$state/dockerd.pid" --storage-driver vfs --cgroup-parent "$MAYHEM_TEST_CGROUP" \
        --iptables=false --ip6tables=false --bridge=none >"$MAYHEM_TEST_ENGINE_LOG" 2>&1 &
}

inside() {
    mount -t tmpfs -o mode=0755 tmpfs "$state"
    mount -t tmpfs -o mode=0755 tmpfs /run
    mount -t tmpfs -o mode=1777 tmpfs /dev/shm  # podman's locks have one name for the whole host
    ip link set lo up
    export MAYHEM_TEST_ENGINE=$engine MAYHEM_TEST_STATE=$state
    export MAYHEM_TEST_ENGINE_SOCKET=$state/engine.sock MAYHEM_TEST_ENGINE_LOG=$state/engine.log
    export MAYHEM_TEST_ROOTFS=$state/rootfs.tar
    make_rootfs
    "start_$engine"
    local status=0
    "$@" || status=$?
    if [ "$status" -ne 0 ]; then
        echo "--- the last of what $engine wrote:" >&2
        tail -n 20 "$MAYHEM_TEST_ENGINE_LOG" >&2
    fi
    exit "$status"
}

if [ -n "${MAYHEM_TEST_BED_STATE:-}" ]; then
    state=$MAYHEM_TEST_BED_STATE
    inside "$@"
fi

for program in unshare ip busybox "$engine" runc; do
    command -v "$program" >/dev/null || { echo "$program is missing: bash cmake/install-packages.sh tests" >&2; exit 1; }
done
state=$(mktemp -d)
export MAYHEM_TEST_BED_STATE=$state MAYHEM_TEST_CGROUP=/mayhem-test-$$
clean_up() {
    # Until the kernel has let go of the processes, their cgroups cannot be removed.
    local attempt
    for attempt in $(seq 50); do
        find /sys/fs/cgroup -depth -type d \( -path "*$MAYHEM_TEST_CGROUP" -o -path "*$MAYHEM_TEST_CGROUP/*" \) -exec rmdir {} + 2>/dev/null || true
        [ -z "$(find /sys/fs/cgroup -type d -path "*$MAYHEM_TEST_CGROUP" 2>/dev/null)" ] && break
        sleep 0.1
    done
    rmdir "$state"
}
trap clean_up EXIT
trap 'exit 143' TERM INT HUP
unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private bash "$0" "$engine" "$@"
