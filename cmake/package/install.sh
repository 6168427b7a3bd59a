#!/bin/sh
# install.sh [PREFIX]: makes Mayhem, as it was unpacked, a service of this host: program and libraries under PREFIX (/usr/local),
# a user, a unit, and /etc/mayhem/mayhem.toml, a dry run without groups, unless there is one. Starts nothing. As root.
set -eu
umask 022
prefix=${1:-/usr/local}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$prefix"
rm -rf "$prefix/bin/mayhem" "$prefix/lib/mayhem"  # not written over: what runs keeps the files that it has
cp -R "$here/bin" "$here/lib" "$here/share" "$prefix/"
if [ ! -d /run/systemd/system ]; then
    echo "Installed: $prefix/bin/mayhem. There is no systemd, so there is no service: mayhem run -c FILE"
    exit 0
fi
mkdir -p /etc/mayhem /etc/sysusers.d
for file in mayhem.toml holder.toml; do
    [ -e "/etc/mayhem/$file" ] || cp "$here/share/doc/mayhem/examples/$file" "/etc/mayhem/$file"
done
cp "$here/lib/sysusers.d/mayhem.conf" /etc/sysusers.d/mayhem.conf
systemd-sysusers mayhem.conf
for unit in mayhem.service mayhem.socket mayhem-holder@.service mayhem-holder.socket; do
    sed "s|/usr/bin/mayhem|$prefix/bin/mayhem|" "$here/lib/systemd/system/$unit" > "/etc/systemd/system/$unit"
done
systemctl daemon-reload
echo "Installed: $prefix/bin/mayhem, /etc/mayhem/mayhem.toml. To start the service: systemctl enable --now mayhem"
