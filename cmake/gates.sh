#!/usr/bin/env bash
# Every gate that a change must pass, or those named:
#     bash cmake/gates.sh [format] [release] [asan] [tsan] [tidy]
# Runs all of them whatever fails, ends with a table, exits 1 if one failed.
#
#   format   clang-format finds nothing to change
#   release  warnings are errors; all tests, those of the policies (headers, includes, install) among them
#   asan     the unit tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer
#   tsan     the unit tests that use threads under ThreadSanitizer
#   tidy     clang-tidy over src, with nothing precompiled: each source includes what it uses
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

gate_format() {
    find include src tests -name '*.[ch]pp' -print0 | xargs -0 clang-format-19 --dry-run --Werror
}

gate_release() { bash cmake/check.sh; }

# Only what the labels select is built: the unit tests and what they link against.
sanitized() {
    cmake --preset "$1" && cmake --build --preset "$1" --target tests/unit/all && ctest --preset "$1" --parallel "$(nproc)"
}

gate_asan() {
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1 sanitized asan
}

gate_tsan() { TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 sanitized tsan; }

gate_tidy() {
    cmake --preset tidy &&
        find src -name '*.cpp' -print0 |
        xargs -0 --max-args=4 --max-procs="$(nproc)" clang-tidy-19 --quiet -p build/tidy 2> >(grep -v 'warnings generated' >&2)
}

gates=("$@")
((${#gates[@]} > 0)) || gates=(format release asan tsan tidy)
for gate in "${gates[@]}"; do
    if ! declare -F "gate_$gate" >/dev/null; then
        echo "gates: there is no gate '$gate'; there are: format release asan tsan tidy" >&2
        exit 2
    fi
done

bash cmake/install-packages.sh tests || exit 1
table=""
failed=0
for gate in "${gates[@]}"; do
    printf '\n=== %s\n' "$gate"
    begin=$SECONDS
    verdict=passed
    "gate_$gate" || { verdict=FAILED; failed=1; }
    table+=$(printf '%-8s %-6s %4d s' "$gate" "$verdict" $((SECONDS - begin)))$'\n'
done
printf '\n%s' "$table"
exit "$failed"
