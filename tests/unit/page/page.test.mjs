// Proves how the page writes numbers and moments, where it puts things, which marks become one, and what its sentence says;
// by Node.js alone, without a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';

const src = new URL('../../../src/api/page/src/', import.meta.url);
const { evenTicks, linear, logarithmic, logTicks } = await import(new URL('scale.js', src));
const { clock, hourTicks, longDate, moment, relative, roughly } = await import(new URL('time.js', src));
const { spanTicks } = await import(new URL('ticks.js', src));
const { bytes, count, factor, markText, safe, seconds } = await import(new URL('words.js', src));
const { merge } = await import(new URL('merge.js', src));
const { sentence, sums } = await import(new URL('sentence.js', src));

const at = (text) => Date.parse(text);
const berlin = 'Europe/Berlin';

test('seconds are written as people read them', () => {
  assert.deepEqual([0.412, 1, 3.41, 99.94, 99.96, 134, 3600, 3900, null].map(seconds),
    ['0.41 s', '1.0 s', '3.4 s', '99.9 s', '1 min 40 s', '2 min 14 s', '1 h 0 min', '1 h 5 min', 'not known']);
});

test('numbers have thin spaces between thousands, and factors two figures', () => {
  assert.deepEqual([7, 1234, 38117, 1234567].map(count), ['7', '1\u2009234', '38\u2009117', '1\u2009234\u2009567']);
  assert.deepEqual([4.12, 9.96, 12.4].map(factor), ['4.1\u00a0\u00d7', '10.0\u00a0\u00d7', '12\u00a0\u00d7']);
  assert.deepEqual([900, 32505856, 2.5e9, null].map(bytes), ['1 kB', '33 MB', '2.5 GB', 'size not known']);
});

test('what drives terminals and turns text is shown as what it is, and what is long is cut', () => {
  assert.equal(safe('web\u001b[31m\u202eevil\u2066\u200b'), 'web\\u001b[31m\\u202eevil\\u2066\\u200b');
  assert.equal(safe('x'.repeat(300)), `${'x'.repeat(200)}\u2026`);
  assert.equal(safe('<b>&amp;</b>'), '<b>&amp;</b>');
  assert.equal(safe(undefined), '');
});

test('moments under a picture are as fine as its stretch, and few', () => {
  const from = at('2026-11-27T10:00:03Z');
  const labels = (length) => spanTicks(from, from + length, 8, berlin).map((t) => t.label);

  assert.deepEqual(labels(12e3), ['11:00:04', '11:00:06', '11:00:08', '11:00:10', '11:00:12', '11:00:14']);
  assert.deepEqual(labels(50 * 60e3), ['11:10', '11:20', '11:30', '11:40', '11:50']);
  assert.deepEqual(labels(24 * 3600e3), ['12:00', '15:00', '18:00', '21:00', 'Sat 28', '03:00', '06:00', '09:00']);
  assert.deepEqual(labels(5 * 86400e3), ['Sat 28', 'Sun 29', 'Mon 30', 'Tue 1', 'Wed 2']);
  assert.ok(labels(365 * 86400e3).length <= 8);
  assert.equal(labels(365 * 86400e3)[0], '2026-11-28');
});

test('a day of 25 hours has the hour that is shown twice twice, and one of 23 lacks the one that is leapt over', () => {
  const autumn = hourTicks(at('2026-10-24T22:00:00Z'), at('2026-10-25T23:00:00Z'), 1, berlin).map((t) => t.label);
  const spring = hourTicks(at('2026-03-28T23:00:00Z'), at('2026-03-29T22:00:00Z'), 1, berlin).map((t) => t.label);

  assert.equal(autumn.filter((l) => l === '02:00').length, 2);
  assert.equal(autumn.length, 26);
  assert.equal(spring.includes('02:00'), false);
  assert.equal(spring.length, 24);
  assert.deepEqual([spring[0], spring[spring.length - 1]], ['00:00', '24:00']);
});

test('ticks stand at full hours in zones that are half an hour off', () => {
  const ticks = hourTicks(at('2026-11-27T00:00:00Z'), at('2026-11-27T12:00:00Z'), 2, 'Asia/Kolkata');

  assert.deepEqual(ticks.map((t) => t.label), ['06:00', '08:00', '10:00', '12:00', '14:00', '16:00']);
  assert.equal(ticks[0].at, at('2026-11-27T00:30:00Z'));
});

test('a moment is a time today, a weekday within a week, a date beyond', () => {
  const now = at('2026-11-27T09:41:08Z');

  assert.equal(moment(at('2026-11-27T10:31:00Z'), now, berlin), '11:31');
  assert.equal(moment(at('2026-11-30T08:41:00Z'), now, berlin), 'Mon 09:41');
  assert.equal(moment(at('2026-12-24T08:41:00Z'), now, berlin), '2026-12-24 09:41');
  assert.equal(moment(at('2026-11-27T10:31:07Z'), now, berlin, true), '11:31:07');
  assert.equal(clock(now, 'Australia/Lord_Howe'), '20:41:08');
  assert.equal(longDate(now, berlin), 'Fri 27 November');
});

test('a distance has one unit, and two where that matters', () => {
  const now = at('2026-11-27T09:41:08Z');

  assert.deepEqual([5, 59, 60, 3599, 3600, 9000, 90000, 900000].map(roughly), ['5 s', '59 s', '1 min', '59 min', '1 h 0 min', '2 h 30 min', '1 d 1 h', '10 d']);
  assert.equal(relative(now + 50 * 60e3, now), 'in 50 min');
  assert.equal(relative(now - 180e3, now), '3 min ago');
});

test('scales put their ends at the ends', () => {
  assert.deepEqual([0, 5, 10].map(linear(0, 10)), [0, 50, 100]);
  assert.deepEqual([0.1, 1, 10].map((v) => Math.round(logarithmic(0.1, 10)(v))), [0, 50, 100]);
  assert.equal(Number.isFinite(logarithmic(0.1, 10)(0)), true);
});

test('ticks are round, within the picture, and few', () => {
  for (const to of [0.3, 1, 7, 30, 59, 61, 3600]) {
    const ticks = evenTicks(to, 4);
    assert.equal(ticks[0], 0);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${to}: ${ticks}`);
    assert.ok(ticks[ticks.length - 1] <= to * 1.001);
  }
  assert.deepEqual(logTicks(0.9, 80, 7), [1, 3, 10, 30]);
  assert.deepEqual(logTicks(2, 20, 7), [2, 3, 5, 10, 20]);
});

test('marks that lie on each other become one with a count, and the worst decides how it looks', () => {
  const marks = [{ x: 10, kind: 'recovered' }, { x: 10.5, kind: 'not_recovered' }, { x: 10.6, kind: 'refused' }, { x: 50, kind: 'recovered' }];

  const merged = merge(marks, 1000);

  assert.deepEqual(merged.map((m) => [m.kind, m.count, m.x]), [['not_recovered', 3, 10], ['recovered', 1, 50]]);
  assert.equal(merged[0].of.length, 3);
});

test('what is planned never hides what was done', () => {
  const merged = merge([{ x: 10, kind: 'recovered' }, { x: 10.1, kind: 'planned' }], 1000);

  assert.deepEqual(merged.map((m) => m.kind), ['recovered', 'planned']);
});

test('a mark says what happened, to whom', () => {
  assert.equal(markText({ kind: 'recovered', target: 'pg-main', seconds: 14.1, is_slow: true }), 'pg-main came back in 14.1 s, slower than its usual');
  assert.equal(markText({ kind: 'refused', target: 'a', refused_by: 'too_few_healthy' }), 'a refused: too few healthy');
  assert.equal(markText({ kind: 'planned', refused_by: 'breaker_open' }), 'planned, will be refused: breaker open');
  assert.equal(markText({ kind: 'missed', moments: 12 }), 'missed, 12 moments');
  assert.equal(markText({ kind: 'no_effect', target: 'a', seconds: 0.3 }), 'a had no effect on it');
  assert.equal(markText({ kind: 'not_tolerated', target: 'a', seconds: 0.3 }), 'a came back, did not tolerate it');
});

const nothing = { acts: 0, recovered: 0, not_recovered: 0, under_way: 0, unwatched: 0, failed: 0, refused: 0, without_message: 0, planned: 0, planned_refused: 0 };
const armed = {
  phase: 'running', dry_run: false, groups: 2, halt: { is_halted: false, reasons: [] }, rows: [{ group: 'db', has_plan: true, marks: [] }], today: nothing,
  next: { at: '2026-11-27T10:31:00Z', group: 'db', refused_by: null },
};
const now = at('2026-11-27T09:41:00Z');
const said = (glance) => sentence(glance, now, berlin).map((p) => p.text).join('');

test('the sentence says whether it is armed, and what is next', () => {
  assert.equal(said(armed), 'Armed. Next act at 11:31, in 50 min, in db.');
  assert.equal(said({ ...armed, rows: [{ ...armed.rows[0], fault_stands: true, under_way: 1 }] }), 'Armed. One fault stands; next act at 11:31, in 50 min, in db.');
  assert.equal(said({ ...armed, next: { at: '2026-11-30T08:41:00Z', group: 'mail' } }), 'Armed. Nothing more is planned for today; next Mon 09:41, mail.');
  assert.equal(said({ ...armed, next: { ...armed.next, refused_by: 'breaker_open' } }), 'Armed. Next moment at 11:31, in 50 min, in db, will be refused: breaker open.');
  assert.equal(said({ ...armed, next: null }), 'Armed. Nothing is planned.');
  assert.equal(said({ ...armed, next: null, rows: [{ has_plan: false, marks: [] }] }), 'Armed. Acts come at random, without a plan.');
  assert.equal(said({ ...armed, dry_run: true }), 'Dry run. The next moment, 11:31 in db, will only be recorded.');
  assert.equal(said({ ...armed, phase: 'starting' }), 'Starting: reading the record.');
  assert.equal(said({ ...armed, phase: 'draining', today: { ...nothing, under_way: 2 } }), 'Draining: 2 acts left.');
  assert.equal(said({ ...armed, groups: 0 }), 'No group yet.');
  const halted = { is_halted: true, reasons: [{ who: 'anna (uid 1004)', since: '2026-11-27T09:40:00Z', why: 'checkout is down' }] };
  assert.equal(said({ ...armed, halt: halted }), 'Halted by anna (uid 1004) since 10:40: \u201ccheckout is down\u201d');
});

test('the line below it leaves out what is zero, and says why moments will be refused', () => {
  const text = (glance) => sums(glance).map((p) => p.text).join('');

  assert.equal(text(armed), 'Today no acts.');
  assert.equal(text({
    ...armed, rows: [{ group: 'cache', breaker: {}, planned_refused: 2, marks: [] }],
    today: { ...nothing, acts: 11, recovered: 8, not_recovered: 1, under_way: 2, refused: 2, planned: 8, planned_refused: 2 },
  }), 'Today 11 acts: 8 came back, 1 did not, 2 are under way. 2 refused. Still planned: 8, of which 2 will be refused while the breaker of cache is open.');
  assert.equal(text({ ...armed, today: { ...nothing, acts: 2, recovered: 1, not_tolerated: 1 } }), 'Today 2 acts: 1 came back, 1 did not tolerate it.');
  assert.equal(text({ ...armed, today: { ...nothing, acts: 2, recovered: 1, fault_stuck: 1 } }), 'Today 2 acts: 1 came back, 1 could not be undone in time.');
  assert.equal(text({ ...armed, today: { ...nothing, acts: 2, recovered: 1, no_effect: 1 } }), 'Today 2 acts: 1 came back, 1 had no effect.');
  assert.equal(text({ ...armed, today: { ...nothing, acts: 2, recovered: 1, aborted: 1 } }), 'Today 2 acts: 1 came back, 1 was broken off.');
});
