#!/usr/bin/env bash
# How long a look at everything takes where there is much: `mayhem check` and `mayhem eligible` over many units of a real
# systemd, started in a bed for that. As root.
#     bash tests/support/systemd_bed.sh tests/benchmark/survey.sh       with BED_PROGRAMS=build/release/src/cli/mayhem
# Prints the seconds of three runs of each. MAYHEM_SURVEY_UNITS: how many units; 1000 unless it is set.
set -euo pipefail
units=${MAYHEM_SURVEY_UNITS:-1000}
program=${MAYHEM_BINARY:-/opt/bed/mayhem}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > /run/systemd/system/survey@.service <<'END'
[Service]
ExecStart=/bin/sleep infinity
Restart=always
END
systemctl daemon-reload
seq -f 'survey@%g.service' "$units" | xargs -n 100 systemctl start
cat > "$folder/mayhem.toml" <<'END'
[group.many]
driver = "systemd"
units = ["survey@*.service"]
mean_time_between = "4h"
END

for command in check eligible; do
    for _ in 1 2 3; do
        begin=$(date +%s%N)
        "$program" $command -c "$folder/mayhem.toml" > "$folder/out" 2> "$folder/err" || true
        end=$(date +%s%N)
        awk -v command="$command" -v ns=$((end - begin)) -v units="$units" -v lines="$(wc -l < "$folder/out")" \
            'BEGIN { printf "%s of %d units: %.2f s (%d lines)\n", command, units, ns / 1e9, lines }'
    done
done
