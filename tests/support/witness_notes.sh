# Sourced by a run whose witnesses are judged: writes the notes that the run itself makes (witness_events.sh says what they
# are) into $work, where mayhem.toml and mayhem.db are, and asks $judge (mayhem-judge), with $config_event. `fail` says why
# a run ends.
witnesses=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

now() { date +%s%6N; }

note() { echo "$*" >> "$work/life"; }

# Looks into the record, beside the daemon: what is in it is durable by now.
look() {
    local from
    from=$(now)
    sqlite3 -cmd '.timeout 5000' "$work/mayhem.db" 'SELECT id FROM messages' > "$work/found"
    sed "s/^/$from $(now) /" "$work/found" >> "$work/readings"
}

# The record as it is now, which the judge compares with what the witnesses saw.
read_record() {
    local from
    from=$(now)
    sqlite3 -cmd '.timeout 5000' "$work/mayhem.db" "VACUUM INTO '$work/read.db'"
    note READ "$from" "$(now)"
}

judged() {  # STATUS: the judge must end with it
    local status=0
    bash "$witnesses/witness_events.sh" "$work" "$config_event" > "$work/events" || fail "the notes could not be read"
    "$judge" "$work/events" > "$work/verdict" 2>&1 || status=$?
    cat "$work/verdict"
    [ "$status" = "$1" ] || fail "the judge ended with $status and not with $1"
}

decided() {  # PROMISE...: a judge who was never asked has found nothing either
    local promise
    for promise; do
        awk -v promise="$promise" '$1 == promise && $2 > $3 + $4 { kept = 1 } END { exit !kept }' "$work/verdict" ||
            fail "nobody asked whether $promise"
    done
}
