#!/bin/bash
# same_everywhere.sh PROGRAM: the same seeds take the same steps in two processes, whose memory lies elsewhere, twice in one, and
# each alone as one after another: a failure that comes late in a list is found again by its seed.
set -euo pipefail

first=1300
runs=100

trace() { "$@" | sed -n 's/^trace //p'; }

here=$(trace "$1" --seed 11 --runs 12 --twice)
there=$(trace setarch -R "$1" --seed 11 --runs 12)
if [ "$here" != "$there" ]; then
    echo "in one process $here, in the other $there"
    exit 1
fi

together=$(trace "$1" --seed "$first" --runs "$runs")
sum=0
for ((seed = first; seed < first + runs; ++seed)); do
    sum=$((sum + 0x$(trace "$1" --seed "$seed")))
done
apart=$(printf '%016x' "$sum")
if [ "$together" != "$apart" ]; then
    echo "seeds $first to $((first + runs - 1)): $together in one process, $apart each in a process of its own"
    exit 1
fi
