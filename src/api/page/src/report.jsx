// A report as one file: the pictures of the page, of data that stand in the file itself. Nothing is asked for. What stands there
// without a script is replaced by them; if they cannot be drawn, it stays.

import { h, render } from './view.js';
import { isBack, kinds, shape, what } from './attempts.js';
import { Definitions, Icon, Level, Mark, Text, Vertical, shapeOf } from './marks.jsx';
import { merge } from './merge.js';
import { Panel, Picture } from './panel.jsx';
import { GroupLink, Legend, TargetLink, When } from './parts.jsx';
import { Reach } from './reach.jsx';
import { Recoveries } from './recoveries.jsx';
import { linear } from './scale.js';
import { drawWith, changed, isNarrow, pictureWidth, setUi, state, zone } from './store.js';
import { spanTicks } from './ticks.js';
import { clock, isoDate, moment, toMs } from './time.js';
import { labelled, placed } from './today.jsx';
import { count, guard, kindWords, list, markText, plural, safe, seconds } from './words.js';

const height = 40;
const middle = 25;
const listed = 200;

const data = JSON.parse(document.getElementById('data').textContent);

/** The attempts and the moments without one, by group, as marks. */
function rowsOf({ attempts, skips }) {
  const rows = new Map();
  const put = (group, mark) => {
    if (!rows.has(group)) rows.set(group, []);
    rows.get(group).push(mark);
  };
  for (const a of attempts) {
    put(a.group, {
      at: a.started_at, kind: a.verdict === null ? 'under_way' : kinds[a.verdict] ?? 'unwatched', target: a.name, seconds: a.recovery_seconds,
      is_slow: a.pace === 'slow', refused_by: a.refused_by,
    });
  }
  for (const s of skips) put(s.group, { at: s.planned_at, kind: s.reason, target: s.target, moments: s.moments });
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, marks]) => ({ group, marks: marks.sort((a, b) => toMs(a.at) - toMs(b.at)) }));
}

function domainOf({ report, attempts, skips }) {
  const all = [...attempts.map((a) => toMs(a.started_at)), ...skips.map((s) => toMs(s.planned_at))];
  const from = Math.min(...all, report.from ? toMs(report.from) : Infinity);
  const to = Math.max(...all, report.to ? toMs(report.to) : -Infinity);
  const room = Math.max((to - from) * 0.02, 2000);
  return [from - room, to + room];
}

function Line({ row, domain }) {
  const x = linear(...domain);
  const width = pictureWidth(isNarrow() ? 0 : 372);
  const drawn = labelled(merge(placed(row, domain), width), width);
  return (
    <svg height={height} aria-hidden="true">
      {spanTicks(...domain, isNarrow() ? 4 : 8, zone()).map((t) => <Vertical x={x(t.at)} from={0} to={height} class="grid" />)}
      <Level y={middle} class="line" />
      {drawn.map((m) => [
        <Mark shape={shapeOf(m)} x={m.x} y={middle} title={`${moment(m.ms, domain[1], zone(), true)} ${m.of.map(markText).join('; ')}`} />,
        m.label && <Text x={m.x} y="11" anchor="middle" class={`hl ${m.label.name}`}>{m.label.text}</Text>,
      ])}
    </svg>
  );
}

function Row({ row, domain }) {
  const back = row.marks.filter((m) => m.kind === 'recovered').length;
  const acts = row.marks.filter((m) => !['refused', 'missed', 'no_target', 'unlisted'].includes(m.kind)).length;
  const marks = row.marks.map((m) => ({ text: `${moment(toMs(m.at), domain[1], zone(), true)} ${markText(m)}` }));
  const words = list([plural(acts, 'act', 'acts'), `${count(back)} came back`]);
  return (
    <div class="row" key={`row-${row.group}`}>
      <div class="n"><b><GroupLink group={row.group} /></b></div>
      <Picture id={`done-${row.group}`} class="p" name={`${safe(row.group)}: ${words}`} marks={marks}><Line row={row} domain={domain} /></Picture>
      <div class="r">{plural(acts, 'act', 'acts')}<span>{`${count(back)} came back`}</span></div>
    </div>
  );
}

const legend = [['recovered', 'came back'], ['slow', 'came back, slower than its usual'], ['not_recovered', 'did not come back'],
  ['not_tolerated', 'came back, did not tolerate it'], ['aborted', 'came back, was broken off'], ['no_effect', 'had no effect on it'], ['fault_stuck', 'could not be undone in time'], ['failed', 'could not be acted on'],
  ['refused', 'refused'], ['unwatched', 'recovery not seen'], ['without', 'no target, or missed']];

function Done() {
  const rows = rowsOf(data);
  const domain = domainOf(data);
  const x = linear(...domain);
  const table = {
    head: ['group', 'when', 'what', 'target', 'seconds or guard'],
    rows: rows.flatMap((r) => r.marks.map((m) => [safe(r.group), moment(toMs(m.at), domain[1], zone(), true), kindWords[m.kind] ?? m.kind, safe(m.target ?? ''),
      m.kind === 'recovered' ? seconds(m.seconds) : m.refused_by ? guard(m.refused_by) : ''])),
  };
  return (
    <Panel id="done" title="What was done" note={data.is_cut ? `the newest ${count(data.attempts.length)} attempts` : 'by group'} table={table}>
      <div class="row ax">
        <div class="n" />
        <div class="p">
          <svg height="22" aria-hidden="true">
            {spanTicks(...domain, isNarrow() ? 4 : 8, zone()).map((t) => <Text x={x(t.at)} y="14" anchor={x(t.at) < 5 ? 'start' : x(t.at) > 95 ? 'end' : 'middle'}>{t.label}</Text>)}
          </svg>
        </div>
        <div class="r" />
      </div>
      {rows.map((row) => <Row row={row} domain={domain} />)}
      <Legend of={legend} />
    </Panel>
  );
}

function Counts() {
  const time = (t, which) => (t.recovery_seconds ? seconds(t.recovery_seconds[which]) : '\u2013');
  const bad = (n) => (n > 0 ? <b class="bad">{count(n)}</b> : '0');
  return (
    <section aria-labelledby="counts-title">
      <div class="head"><h2 id="counts-title">How often, and how fast</h2></div>
      <div class="twin" tabindex="0" role="region" aria-label="How often, and how fast, as a table">
        <table>
          <thead><tr>{['group', 'target', 'restarts', 'back', 'not back', 'unstable', 'failed', 'refused', 'median', 'p95', 'worst'].map((t) => <th scope="col">{t}</th>)}</tr></thead>
          <tbody>
            {data.report.targets.map((t) => (
              <tr>
                <td>{safe(t.group)}</td><td>{safe(t.name)}</td><td>{count(t.restarts)}</td><td>{count(t.recovered)}</td><td>{bad(t.not_recovered)}</td>
                <td>{bad(t.unstable)}</td><td>{bad(t.failed)}</td><td>{count(t.refused)}</td><td>{time(t, 'median')}</td><td>{time(t, 'p95')}</td><td>{time(t, 'worst')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {Object.entries(data.report.refused_by).map(([g, n]) => <p class="fold">{`Refused ${n === 1 ? 'once' : `${count(n)} times`}: ${guard(g)}`}</p>)}
    </section>
  );
}

function Newest() {
  const rows = [...data.attempts].reverse().slice(0, listed);
  return (
    <section aria-labelledby="newest-title">
      <div class="head"><h2 id="newest-title">Record</h2><small>{rows.length < data.attempts.length ? `the newest ${count(listed)}` : 'newest first'}</small></div>
      <table class="hist">
        <thead><tr><th scope="col">when</th><th scope="col">group</th><th scope="col">target</th><th scope="col">outcome</th><th scope="col" class="num">back after</th><th scope="col" class="hx">what else</th></tr></thead>
        <tbody>
          {rows.map((a) => (
            <tr key={`attempt-${a.message}-${a.attempt}`}>
              <td><When at={a.started_at} withSeconds /></td>
              <td><GroupLink group={a.group} /></td>
              <td><TargetLink group={a.group} target={a.target} name={a.name} /></td>
              <td><span class="with-icon"><Icon shape={shape(a)} />{what(a)}</span></td>
              <td class="num"><b>{a.recovery_seconds !== null && isBack(a) ? seconds(a.recovery_seconds) : '\u2013'}</b></td>
              <td class="hx mut">{safe(a.error, 120)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Page = () => [
  <Definitions key="definitions" />,
  <main class="wrap" key="main" id="main">
    <div class="say"><h1>{safe(data.title, 300)}</h1><p>{safe(data.subtitle, 500)}</p></div>
    {data.attempts.length + data.skips.length > 0 && <Done />}
    <Recoveries glance={data} />
    {data.report.targets.length > 0 && <Counts />}
    {data.reach && <Reach reach={data.reach} id="reach" empty="" />}
    {data.attempts.length > 0 && <Newest />}
    <p class="foot">
      <span>{`Mayhem ${safe(data.version)} on ${safe(data.host)}`}</span>
      <span>{`record ${safe(data.store)}`}</span>
      <span>{`as of ${isoDate(toMs(data.as_of), zone())} ${clock(toMs(data.as_of), zone())}, all times ${zone()}`}</span>
    </p>
  </main>,
];

state.glance = { zone: data.zone, outside: [] };
state.clock = { server: toMs(data.as_of), local: performance.now() };
state.ui.isFile = true;
state.ui.width = document.documentElement.clientWidth;
drawWith(() => render(Page(), document.body));
window.addEventListener('resize', () => setUi({ width: document.documentElement.clientWidth }));
changed();
