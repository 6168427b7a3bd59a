#!/usr/bin/env bash
# portable.sh CPACK BUILD WORK: makes the tarball and the RPM from the built tree, and proves that they ask of a host what they say:
# no glibc newer than 2.36, no other library than they bring, and, as root, a system that has nothing but glibc, in which the
# program runs. rpmlint reads the RPM.
set -euo pipefail
cpack=$1 build=$2 work=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
newest_glibc=2.36
rm -rf "$work"
mkdir -p "$work"
cd "$work"
fail() { echo "portable: $*" >&2; exit 1; }
for program in rpmbuild rpmlint patchelf; do
    command -v $program > /dev/null || fail "lacks $program: run bash cmake/install-packages.sh tests"
done

"$cpack" -G TGZ --config "$build/CPackConfig.cmake" -B "$work" > cpack.log 2>&1 || fail "no tarball: $(cat cpack.log)"
tarball=$(echo mayhem-*-linux-*.tar.gz)
[ -e "$tarball" ] || fail "no tarball: $(ls)"
tar -xf "$tarball"
tree=$work/${tarball%.tar.gz}
[ -x "$tree/bin/mayhem" ] && [ -x "$tree/install.sh" ] || fail "lacks the program or install.sh: $(find "$tree" | head -50)"
[ -e "$tree/lib/systemd/system/mayhem.service" ] && [ -e "$tree/share/doc/mayhem/examples/mayhem.toml" ] || fail "lacks the unit or the config"
[ -e "$tree/share/doc/mayhem/licences/libcurl4" ] || fail "lacks the licences"

# What it is linked with.
of_glibc='^(ld-linux-.*|libc|libm|libdl|libpthread|librt|libresolv)\.so'
for file in "$tree/bin/mayhem" "$tree"/lib/mayhem/*; do
    version=$(objdump -T "$file" | sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' | sort -uV | tail -1)
    [ "$(printf '%s\n' "$version" $newest_glibc | sort -V | tail -1)" = $newest_glibc ] || fail "$file needs glibc $version"
    while read -r needed; do
        [[ $needed =~ $of_glibc ]] || [ -e "$tree/lib/mayhem/$needed" ] || fail "$file needs $needed, which is not there"
    done < <(objdump -p "$file" | awk '$1 == "NEEDED" { print $2 }')
done
echo "$tarball: $(($(stat -c %s "$tarball") / 1024 / 1024)) MiB, $(ls "$tree/lib/mayhem" | wc -l) libraries"

# Where there is nothing but glibc.
if [ "$(id -u)" = 0 ]; then
    root=$work/root
    mkdir -p "$root"/{lib64,lib,etc,tmp,run,opt,proc,usr/share,var/lib}
    cp -R "$tree" "$root/opt/mayhem"
    cp -R /usr/share/zoneinfo "$root/usr/share/"
    for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2; do
        cp -L "$(ldconfig -p | awk -v n=$library '$1 == n && /x86-64|AArch64/ { print $NF; exit }')" "$root/lib/"
    done
    cp -L "$(readelf -l "$tree/bin/mayhem" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')" "$root/lib64/"
    echo 'root:x:0:0:root:/:/bin/sh' > "$root/etc/passwd"
    printf '[group.herd]\ndriver = "simulated"\n' > "$root/etc/mayhem.toml"
    # With /proc, by which the loader knows where the program stands; in a namespace that ends with it.
    inside() {
        unshare --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' \
            inside "$root" /opt/mayhem/bin/mayhem "$@"
    }
    inside --version | grep -q '^mayhem ' || fail "does not start where there is nothing but glibc"
    inside check -c /etc/mayhem.toml --offline > /dev/null || fail "cannot check there"
    inside run --no-dry-run -c /etc/mayhem.toml --store /tmp/mayhem.db --socket /tmp/control.sock 2> run.log &
    for _ in $(seq 300); do
        inside history --store /tmp/mayhem.db 2> /dev/null | grep -q recovered && break
        sleep 0.1
    done
    inside drain --socket /tmp/control.sock > /dev/null || fail "cannot be asked there: $(cat run.log)"
    wait $! || fail "does not run there: $(cat run.log)"
    inside report --store /tmp/mayhem.db --html /tmp/report.html | grep -q 'came back' || fail "cannot report there: $(cat run.log)"
    [ -s "$root/tmp/report.html" ] || fail "no report as a page"
    rm -r "$root"
fi

"$cpack" -G RPM --config "$build/CPackConfig.cmake" -B "$work" > cpack.log 2>&1 || fail "no RPM: $(cat cpack.log)"
rpm=$(echo mayhem-*.rpm)
[ -e "$rpm" ] || fail "no RPM: $(ls)"
files=$(rpm -qpl "$rpm")
for file in /etc/mayhem/mayhem.toml /usr/bin/mayhem /usr/lib/systemd/system/mayhem.service /usr/lib/systemd/system/mayhem.socket \
    /usr/lib/systemd/system/mayhem-holder.socket /usr/lib/systemd/system/mayhem-holder@.service \
    /usr/lib/sysusers.d/mayhem.conf /usr/share/man/man1/mayhem.1.gz /usr/share/man/man5/mayhem.toml.5.gz \
    /usr/share/bash-completion/completions/mayhem /usr/share/zsh/site-functions/_mayhem \
    /usr/share/fish/vendor_completions.d/mayhem.fish /usr/share/doc/mayhem/changelog.md; do
    grep -qx "$file" <<< "$files" || fail "the RPM lacks $file: $files"
done
! grep -qx -e /usr -e /usr/bin -e /usr/lib -e /etc <<< "$files" || fail "the RPM owns what is the system's"
[ "$(rpm -qpc "$rpm" | sort | tr "\n" " ")" = "/etc/mayhem/holder.toml /etc/mayhem/mayhem.toml " ] || fail "the config is not kept in an upgrade: $(rpm -qpc "$rpm")"
requires=$(rpm -qp --requires "$rpm")  # whole: who is not read to the end dies of SIGPIPE
grep -qx 'glibc >= 2.36' <<< "$requires" || fail "does not say which glibc"
changes=$(rpm -qp --changelog "$rpm")
[[ ${changes%%$'\n'*} == *"$(rpm -qp --queryformat '%{VERSION}-%{RELEASE}' "$rpm")"* ]] || fail "the changelog is of another version"
said=$(rpmlint --ignore-unused-rpmlintrc --config "$here/rpmlint.toml" "$rpm" 2>&1) && grep -q ' 0 errors' <<< "$said" || fail "rpmlint: $said"
echo "$rpm: $(($(stat -c %s "$rpm") / 1024 / 1024)) MiB,$(grep -o ' [0-9]* errors, [0-9]* warnings' <<< "$said")"
