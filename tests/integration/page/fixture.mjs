// A daemon that is none: serves the page's files and answers with data that stays the same, so that a picture of the page can
// be looked at beside another one. What is real is tested against the real daemon (page_test.mjs).

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../../../src/api/page/', import.meta.url));
const noon = Date.UTC(2026, 10, 27, 0, 0, 0) - 3600e3; // midnight of Friday the 27th in Berlin
const at = (text, day = 0) => {
  const [h, m, s] = text.split(':').map(Number);
  return new Date(noon + day * 86400e3 + h * 3600e3 + m * 60e3 + (s || 0) * 1e3).toISOString();
};

let seed = 11;
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const uuid = (n) => `01b1f576-6b11-491e-b4e5-${String(n).padStart(12, '0')}`;
let messages = 0;

const row = (group, action, windows, marks, more = {}) => ({
  group, driver: 'systemd', action, lasts_seconds: null, zone: 'Europe/Berlin', has_plan: true, targets: 2,
  windows: windows.map((w) => w.map((t) => at(t))), closed_because: null, hours: 'Mon-Fri 09:00-17:00', done: 0, refused: 0,
  planned: marks.filter((m) => m[1] === 'planned').length, planned_refused: marks.filter((m) => m[2] === 'breaker_open').length,
  under_way: 0, fault_stands: false, breaker: null, next: null, bins: null,
  marks: marks.map(([t, kind, extra, target]) => ({
    at: at(t), kind, ...(kind === 'planned' ? { refused_by: extra ?? null } : { message: uuid(++messages), target: target ?? `${group}@1.service` }),
    ...(kind === 'recovered' ? { seconds: extra ?? 0.4, is_slow: extra !== undefined } : {}), ...(kind === 'refused' ? { refused_by: extra } : {}),
  })),
  ...more,
});

const past = (name, group, median, spread, { last, lost = [], drift = 0, word = 'as_usual', factor = null, when, day = 0 }) => {
  const points = Array.from({ length: 40 }, (_, i) => median * Math.exp(gauss() * spread + (i > 24 ? (drift * (i - 24)) / 40 : 0)));
  for (const i of lost) points[i] = null;
  if (last) points[39] = last;
  const sorted = points.slice(0, 32).filter(Boolean).sort((a, b) => a - b);
  const rank = (p) => sorted[Math.ceil(p * sorted.length) - 1];
  return {
    group, target: name, name, action: 'restart', points, usual: { p10: rank(0.1), p50: rank(0.5), p90: rank(0.9), n: 85 }, word, factor,
    last: { at: at(when, day), seconds: points[39], gave_up_seconds: points[39] === null ? 60 : null, verdict: points[39] === null ? 'not_recovered' : 'recovered', message: uuid(++messages) },
  };
};

export function glance() {
  seed = 11;
  messages = 0;
  return {
    as_of: at('10:41:08'), event_id: 0, version: '0.4.0', pid: 4724, host: 'shop-03', zone: 'Europe/Berlin', phase: 'running', dry_run: false,
    started_at: at('6:41:08', -3), life: 12, seed: '4176288804963238649', config: '/etc/mayhem/mayhem.toml',
    store: { path: '/var/lib/mayhem/mayhem.db', bytes: 31e6 }, alerts: [], halt: { is_halted: false, reasons: [] },
    next: { at: at('11:31'), group: 'db', action: 'restart', refused_by: null },
    today: { from: at('0:00'), to: at('24:00'), acts: 11, recovered: 8, not_recovered: 1, under_way: 2, unwatched: 0, failed: 0, refused: 2, without_message: 1, planned: 8, planned_refused: 2 },
    groups: 7, rows_left: { groups: 0, bins: [] },
    rows: [
      row('web', 'delay', [['9:00', '12:30'], ['14:00', '17:00']], [['9:12', 'recovered'], ['9:58', 'recovered'], ['10:40:42', 'fault', undefined, 'web@2'], ['11:47', 'planned'], ['15:20', 'planned']],
        { lasts_seconds: 30, under_way: 1, fault_stands: true, done: 3, next: at('11:47') }),
      row('db', 'restart', [['10:00', '12:00']], [['10:04', 'refused', 'rested_too_little', 'pg-replica'], ['10:35', 'recovered', 14.1, 'pg-main'], ['11:31', 'planned']], { done: 1, refused: 1, next: at('11:31') }),
      row('api', 'restart', [['9:00', '17:00']], [['9:31', 'recovered'], ['10:22', 'recovered', 6.8, 'api@4'], ['10:41:06', 'under_way', undefined, 'api@6'], ['13:05', 'planned'], ['16:11', 'planned']], { under_way: 1, done: 3, next: at('13:05') }),
      row('cache', 'kill', [['8:00', '18:00']], [['8:47', 'recovered'], ['9:50', 'not_recovered', undefined, 'redis-2'], ['12:15', 'planned', 'breaker_open'], ['14:58', 'planned', 'breaker_open']],
        { done: 2, next: at('12:15'), breaker: { since: at('9:51'), reason: 'redis-2 did not recover' } }),
      row('queue', 'freeze', [['0:00', '6:00'], ['22:00', '24:00']], [['1:14', 'recovered'], ['3:40', 'recovered'], ['5:02', 'refused', 'too_few_healthy'], ['23:10', 'planned']], { lasts_seconds: 30, done: 2, refused: 1, next: at('23:10'), hours: '22:00-06:00' }),
      row('mail', 'restart', [['9:00', '17:00']], [['9:20', 'no_target']], { next: at('9:41', 3) }),
      row('batch', 'kill', [], [], { closed_because: 'outside_hours', hours: 'Sat, Sun 09:00-17:00', next: at('14:26', 1) }),
    ],
    under_way: [
      { message: uuid(901), group: 'web', target: 'web@2.service', name: 'web@2.service', action: 'delay', began_at: at('10:40:42'), until: at('10:41:12'), attempt: 1, usual: null },
      { message: uuid(902), group: 'api', target: 'api@6.service', name: 'api@6.service', action: 'restart', began_at: at('10:41:06'), until: null, attempt: 1, usual: { p10: 1.9, p50: 2.3, p90: 3.1, n: 44 } },
    ],
    recoveries: [
      past('redis-2', 'cache', 0.42, 0.18, { lost: [29, 39], when: '9:50', word: 'not_back' }),
      past('pg-main.service', 'db', 3.4, 0.14, { last: 14.1, when: '10:35', word: 'slow', factor: 4.1 }),
      past('api@4.service', 'api', 2.3, 0.17, { last: 6.8, when: '10:22', word: 'slow', factor: 2.8 }),
      past('api@1.service', 'api', 2.2, 0.12, { last: 3.7, drift: 1.3, when: '14:02', day: -1, word: 'creeping', factor: 1.52 }),
      past('redis-1', 'cache', 0.4, 0.2, { last: 0.41, when: '8:47' }), past('web@1.service', 'web', 0.3, 0.35, { last: 0.33, when: '9:58' }),
      past('web@3.service', 'web', 0.28, 0.3, { last: 0.26, when: '9:12' }), past('worker[3]', 'queue', 1.1, 0.15, { last: 1.2, when: '3:40' }),
      past('worker[6]', 'queue', 1.0, 0.15, { last: 1.05, when: '1:14' }),
    ],
    recoveries_left: { as_usual: 12, never: 2 },
    reach: {
      message: uuid(2), group: 'db', target: 'pg-main.service', name: 'pg-main', action: 'restart', acted_at: at('10:35:20'), lanes_left: 0,
      lanes: [
        { id: 'pg-main.service', count: 1, of: 1, why: 'the victim', kind: 'down', from: null, to: 14.1, usual: 3.4 },
        { id: 'pgbouncer.service', count: 1, of: 1, why: 'PartOf=', kind: 'down', from: null, to: 15.3, usual: null },
        { id: 'pg-replica.service', count: 1, of: 1, why: 'BindsTo=', kind: 'down', from: null, to: 10.2, usual: null },
        { id: 'web@1.service', count: 0, of: 1, why: 'Requires=', kind: 'unharmed', from: null, to: null, usual: null },
      ],
    },
    eligible: {
      of: 23,
      groups: [['web', 4, null, 1, 1], ['db', 2, null, 0, 0], ['api', 6, null, 1, 0], ['cache', 3, 'breaker_open', 0, 0], ['queue', 8, 'outside_hours', 0, 0], ['mail', 0, null, 0, 0]]
        .map(([group, of, guard, under_way, fault_stands]) => ({ group, of, guard, under_way, fault_stands })),
    },
    outside: [{ at: at('8:31'), who: 'ci', text: 'deployed 1.4.2' }],
    events: [['10:41:06', 'under_way', 'api', 'api@6'], ['10:35:34', 'recovered', 'db', 'pg-main', 14.1, true], ['10:22:18', 'recovered', 'api', 'api@4', 6.8, true],
      ['10:04:10', 'refused', 'db', 'pg-replica', null, false, 'rested_too_little'], ['9:51:00', 'not_recovered', 'cache', 'redis-2', 60]]
      .map(([t, kind, group, name, seconds, is_slow, refused_by]) => ({ at: at(t), kind, group, target: name, name, message: uuid(++messages), seconds: seconds ?? null, is_slow: Boolean(is_slow), refused_by: refused_by ?? null })),
  };
}

function target() {
  const g = glance();
  const end = Date.parse(g.as_of);
  const points = Array.from({ length: 85 }, () => random() * 90).sort((a, b) => b - a).map((d, i) => ({
    at: new Date(end - d * 86400e3).toISOString(), kind: i === 44 ? 'not_recovered' : 'recovered', verdict: i === 44 ? 'not_recovered' : 'recovered',
    seconds: i === 44 ? null : 3.4 * Math.exp(gauss() * 0.15), is_slow: false, usual_seconds: 3.4, action: 'restart', error: '', message: uuid(++messages),
  }));
  points.push({ at: at('10:35:20'), kind: 'recovered', verdict: 'recovered', seconds: 14.1, is_slow: true, usual_seconds: 3.4, action: 'restart', error: '', message: uuid(2) });
  const bands = Array.from({ length: 13 }, (_, i) => ({ p10: 2.7 + 0.1 * Math.sin(i), p50: 3.4, p90: 4.3 + 0.1 * Math.sin(i), n: 80, from: new Date(end - (13 - i) * 7 * 86400e3).toISOString(), to: new Date(end - (12 - i) * 7 * 86400e3).toISOString() }));
  return {
    as_of: g.as_of, zone: g.zone, group: 'db', target: 'pg-main.service', name: 'pg-main.service', driver: 'systemd', action: 'restart', actions: ['restart'],
    past: g.recoveries[1], from: new Date(end - 90 * 86400e3).toISOString(), to: g.as_of, limits: { max_per_day: 2, max_per_hour: null, recovery_timeout_seconds: 60 },
    outside: [{ at: new Date(end - 17.5 * 86400e3).toISOString(), who: 'ci', text: 'deployed 1.4.2' }], acts: 86, points, bands, refused: Array.from({ length: 34 }, () => ({ at: new Date(end - random() * 90 * 86400e3).toISOString(), by: 'too_few_healthy' })), refused_count: 34,
    stages: { now: [['stopped', 2.1], ['started', 0.2], ['ready', 11.8]], usual: [['stopped', 1.2], ['started', 0.2], ['ready', 2.0]] }, reach: g.reach, days: days(g),
  };
}

const days = (g) => [0, 1, 2, 3, 4, 5, 6].map((i) => {
  const isOpen = ![1, 2].includes(i);
  const moments = { 3: ['10:54'], 4: ['10:12', '11:42'], 6: ['11:06'] }[i] ?? [];
  return {
    ...g.rows[1], from: at('0:00', i), to: at('24:00', i), windows: isOpen ? [[at('10:00', i), at('12:00', i)]] : [], closed_because: isOpen ? null : 'outside_hours',
    planned: moments.length, marks: i === 0 ? g.rows[1].marks : moments.map((t) => ({ at: at(t, i), kind: 'planned', refused_by: null })),
  };
});

function group() {
  const g = glance();
  return {
    as_of: g.as_of, zone: g.zone, group: 'db', today: days(g)[0], days: days(g), limits: { max_per_day: 2, max_per_hour: null, recovery_timeout_seconds: 60 },
    refusals: { rested_too_little: 21, too_few_healthy: 9, outside_hours: 2 }, recoveries: g.recoveries.slice(1, 2), recoveries_from: 0, recoveries_count: 1,
  };
}

function history() {
  const g = glance();
  const attempt = (m, r) => ({
    message: m.message, group: r.group, target: m.target, name: m.target, incarnation_before: 'a1', incarnation_after: 'b2', message_state: 'acked', planned_at: m.at, attempt: 1, started_at: m.at,
    ended_at: m.at, verdict: m.kind === 'refused' ? 'refused' : m.kind === 'not_recovered' ? 'not_recovered' : 'recovered', disposition: 'acked', refused_by: m.refused_by ?? null,
    recovery_seconds: m.seconds ?? null, action: r.action, pace: m.is_slow ? 'slow' : null, usual_seconds: 3.4, stopped_seconds: m.seconds ? 0.1 : null, started_seconds: m.seconds ? 0.2 : null, error: '', reach: [],
  });
  const attempts = g.rows.flatMap((r) => r.marks.filter((m) => ['recovered', 'refused', 'not_recovered'].includes(m.kind)).map((m) => attempt(m, r)));
  return { attempts: attempts.sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at)), skips: [], is_cut: false };
}

function plan() {
  const g = glance();
  const moments = days(g).flatMap((d) => d.marks.filter((m) => m.kind === 'planned').map((m) => ({ at: m.at, group: 'db', timezone: 'Europe/Berlin' })));
  const windows = days(g).flatMap((d) => d.windows.map(([from, to]) => ({ group: 'db', from, to })));
  return { seed: 1, seed_from: 'record', printed_at: g.as_of, dry_run: false, moments, windows, is_cut: false, unplanned_groups: [], warnings: [] };
}

const answers = {
  '/v1/glance': glance, '/v1/target': target, '/v1/group': group, '/v1/history': history, '/v1/plan': plan,
  '/v1/session': () => ({ may_act: true, by: 'user', token_helps: false, who: 'anna (uid 1004)' }),
};
const files = { '/': ['index.html', 'text/html; charset=utf-8'], '/page/app.js': ['dist/app.js', 'text/javascript'], '/page/app.css': ['dist/app.css', 'text/css'], '/page/icon.svg': ['icon.svg', 'image/svg+xml'] };

/** Serves on a free port of the loopback; `change` may alter an answer before it is sent. */
export async function serve({ change = (path, body) => body, port = 0 } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/v1/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': here\n\n');
      return;
    }
    if (files[pathname]) {
      const [file, type] = files[pathname];
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(await readFile(page + file));
      return;
    }
    const body = answers[pathname] ? change(pathname, answers[pathname]()) : null;
    response.writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(body ?? { error: `there is no ${pathname}` }));
  });
  await new Promise((ready) => { server.listen(port, '127.0.0.1', ready); });
  return { address: `http://127.0.0.1:${server.address().port}`, end: () => { server.closeAllConnections(); server.close(); } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await serve({ port: Number(process.argv[2] ?? 0) })).address);
