#!/usr/bin/env bash
# failed-tests.sh BUILD_FOLDER: what the last run of ctest in that folder says about the tests that failed, in short: of each
# at most 30 lines, those where its assertions failed, or where there are none the last that it wrote.
set -euo pipefail
logs=$1/Testing/Temporary
[[ -s $logs/LastTestsFailed.log ]] || exit 0

echo
echo "=== failed tests (all that they wrote is above, and in $logs/LastTest.log)"
awk -v lines_max=30 '
    FNR == NR { sub(/^[0-9]+:/, ""); has_failed[$0] = 1; next }
    /^[0-9]+\/[0-9]+ Testing: / { name = $0; sub(/^[0-9]+\/[0-9]+ Testing: /, "", name); count = 0; is_output = 0; next }
    !(name in has_failed) { next }
    /^Test time = / && !is_shown[name] { show($4); is_output = 0; next }
    is_output && /^<end of output>$/ { is_output = 0; next }
    is_output { line[++count] = $0; next }
    /^-+$/ && count == 0 && !is_shown[name] { is_output = 1 }
    function show(seconds,    i, from, shown) {
        is_shown[name] = 1
        printf "\n--- %s, after %s s\n", name, seconds
        for (i = 1; i <= count && shown < lines_max; ++i) {
            if (line[i] ~ /: Failure$|^unknown file: Failure/) { from = 8 }
            if (from > 0) { print line[i]; --from; ++shown }
        }
        if (shown == 0) {
            for (i = count > lines_max ? count - lines_max + 1 : 1; i <= count; ++i) { print line[i] }
        }
    }' "$logs/LastTestsFailed.log" "$logs/LastTest.log"
