#!/bin/bash
# mixed_events.sh FOLDER: what the witnesses of a mixed run wrote down, as the events that mayhem-judge reads
# (docs/simulation.md). In FOLDER, all times in microseconds since 1970 unless said otherwise:
#
#   mayhem.db    the record
#   life         BEGAN FROM TO | ENDED FROM TO HOW STATUS | SUSPENDED FROM TO: the lives of the daemon, as the test saw them
#   config.json  the config's event, without the fields that every event has
#   raised       COUNTER INCARNATION AT, when the counter was raised                                      } these may
#   terms        PID:START_TICKS of each worker that got a SIGTERM                                        } be
#   lives, ends  INVOCATION UNIT AT in nanoseconds, of each life of a unit                                } absent
#
# A witness that writes late is believed late: an act lies somewhere before the line that shows it. The wall clock must not
# have been set meanwhile.
set -euo pipefail
cd "$1"
touch raised terms lives ends
awk '{ print $1, $2, $3, (NF > 3 ? $4 : "-"), (NF > 4 ? $5 : 0) }' life > life.rows
boot_us=$(awk -v now="$(date +%s%6N)" '{ printf "%d", now - $1 * 1000000 }' /proc/uptime)
ticks=$(getconf CLK_TCK)

sqlite3 mayhem.db << X
CREATE TEMP TABLE life_note (what, lo INTEGER, hi INTEGER, how, status INTEGER);
CREATE TEMP TABLE raised_note (target, incarnation INTEGER, at INTEGER);
CREATE TEMP TABLE term_note (incarnation);
CREATE TEMP TABLE unit_begin (incarnation, target, at INTEGER);
CREATE TEMP TABLE unit_end (incarnation, target, at INTEGER);
.mode list
.separator " "
.import life.rows life_note
.import raised raised_note
.import terms term_note
.import lives unit_begin
.import ends unit_end
UPDATE unit_begin SET at = at / 1000;
UPDATE unit_end SET at = at / 1000;

-- What happened between lo and hi; rank: of what may have begun at the same time, the cause stands first.
CREATE TEMP TABLE happened (lo INTEGER, hi INTEGER, rank INTEGER, body TEXT);
CREATE TEMP TABLE run AS SELECT min(lo) AS first, max(hi) AS last FROM life_note;
CREATE TEMP TABLE config AS SELECT CAST(readfile('config.json') AS TEXT) AS body;

INSERT INTO happened SELECT lo, hi, 1, json_object('event', 'life_began', 'life', row_number() OVER (ORDER BY lo))
    FROM life_note WHERE what = 'BEGAN';
INSERT INTO happened SELECT lo, hi, 9, json_object('event', 'life_ended', 'life', row_number() OVER (ORDER BY lo),
    'how', how, 'status', status) FROM life_note WHERE what = 'ENDED';
INSERT INTO happened SELECT lo, hi, 2, body FROM life_note, config WHERE what = 'BEGAN';
INSERT INTO happened SELECT lo, lo, 2, json_object('event', 'trouble', 'trouble', rowid, 'kind', 'other',
    'stands', json('true'), 'text', 'suspended') FROM life_note WHERE what = 'SUSPENDED';
INSERT INTO happened SELECT hi, hi, 2, json_object('event', 'trouble', 'trouble', rowid, 'kind', 'other',
    'stands', json('false'), 'text', '') FROM life_note WHERE what = 'SUSPENDED';

-- The lives of the targets. A row of the record proves that a message was durable, and not when.
CREATE TEMP TABLE lived (group_name, target, incarnation, lo INTEGER, hi INTEGER);
INSERT INTO lived SELECT 'counters', target, incarnation, first - 1000000, first - 1000000
    FROM raised_note, run GROUP BY target HAVING min(incarnation);
INSERT INTO lived SELECT 'counters', target, incarnation + 1, max(at - 10000000, first), at + 1000000
    FROM raised_note, run;
INSERT INTO lived SELECT DISTINCT 'workers', coalesce((SELECT m.target FROM messages AS m
        WHERE m.group_name = 'workers' AND m.incarnation LIKE t.incarnation || ':%'), 'worker'),
    coalesce((SELECT m.incarnation FROM messages AS m
        WHERE m.group_name = 'workers' AND m.incarnation LIKE t.incarnation || ':%'), t.incarnation),
    $boot_us + substr(t.incarnation, instr(t.incarnation, ':') + 1) * 1000000 / $ticks - 1000000,
    $boot_us + substr(t.incarnation, instr(t.incarnation, ':') + 1) * 1000000 / $ticks + 1000000 FROM term_note AS t;
INSERT INTO lived SELECT CASE WHEN target LIKE 'mixed-web%' THEN 'units' ELSE 'limited' END, target, incarnation,
    at - 1000000, at + 2000000 FROM unit_begin;
INSERT INTO happened SELECT lo, hi, 3, json_object('event', 'target', 'target', target, 'incarnation',
    CAST(incarnation AS TEXT), 'state', 'healthy', 'groups', json_array(group_name)) FROM lived;
INSERT INTO happened SELECT planned_at, max(planned_at, last), 4, json_object('event', 'journalled', 'message', id,
    'group', group_name, 'target', target, 'incarnation', incarnation, 'planned_at_us', planned_at,
    'expires_at_us', expires_at, 'origin', 'plan') FROM messages, run;

-- What was done to them, and that they went down.
CREATE TEMP TABLE done (id INTEGER PRIMARY KEY, group_name, target, incarnation, lo INTEGER, hi INTEGER, how);
INSERT INTO done (group_name, target, incarnation, lo, hi, how)
    SELECT 'counters', target, incarnation, max(at - 10000000, first), at, 'restart' FROM raised_note, run;
INSERT INTO done (group_name, target, incarnation, lo, hi, how)
    SELECT l.group_name, l.target, l.incarnation, max(l.lo, first), last, 'TERM' FROM term_note AS t, run
    JOIN lived AS l ON l.group_name = 'workers' AND (l.incarnation = t.incarnation
        OR l.incarnation LIKE t.incarnation || ':%');
INSERT INTO done (group_name, target, incarnation, lo, hi, how)
    SELECT l.group_name, l.target, l.incarnation, max(l.lo, x.at - 20000000), x.at, 'unit' FROM unit_end AS x
    JOIN lived AS l ON l.target = x.target AND l.incarnation = x.incarnation;
INSERT INTO happened SELECT lo, hi, 5, json_object('event', 'act', 'act', id, 'group', group_name, 'target', target,
    'incarnation', CAST(incarnation AS TEXT)) FROM done;
INSERT INTO happened SELECT lo, hi, 6, json_object('event', 'hit', 'act', id, 'target', target,
    'incarnation', CAST(incarnation AS TEXT), 'signal', how) FROM done;
INSERT INTO happened SELECT lo, hi + 1000000, 7, json_object('event', 'target', 'target', target,
    'incarnation', CAST(incarnation AS TEXT), 'state', 'down', 'groups', json_array(group_name)) FROM done;

-- The last life is calm; in the end the record is read.
INSERT INTO happened SELECT hi, hi, 2, json_object('event', 'phase', 'phase', 'calm', 'within_us', 90000000)
    FROM life_note WHERE what = 'BEGAN' ORDER BY lo DESC LIMIT 1;
INSERT INTO happened SELECT last, last, 10, json_object('event', 'recorded_message', 'message', id, 'group', group_name,
    'planned_at_us', planned_at, 'state', state) FROM messages, run;
INSERT INTO happened SELECT last, last, 10, json_patch(json_object('event', 'recorded_attempt', 'message', id,
    'number', number), json_object('verdict', verdict, 'refused_by', refused_by, 'recovery_us', recovery_us))
    FROM attempts JOIN messages ON seq = message, run;
INSERT INTO happened SELECT last, last, 10, json_object('event', 'recorded_skip', 'group', group_name,
    'planned_at_us', planned_at, 'moments', moments, 'reason', reason) FROM skips, run;
INSERT INTO happened SELECT last, last, 11, json_object('event', 'record_read') FROM run;
INSERT INTO happened SELECT last, last, 12, json_object('event', 'phase', 'phase', 'over') FROM run;

.mode list
SELECT json_patch(json_object('seq', row_number() OVER (ORDER BY lo, rank), 'steady_us',
        json_array(lo - first, hi - first), 'wall_us', json_array(lo, hi), 'host', 'mixed'), body) FROM happened, run
    ORDER BY lo, rank;
X
