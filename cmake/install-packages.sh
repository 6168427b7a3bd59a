#!/usr/bin/env bash
# Installs the Debian packages that are missing:
#     bash cmake/install-packages.sh          what the build needs (packages.txt)
#     bash cmake/install-packages.sh tests    that, and what the tests and gates need (packages-tests.txt)
# Says beforehand what that will be, with everything that comes along. Asks nothing; uses sudo only when not root.
set -euo pipefail

folder=$(dirname "${BASH_SOURCE[0]}")
lists=("$folder/packages.txt")
case "$*" in
    "") ;;
    tests) lists+=("$folder/packages-tests.txt") ;;
    *)
        echo "install-packages: there is no list '$*'; there is: tests" >&2
        exit 2
        ;;
esac
mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "${lists[@]}")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install-packages: this is no Debian, so nothing is installed; needed is what these Debian packages hold:" >&2
    printf '    %s\n' "${wanted[@]}" >&2
    exit 0
fi

# A program of the package's name does as well: npm comes with Node.js where that is not Debian's.
is_installed() { command -v "$1" >/dev/null || [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        echo "install-packages: these packages are missing, and there is neither root nor sudo to install them:" >&2
        echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

# Servers that tests start, each on a port of the loopback. Their own services would listen on every address: masked, they stay off.
for service in prometheus prometheus-alertmanager; do
    unit=/etc/systemd/system/$service.service
    if [[ " ${missing[*]} " == *" $service "* && ! -e $unit && ! -L $unit ]]; then
        "${as_root[@]}" install -d /etc/systemd/system
        "${as_root[@]}" ln -s /dev/null "$unit"
    fi
done

echo "install-packages: missing: ${missing[*]}"
apt update || { sleep 5; apt update; } || echo "install-packages: apt-get update failed, trying with the old lists" >&2
install=(install --yes --no-install-recommends "${missing[@]}")
mapfile -t coming < <(apt --simulate "${install[@]}" 2>/dev/null | sed -n 's/^Inst \([^ ]*\).*/\1/p' | sort)
if ((${#coming[@]} > 0)); then
    echo "install-packages: installing ${#coming[@]} packages, with what they need: ${coming[*]}"
fi
if ! apt "${install[@]}"; then
    echo "install-packages: apt-get could not install: ${missing[*]}" >&2
    exit 1
fi
