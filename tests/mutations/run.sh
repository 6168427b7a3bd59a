#!/bin/bash
# run.sh [NAME...]: breaks the code in each of the ways that mutations.txt lists, or in these, and says after how many
# runs mayhem-sim notices (docs/simulation.md, "Mutations"). It works on a copy of the tree as it stands, in
# build/mutations or $MAYHEM_MUTATIONS_FOLDER, which a second call uses again; ccache makes that quick.
#
#   NAME: found after N runs by PROMISE (S s)     or by stuck (a dead life that does not end), spin, crash, hangs
#   NAME: NOT FOUND in N runs (S s)
#
# Ends with 1 if one was not found by the promise that is expected to object, needs more runs than it may, does not
# build, or does not apply any more.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
folder=${MAYHEM_MUTATIONS_FOLDER:-$source/build/mutations}
tree=$folder/tree
sim=$tree/build/dev/src/sim/world/mayhem-sim
run_limit_s=5 # a run takes a half on an idle machine; whoever needs more for each of its runs hangs

# By content: a file that a mutation has changed and given back is newer here than what it was copied from.
copy_tree() {
    mkdir -p "$tree"
    local file
    while read -r -d '' file; do
        if ! cmp -s "$source/$file" "$tree/$file"; then
            mkdir -p "$tree/$(dirname "$file")"
            cp -p "$source/$file" "$tree/$file"
            touch "$tree/$file"
        fi
    done < <(cd "$source" && git ls-files -z --cached --others --exclude-standard -- . ':!tests/mutations')
    if [[ ! -f $tree/build/dev/build.ninja ]]; then
        (cd "$tree" && cmake --preset dev > "$folder/configure.log" 2>&1) || { cat "$folder/configure.log"; exit 1; }
    fi
}

build() {
    ninja -j"${MAYHEM_MUTATIONS_JOBS:-1}" -C "$tree/build/dev" mayhem-sim > "$folder/build.log" 2>&1
}

applied=
take_back() {
    if [[ -n $applied ]]; then
        patch -d "$tree" -p1 -R -s -i "$applied"
        applied=
    fi
}
trap take_back EXIT

# The promise, or what else ended the runs, as the output of mayhem-sim and its status tell.
who_objects() {
    local out=$1 status=$2
    if [[ $status == 124 || $status == 137 ]]; then
        echo hangs
    elif grep -q '^  a dead life did not come to its end' "$out"; then
        echo stuck
    elif grep -q '^  time does not go on' "$out"; then
        echo spin
    elif ((status > 1)); then
        echo crash
    else
        sed -n '/^seed [0-9]*: broken$/{n;s/^  \([a-z_]*\):.*/\1/p;q}' "$out"
    fi
}

judge() {
    local name=$1 runs=$2 expected=$3 hosts=${4:-1}
    local out=$folder/$name.out began=$SECONDS status=0
    if ! patch -d "$tree" -p1 -s --dry-run -i "$here/$name.patch" > "$out"; then
        echo "$name: DOES NOT APPLY"
        return 1
    fi
    patch -d "$tree" -p1 -s --no-backup-if-mismatch -i "$here/$name.patch"
    applied=$here/$name.patch
    if ! build; then
        cp "$folder/build.log" "$out"
        take_back
        echo "$name: DOES NOT BUILD, see $out"
        return 1
    fi
    # In a shell of its own, whose word about a crash goes where the rest goes.
    (timeout -k 5 $((60 + runs * run_limit_s * hosts)) "$sim" --seed 1 --runs "$runs" --pace hectic --hosts "$hosts" --tries 0; exit $?) > "$out" 2>&1 || status=$?
    take_back
    if ((status == 0)); then
        echo "$name: NOT FOUND in $runs runs ($((SECONDS - began)) s)"
        return 1
    fi
    local by after
    by=$(who_objects "$out" "$status")
    after=$(sed -n 's/^seed \([0-9]*\): broken$/\1/p; s/^it ended in: mayhem-sim --seed \([0-9]*\).*/\1/p' "$out" | head -1)
    echo "$name: found after ${after:-?} runs by $by ($((SECONDS - began)) s)"
    if [[ ,$expected, != *,$by,* ]]; then
        echo "$name: $expected was expected to object, see $out"
        return 1
    fi
}

copy_tree
failed=0
wanted=" $* "
while read -r name runs expected hosts; do
    if [[ -z $name || $name == \#* || ($# -gt 0 && $wanted != *" $name "*) ]]; then
        continue
    fi
    judge "$name" "$runs" "$expected" "$hosts" || failed=1
done < "$here/mutations.txt"
exit $failed
