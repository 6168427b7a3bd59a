#!/usr/bin/env bash
# second-try.sh BUILD_FOLDER: after a run of ctest in that folder that failed. Tests of real components (label `integration`) that failed are
# run once more, each alone, now that nothing else runs: on a machine that stood still for a moment they may fail through no fault
# of the product. One that passes then is printed as FLAKY, with what it wrote when it failed, and costs nothing; but it is a fault
# to be looked into. All other tests are deterministic and have one try. Exits 0 if every failure was flaky, otherwise with 8, as ctest.
set -euo pipefail
build=$1
logs=$build/Testing/Temporary
folder=$(dirname "${BASH_SOURCE[0]}")
[[ -s $logs/LastTestsFailed.log ]] || exit 8  # not a test that failed, but the run of them

mapfile -t failed < <(sed 's/^[0-9]*://' "$logs/LastTestsFailed.log")
first=$logs/first-try  # each later call of ctest writes its logs over these
rm -rf "$first"
mkdir -p "$first/Testing/Temporary"
cp "$logs"/LastTest*.log "$first/Testing/Temporary/"
declare -A has_real_components
while IFS= read -r name; do
    has_real_components[$name]=yes
done < <(ctest --test-dir "$build" --show-only --label-regex '^integration$' | sed -n 's/^ *Test *#[0-9]*: //p')

flaky=()
broken=()
for name in "${failed[@]}"; do
    if [[ -z ${has_real_components[$name]:-} ]]; then
        broken+=("$name")
        continue
    fi
    printf '\n=== once more, alone: %s\n' "$name"
    pattern="^$(sed 's/[][\.*^$+?(){}|/]/\\&/g' <<<"$name")\$"
    if ctest --test-dir "$build" --tests-regex "$pattern" --output-on-failure --no-tests=error; then
        flaky+=("$name")
    else
        broken+=("$name")
    fi
done

bash "$folder/failed-tests.sh" "$first"
if ((${#flaky[@]} > 0)); then
    printf '\nFLAKY (failed above, passed alone): %s\n' "${flaky[@]}"
fi
if ((${#broken[@]} > 0)); then
    printf '\nFAILED: %s\n' "${broken[@]}"
    exit 8
fi
