#!/usr/bin/env bash
# Five worker processes under the monkey for about 20 seconds, then the report.
#     bash cmake/demo.sh [SECONDS]
# The monkey restarts only the five processes that this script starts; the record stays in a temporary folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-20}
workers=(billing checkout images mailer search)

bash cmake/install-packages.sh
echo "Building mayhem (Release); the first time takes a few minutes."
tests=OFF  # their libraries are not installed; where check.sh has been, they are
[[ ! -e build/release/CTestTestfile.cmake ]] || tests=ON
cmake --preset release -DMAYHEM_BUILD_TESTS=$tests -DMAYHEM_LTO_LINK=OFF >/dev/null
cmake --build --preset release --target mayhem
mayhem=$PWD/build/release/src/cli/mayhem

folder=$(mktemp -d "${TMPDIR:-/tmp}/mayhem-demo.XXXXXX")
supervisors=()
monkey=""

# One worker under a supervisor of the simplest kind: started again half a second after it dies.
supervise() {
    local worker=""
    trap '[[ -z $worker ]] || kill "$worker" 2>/dev/null; exit 0' TERM
    while :; do
        "$folder/bin/$1" infinity &
        worker=$!
        wait "$worker" 2>/dev/null || true
        sleep 0.5 &
        wait $!
    done
}

clean_up() {
    [[ -z $monkey ]] || kill -TERM "$monkey" 2>/dev/null || true
    ((${#supervisors[@]} == 0)) || kill -TERM "${supervisors[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
}
trap clean_up EXIT

mkdir "$folder/bin"
for worker in "${workers[@]}"; do
    cp "$(command -v sleep)" "$folder/bin/$worker"
    supervise "$worker" 2>/dev/null &
    supervisors+=($!)
done

cat >"$folder/mayhem.toml" <<TOML
# Restart one of five workers about every three seconds.
dry_run = true                      # --no-dry-run on the command line lifts it

[store]
path = "$folder/mayhem.db"

[group.workers]
driver = "process"
command_line = "$folder/bin/"       # the workers, and nothing else on this machine
allow_terminal = true               # whoever runs this script may sit at one
allow_dead = true                   # a loop starts them again, which nobody else can know
signal = "KILL"
mean_time_between = "3s"
recovery_timeout = "10s"
stable_for = "1s"                   # so long a new worker must stand to have recovered
TOML

printf '\nFive workers run under a simple supervisor: %s\n' "${workers[*]}"
printf 'The monkey kills one of them about every three seconds, for %s seconds.\n\n' "$seconds"
"$mayhem" run --config "$folder/mayhem.toml" --no-dry-run &
monkey=$!
sleep "$seconds" &
wait $! || true
kill -TERM "$monkey"
status=0
wait "$monkey" || status=$?
monkey=""

printf '\nWhat was done, one line for each attempt:\n\n'
"$mayhem" history --config "$folder/mayhem.toml" || status=$?
printf '\nThe report:\n\n'
"$mayhem" report --config "$folder/mayhem.toml" || status=$?
printf '\nThe record: %s\nThe config: %s\n' "$folder/mayhem.db" "$folder/mayhem.toml"
exit "$status"
