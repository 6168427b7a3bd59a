#!/bin/bash
# witness_events.sh FOLDER CONFIG_EVENT: what the witnesses of a run wrote down, as the events that mayhem-judge reads
# (docs/simulation.md). In FOLDER, all times in microseconds since 1970 unless said otherwise; the first four must be there:
#
#   mayhem.toml  the config of all lives, with its seed; CONFIG_EVENT is the program config_event, which reads it
#   mayhem.db    the record when all was over
#   read.db      the record as somebody found it while the last life went on
#   life         what the test did and saw, one after the other:
#                BEGAN FROM TO | STOPPED FROM TO | ENDED FROM TO HOW STATUS: a life of the daemon, and the signal to stop it
#                SUSPENDED FROM TO | CALM AT AT WITHIN: nothing is done to anybody from AT on | READ FROM TO: read.db
#   readings     FROM TO MESSAGE: who looked into the record between the two found this message
#   workers      WHAT AT PID:START_TICKS COMMAND LINE, with tabs: as tests/integration/daemon/worker.cpp has it
#   raised       COUNTER INCARNATION AT: before the counter was raised
#   stood        COUNTER INCARNATION AT: when it had been raised to this one
#   lives, ends  INVOCATION UNIT AT in nanoseconds, of each life of a unit
#   containers   GROUP NAME ID@STARTED_AT AT, when the engine was seen to have it running
#
# A witness that writes late is believed late: an act lies somewhere before the line that shows it. The wall clock must not
# have been set meanwhile.
set -euo pipefail
"$2" "$1/mayhem.toml" > "$1/config.json"
cd "$1"
touch readings workers raised stood lives ends containers
awk '{ print $1, $2, $3, (NF > 3 ? $4 : "-"), (NF > 4 ? $5 : 0) }' life > life.rows
boot_us=$(awk -v now="$(date +%s%6N)" '{ printf "%.0f", now - $1 * 1000000 }' /proc/uptime)
boot_id=$(cat /proc/sys/kernel/random/boot_id)
ticks=$(getconf CLK_TCK)

sqlite3 mayhem.db << X
ATTACH 'read.db' AS found;
CREATE TEMP TABLE life_note (what, lo INTEGER, hi INTEGER, how, status INTEGER);
CREATE TEMP TABLE reading (lo INTEGER, hi INTEGER, message);
CREATE TEMP TABLE raised_note (target, incarnation INTEGER, at INTEGER);
CREATE TEMP TABLE stood_note (target, incarnation INTEGER, at INTEGER);
CREATE TEMP TABLE unit_begin (incarnation, target, at INTEGER);
CREATE TEMP TABLE unit_end (incarnation, target, at INTEGER);
CREATE TEMP TABLE container (group_name, target, incarnation, seen INTEGER);
CREATE TEMP TABLE worker_note (what, at INTEGER, incarnation, target);
.mode list
.separator " "
.import life.rows life_note
.import readings reading
.import raised raised_note
.import stood stood_note
.import lives unit_begin
.import ends unit_end
.import containers container
.separator "\t"
.import workers worker_note
UPDATE unit_begin SET at = at / 1000;
UPDATE unit_end SET at = at / 1000;
CREATE INDEX reading_of ON reading (message);

-- What happened between lo and hi; rank: of what may have begun at the same time, the cause stands first.
CREATE TEMP TABLE happened (lo INTEGER, hi INTEGER, rank INTEGER, body TEXT);
CREATE TEMP TABLE run AS SELECT min(lo) AS first, max(hi) AS last,
    (SELECT lo FROM life_note WHERE what = 'READ') AS read_lo,
    (SELECT hi FROM life_note WHERE what = 'READ') AS read_hi FROM life_note;

INSERT INTO happened SELECT lo, hi, 1, json_object('event', 'life_began', 'life', row_number() OVER (ORDER BY lo))
    FROM life_note WHERE what = 'BEGAN';
INSERT INTO happened SELECT min(lo), hi, 2, CAST(readfile('config.json') AS TEXT) FROM life_note WHERE what = 'BEGAN';
INSERT INTO happened SELECT lo, hi, 8, json_object('event', 'asked', 'wish', row_number() OVER (ORDER BY lo),
    'what', 'stop') FROM life_note WHERE what = 'STOPPED';
INSERT INTO happened SELECT lo, hi, 9, json_object('event', 'life_ended', 'life', row_number() OVER (ORDER BY lo),
    'how', how, 'status', status) FROM life_note WHERE what = 'ENDED';
INSERT INTO happened SELECT lo, lo, 2, json_object('event', 'trouble', 'trouble', rowid, 'kind', 'other',
    'stands', json('true'), 'text', 'suspended') FROM life_note WHERE what = 'SUSPENDED';
INSERT INTO happened SELECT hi, hi, 2, json_object('event', 'trouble', 'trouble', rowid, 'kind', 'other',
    'stands', json('false'), 'text', '') FROM life_note WHERE what = 'SUSPENDED';
INSERT INTO happened SELECT hi, hi, 2, json_object('event', 'phase', 'phase', 'calm', 'within_us', CAST(how AS INTEGER))
    FROM life_note WHERE what = 'CALM';

-- The lives of the targets: each was healthy from somewhen between lo and hi on.
CREATE TEMP TABLE lived (group_name, target, incarnation, lo INTEGER, hi INTEGER);
INSERT INTO lived SELECT 'counters', target, min(incarnation), first - 1000000, first - 1000000
    FROM raised_note, run GROUP BY target;
INSERT INTO lived SELECT 'counters', r.target, r.incarnation + 1, r.at, coalesce(s.at, last) FROM raised_note AS r, run
    LEFT JOIN stood_note AS s ON s.target = r.target AND s.incarnation = r.incarnation + 1;
UPDATE worker_note SET incarnation = incarnation || ':$boot_id';
CREATE INDEX worker_of ON worker_note (incarnation, what);
CREATE INDEX worker_at ON worker_note (target, what, at);
INSERT INTO lived SELECT 'workers', target, incarnation, min(at, $boot_us - 100000
    + substr(incarnation, instr(incarnation, ':') + 1) * 1000000 / $ticks), at FROM worker_note WHERE what = 'began';
INSERT INTO lived SELECT CASE WHEN target LIKE 'mixed-web%' THEN 'units' ELSE 'limited' END, target, incarnation,
    at, at + 10000000 FROM unit_begin;
ALTER TABLE container ADD COLUMN started INTEGER;
UPDATE container SET started = substr(incarnation, instr(incarnation, '@') + 1);
UPDATE container SET started = 1000000 * strftime('%s', substr(started, 1, 19)
    || CASE WHEN started LIKE '%Z' THEN 'Z' ELSE substr(started, -6) END)
    + CAST(1000000 * CAST('0' || substr(started, 20) AS REAL) AS INTEGER);
INSERT INTO lived SELECT group_name, target, incarnation, started - 1000000, max(seen, started) FROM container;
CREATE INDEX lived_as ON lived (incarnation);
INSERT INTO happened SELECT lo, hi, 3, json_object('event', 'target', 'target', target, 'incarnation',
    CAST(incarnation AS TEXT), 'state', 'healthy', 'groups', json_array(group_name)) FROM lived;

-- A row of the record proves that a message was durable when it was found, and not before somebody did not find it.
CREATE TEMP TABLE found_at AS SELECT id, min(coalesce(min(r.hi), last), CASE WHEN id IN (SELECT id FROM found.messages)
    THEN read_hi ELSE last END) AS hi FROM run, main.messages LEFT JOIN reading AS r ON r.message = id GROUP BY id;
CREATE TEMP TABLE look AS SELECT DISTINCT lo, hi FROM reading UNION SELECT read_lo, read_hi FROM run;
INSERT INTO happened SELECT lo, max(lo, hi), 4, body FROM (SELECT max(planned_at, (SELECT coalesce(max(l.lo), 0)
        FROM look AS l WHERE l.hi < f.hi)) AS lo, f.hi AS hi, json_object('event', 'journalled', 'message', id,
    'group', group_name, 'target', target, 'incarnation', incarnation, 'planned_at_us', planned_at,
    'expires_at_us', expires_at, 'origin', 'plan') AS body FROM main.messages JOIN found_at AS f USING (id));

-- What was done to them, and by when they were down.
CREATE TEMP TABLE done (id INTEGER PRIMARY KEY, group_name, target, incarnation, lo INTEGER, hi INTEGER, down INTEGER, how);
INSERT INTO done SELECT NULL, 'counters', target, incarnation, max(at - 10000000, first), at, at + 1000000, 'restart'
    FROM raised_note, run;
INSERT INTO done SELECT NULL, 'workers', t.target, t.incarnation, max(l.lo, t.at - 10000000, first), t.at,
    coalesce((SELECT min(n.at) FROM worker_note AS n WHERE n.target = t.target AND n.what = 'began' AND n.at > t.at), last),
    'TERM' FROM worker_note AS t, run JOIN lived AS l ON l.incarnation = t.incarnation AND l.group_name = 'workers'
    WHERE t.what = 'term';
INSERT INTO done SELECT NULL, l.group_name, l.target, l.incarnation, max(l.lo, x.at - 20000000, first), x.at,
    x.at + 1000000, 'unit' FROM run, unit_end AS x JOIN lived AS l ON l.target = x.target AND l.incarnation = x.incarnation;
INSERT INTO done SELECT NULL, group_name, target, incarnation, max(started - 1000000, next - 20000000, first),
    next, next, 'engine' FROM run, (SELECT *, lead(started) OVER (PARTITION BY target ORDER BY started) AS next FROM container)
    WHERE next IS NOT NULL;
INSERT INTO happened SELECT lo, hi, 5, json_object('event', 'act', 'act', id, 'group', group_name, 'target', target,
    'incarnation', CAST(incarnation AS TEXT)) FROM done;
INSERT INTO happened SELECT lo, hi, 6, json_object('event', 'hit', 'act', id, 'target', target,
    'incarnation', CAST(incarnation AS TEXT), 'signal', how) FROM done;
INSERT INTO happened SELECT lo, down, 7, json_object('event', 'target', 'target', target, 'incarnation',
    CAST(incarnation AS TEXT), 'state', 'down', 'groups', json_array(group_name)) FROM done;

-- What is on record, when it was read.
INSERT INTO happened SELECT read_hi, read_hi, 10, json_object('event', 'recorded_message', 'message', id,
    'group', group_name, 'planned_at_us', planned_at, 'state', state) FROM found.messages, run;
INSERT INTO happened SELECT read_hi, read_hi, 10, json_patch(json_object('event', 'recorded_attempt', 'message', id,
    'number', number), json_object('verdict', verdict, 'refused_by', refused_by, 'recovery_us', recovery_us,
    'started_at_us', iif(act IS NULL, NULL, started_at), 'ended_at_us', iif(act IS NULL, NULL, ended_at), 'act', act,
    'not_before_us', not_before_us, 'pace', pace, 'usual_us', usual_us,
    'opens_breaker', json(iif(verdict = 'recovered' AND EXISTS (SELECT 1 FROM found.breakers AS b WHERE b.message = seq),
        'true', 'false')),
    'is_breaker_open', json(iif(EXISTS (SELECT 1 FROM found.breakers AS b WHERE b.group_name = m.group_name
        AND b.message IS NOT seq AND b.opened_at <= ended_at AND (b.closed_at IS NULL OR b.closed_at >= started_at)),
        'true', 'false')),
    'unforetold', json((SELECT json_group_array(json_extract(value, '$.id') || ' '
        || json_extract(value, '$.incarnation')) FROM json_each(coalesce(reach, '[]'))
        WHERE json_extract(value, '$.is_foretold') = 0))))
    FROM (SELECT * FROM found.attempts ORDER BY message, number) JOIN found.messages AS m ON seq = message, run;
INSERT INTO happened SELECT read_hi, read_hi, 10, json_object('event', 'recorded_skip', 'group', group_name,
    'planned_at_us', planned_at, 'moments', moments, 'reason', reason) FROM found.skips, run;
INSERT INTO happened SELECT read_hi, read_hi, 11, json_object('event', 'record_read') FROM run;
INSERT INTO happened SELECT read_hi, read_hi, 12, json_object('event', 'phase', 'phase', 'over') FROM run;

.mode list
SELECT json_patch(body, json_object('seq', row_number() OVER (ORDER BY lo, rank, happened.rowid), 'steady_us',
        json_array(lo - first, hi - first), 'wall_us', json_array(lo, hi), 'host', 'here')) FROM happened, run
    ORDER BY lo, rank, happened.rowid;
X
