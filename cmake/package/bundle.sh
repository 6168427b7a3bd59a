#!/bin/bash
# bundle.sh PROGRAM PREFIX: puts the program under PREFIX/bin and the libraries that it needs, but for glibc's, under
# PREFIX/lib/mayhem, so that it runs wherever there is a glibc that is new enough. With each library comes its licence.
set -euo pipefail
program=$1 prefix=$2
libraries=$prefix/lib/mayhem
licences=$prefix/share/doc/mayhem/licences
fail() { echo "bundle: $*" >&2; exit 1; }
command -v patchelf > /dev/null || fail "lacks patchelf: run bash cmake/install-packages.sh tests"
mkdir -p "$prefix/bin" "$libraries" "$licences"

# The kernel's, the loader, and what must be the host's own, because names of users and hosts are looked up by it.
of_glibc='^(linux-vdso|ld-linux-.*|libc|libm|libdl|libpthread|librt|libresolv|libnsl|libutil|libanl|libnss_.*)\.so'

declare -A file_of
while read -r name file; do
    [[ $name =~ $of_glibc ]] && continue
    [[ $file == /* ]] || fail "$name is not found"
    file_of[$name]=$(readlink -f "$file")
done < <(ldd "$program" | awk '$2 == "=>" { print $1, $3 }')

# Whose they are: dpkg knows files by the name with which they were installed, with /usr before it or without.
declare -A package_of
while read -r line; do
    path=${line##*: }
    package_of[/usr${path#/usr}]=${line%%:*}
done < <(dpkg-query --search "${file_of[@]/#\/usr/}" "${file_of[@]/#\/usr//usr}" 2> /dev/null || true)

for name in "${!file_of[@]}"; do
    file=${file_of[$name]}
    install -m 644 "$file" "$libraries/$name"
    package=${package_of[/usr${file#/usr}]:-}
    licence=/usr/share/doc/$package/copyright
    [ -n "$package" ] && [ -e "$licence" ] || fail "of $name the licence is not known"
    install -m 644 "$licence" "$licences/$package"
done
strip --strip-unneeded "$libraries"/*

install -m 755 "$program" "$prefix/bin/mayhem"
strip --strip-unneeded "$prefix/bin/mayhem"
# DT_RPATH, which holds for what the libraries need in turn; DT_RUNPATH does not.
patchelf --force-rpath --set-rpath "\$ORIGIN/../lib/mayhem" "$prefix/bin/mayhem"
