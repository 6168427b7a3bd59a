#!/bin/bash
# same_everywhere.sh PROGRAM: the same seeds take the same steps in two processes, whose memory lies elsewhere, and twice in one.
set -euo pipefail

trace() { "$@" | grep '^trace '; }

here=$(trace "$1" --seed 11 --runs 12 --twice)
there=$(trace setarch -R "$1" --seed 11 --runs 12)
if [ "$here" != "$there" ]; then
    echo "in one process $here, in the other $there"
    exit 1
fi
