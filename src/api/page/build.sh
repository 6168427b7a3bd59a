#!/bin/sh
# Makes the files that the program embeds from their sources: build.sh [FOLDER], by default dist/ beside it. Takes Debian's
# esbuild and nothing from the network; the same sources give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$here/dist}
cd "$here"
for name in main:app report:report; do
    esbuild "src/${name%:*}.jsx" --bundle --minify --format=esm --target=es2022 --charset=utf8 --legal-comments=none \
        --jsx-factory=h --jsx-fragment=Fragment --log-level=warning --outfile="$to/${name#*:}.js"
done
esbuild style.css --minify --target=chrome100,firefox100,safari15 --charset=utf8 --log-level=warning --outfile="$to/app.css"

# What a report in a file by itself may run and look like: these bytes, and no others.
source_of() { env printf "$(sha256sum "$to/$1" | cut -c1-64 | sed 's/../\\x&/g')" | base64; }
printf "script-src 'sha256-%s'; style-src 'sha256-%s'" "$(source_of report.js)" "$(source_of app.css)" > "$to/report.policy"
