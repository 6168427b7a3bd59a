# Sourced by mixed_run.sh after the run: what the record, the plan and the targets' own notes must show.
ask() { sqlite3 -separator ' ' "$store" "$1"; }
none() {
    local found
    found=$(ask "$2")
    [ -z "$found" ] || { tail -n 60 "$work/daemon.log" >&2; fail "$1: $(head -n 20 <<< "$found")"; }
}
acted="('recovered', 'not_recovered', 'unstable', 'not_ended', 'unwatched', 'save_failed')"
refusals="('halted', 'expired', 'outside_hours', 'excluded_day', 'too_near_the_end', 'protected', 'not_opted_in', 'already_restarted', 'too_young',
    'rested_too_little', 'too_few_healthy', 'too_many_at_once', 'daily_limit', 'hourly_limit', 'breaker_open', 'unsteady',
    'dry_run', 'would_stay_dead')"
ask "SELECT group_name || ': ' || coalesce(verdict || coalesce(' by ' || refused_by, ''), 'not finished') || ' ' || count(*)
     FROM attempts JOIN messages ON seq = message GROUP BY group_name, verdict, refused_by"
ask "SELECT group_name || ': ' || reason || ' ' || sum(moments) FROM skips GROUP BY group_name, reason"
for group in units limited podman dockerd workers counters; do
    ask "SELECT '$group: recovery median ' || (recovery_us / 1000) || ' ms of ' || total FROM
         (SELECT recovery_us, row_number() OVER (ORDER BY recovery_us) AS n, count(*) OVER () AS total
          FROM attempts JOIN messages ON seq = message WHERE group_name = '$group' AND verdict = 'recovered')
         WHERE n = (total + 1) / 2"
    [ "$(ask "SELECT count(*) FROM attempts JOIN messages ON seq = message
              WHERE group_name = '$group' AND verdict = 'recovered'")" -ge 3 ] || fail "$group: hardly any restart"
done
[ "$(ask 'PRAGMA integrity_check')" = ok ] || fail "the database is damaged"
ask "SELECT group_name || ': ' || count(*) || ' places within limits taken' FROM claims GROUP BY group_name"

# Each restart proven, each refusal explained, and none left open but by the last end.
none "hit twice" "SELECT group_name, target, incarnation, count(*) FROM attempts JOIN messages ON seq = message
    WHERE verdict IN $acted GROUP BY group_name, target, incarnation HAVING count(*) > 1"
none "recovered into the same life" "SELECT target, incarnation FROM attempts JOIN messages ON seq = message
    WHERE verdict = 'recovered' AND (incarnation_after = incarnation OR incarnation_after = '')"
none "not recovered" "SELECT target, error FROM attempts JOIN messages ON seq = message WHERE verdict IN ('not_recovered', 'unstable', 'not_ended')"
none "left dead" "SELECT * FROM breakers"
none "refused without a reason" "SELECT message, refused_by, error FROM attempts WHERE verdict = 'refused'
    AND (refused_by NOT IN $refusals OR refused_by = 'would_stay_dead' AND coalesce(error, '') = '')"
none "an attempt without an end" "SELECT message, number FROM attempts WHERE verdict IS NULL"

# The limits, as the record has them.
none "more than max_unavailable at once" "SELECT a.group_name, a.claimed_at, count(*) FROM claims AS a JOIN claims AS b
    ON a.group_name = b.group_name AND b.claimed_at <= a.claimed_at AND coalesce(b.ended_at, 9e18) > a.claimed_at
    GROUP BY a.message HAVING count(*) > CASE WHEN a.group_name IN ('units', 'workers') THEN 2 ELSE 1 END"
none "less than min_rest" "SELECT * FROM (SELECT m.target, claimed_at - lag(claimed_at) OVER
    (PARTITION BY m.group_name, m.target ORDER BY claimed_at) AS gap FROM claims JOIN messages AS m ON m.seq = claims.message
    WHERE m.group_name IN ('podman', 'dockerd')) WHERE gap <= 3000000"

# The plan as it was printed before: each of its moments, up to a group's last, has its message, or was skipped for a
# reason, whatever the kills have cut; and no message is of any other moment.
ends=$(printf '(%s), ' $killed)
cat > "$work/plan.sql" << X
CREATE TEMP TABLE planned AS SELECT value ->> 'group' AS group_name, value ->> 'message' AS id,
    CAST(strftime('%s', substr(value ->> 'at', 1, 19)) AS INTEGER) * 1000000
        + CAST(substr(value ->> 'at', 21, 6) AS INTEGER) AS at
    FROM json_each(CAST(readfile('$work/plan.json') AS TEXT), '\$.moments');
SELECT 'planned moments: ' || count(*) || ', with a message: ' || sum(id IN (SELECT id FROM messages)) FROM planned
    WHERE at < (SELECT max(planned_at) FROM messages);
SELECT 'WRONG: a message that was not planned: ' || id FROM messages WHERE id NOT IN (SELECT id FROM planned);
WITH last AS (SELECT group_name, max(planned_at) AS at FROM messages GROUP BY group_name)
SELECT 'WRONG: ' || group_name || ': ' || without || ' moments have no message, and ' || skipped || ' were skipped' FROM (
    SELECT group_name,
        (SELECT count(*) FROM planned AS p WHERE p.group_name = last.group_name AND p.at < last.at
            AND p.at > $began + 2000000 AND p.id NOT IN (SELECT id FROM messages)) AS without,
        (SELECT coalesce(sum(moments), 0) FROM skips AS s WHERE s.group_name = last.group_name AND s.planned_at < last.at
            AND s.planned_at > $began + 2000000) AS skipped
    FROM last) WHERE without <> skipped;
X
sqlite3 "$store" < "$work/plan.sql" | tee "$work/plan.log"
! grep WRONG "$work/plan.log" || fail "the plan was not followed"
none "nothing was missed while the daemon was suspended" "SELECT 'units' WHERE NOT EXISTS (SELECT 1 FROM skips
    WHERE reason = 'missed' AND group_name = 'units' AND planned_at BETWEEN $woken - 4000000 AND $woken)"
none "a burst after the suspension" "SELECT group_name, count(*) FROM attempts JOIN messages ON seq = message
    WHERE number = 1 AND started_at BETWEEN $woken AND $woken + 200000 AND planned_at < $woken
    GROUP BY group_name HAVING count(*) > 3"

# The witnesses, who may be a little late. A life that no message explains, or the other way round: what the kills cut may
# have happened or not.
counted() {  # GROUP NOTES PATTERN STARTED_BY_THE_TEST
    local acts cut seen
    acts=$(ask "SELECT count(*) FROM attempts JOIN messages ON seq = message WHERE group_name = '$1' AND verdict IN $acted")
    cut=$(ask "WITH ends (at) AS (VALUES ${ends%, }) SELECT count(DISTINCT message) FROM attempts JOIN messages ON seq = message
        WHERE group_name = '$1' AND (verdict = 'cancelled' OR verdict = 'refused'
            AND EXISTS (SELECT 1 FROM ends WHERE planned_at < at AND started_at > at))")
    for _ in $(seq 300); do
        seen=$(($(grep -c "$3" "$2" || true) - $4))
        [ "$seen" -ge "$acts" ] && break
        sleep 0.1
    done
    [ "$seen" -ge "$acts" ] && [ "$seen" -le $((acts + cut)) ] ||
        fail "$1: $seen restarts were seen by the targets, but $acts are on record, and $cut that were cut"
    echo "$1: $seen restarts seen by the targets, $acts on record, $cut cut"
}
counted units "$units_root/run/lives" web 5
counted limited "$units_root/run/lives" limited 3
for engine in $engines; do
    counted "$engine" "${engine_state[$engine]}/lives/starts" . 3
done
counted workers "$work/workers" ^term 0
counted counters "$work/raised" . 0
sort -k 2,2 -k 3,3n "$units_root/run/lives" > "$work/lives"
twice=$(grep ^term "$work/workers" | cut -f 3- | sort | uniq -d)
[ -z "$twice" ] || fail "a process was told to end twice: $twice"
[ -z "$(cut -d ' ' -f 1,2 "$work/raised" | sort | uniq -d)" ] || fail "a counter was raised twice in one life"
# From the decision to the line that the script writes there may be seconds.
awk -v begun=$begun '{ t = $3 / 1e6 - begun; if (int(t / 60) % 2 && t % 60 > 10) { print; bad = 1 } } END { exit bad }' \
    "$work/raised" || fail "a counter was raised outside of its hours"

# A unit's life that was shorter than min_age; more units down at once than allowed; a life that nobody lived.
awk '$2 ~ /web/ { if ($2 == unit && $3 - at < 1000000000) { print; bad = 1 } unit = $2; at = $3 } END { exit bad }' \
    "$work/lives" || fail "a unit was younger than min_age"
{ sed 's/^/up /' "$units_root/run/lives"; sed 's/^/down /' "$units_root/run/ends"; } | grep web | sort -k 4,4n |
    awk '{ down[$3] = ($1 == "down"); n = 0; for (unit in down) n += down[unit]; if (n > max) max = n }
         END { print "units: at most " max " down at once"; exit max > 2 }' || fail "too many units were down at once"
for id in $(ask "SELECT incarnation_after FROM attempts JOIN messages ON seq = message
                 WHERE group_name IN ('units', 'limited') AND verdict = 'recovered'"); do
    grep -q "^$id " "$work/lives" || fail "no unit had the life $id"
done
systemd_says() { nsenter -t "$(cat "$work/leader")" -m -u -i -n -p -C -- env -i PATH=/usr/bin:/bin systemctl "$@"; }
units=(mixed-web@{1..5}.service mixed-limited@{1..3}.service)
for _ in $(seq 300); do  # what the daemon did last may still be under way
    [ "$(systemd_says is-active "${units[@]}" | grep -cx active)" = "${#units[@]}" ] && break
    sleep 0.1
done
systemd_says is-active -q "${units[@]}" || fail "a unit is dead: $(systemd_says --failed --no-legend --plain)"

# All of it once more, by the promises that the simulation knows.
cp "$units_root/run/ends" "$work/ends"
for engine in $engines; do cat "${engine_state[$engine]}/lives/containers"; done > "$work/containers"
judged 0
decided acts_once right_target follows_plan few_at_once enough_healthy keeps_hours messages_are_settled moments_are_on_record \
    record_is_true ends_in_time
again=$(grep -m 1 ^term "$work/workers")
echo "$again" >> "$work/workers"
judged 1 > /dev/null
grep '^BROKEN acts_once' "$work/verdict" || fail "the judge did not see the second act: $again"
