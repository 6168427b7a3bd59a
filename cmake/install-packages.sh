#!/usr/bin/env bash
# Installs the Debian packages of cmake/packages.txt that are missing. Asks nothing; uses sudo only when not root.
set -euo pipefail

list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"
mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$list")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install-packages: this is no Debian, so nothing is installed; the build needs what these Debian packages hold:" >&2
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
        echo "    apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

echo "install-packages: installing ${missing[*]}"
apt update || { sleep 5; apt update; } || echo "install-packages: apt-get update failed, trying with the old lists" >&2
if ! apt install --yes --no-install-recommends "${missing[@]}"; then
    echo "install-packages: apt-get could not install: ${missing[*]}" >&2
    exit 1
fi
