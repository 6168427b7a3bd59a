#!/bin/sh
# Makes the files that the program embeds from their sources: build.sh [FOLDER], by default dist/ beside it. Takes Debian's
# esbuild and nothing from the network; the same sources give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$here/dist}
cd "$here"
esbuild src/main.jsx --bundle --minify --format=esm --target=es2022 --charset=utf8 --legal-comments=none \
    --jsx-factory=h --jsx-fragment=Fragment --log-level=warning --outfile="$to/app.js"
esbuild style.css --minify --target=chrome100,firefox100,safari15 --charset=utf8 --log-level=warning --outfile="$to/app.css"
