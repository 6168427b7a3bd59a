// Days as strips: allowed hours as bands, what was done and what is planned as marks, and where now is.

import { h } from './view.js';
import { Box, Level, Mark, shapeOf, Text, Vertical } from './marks.jsx';
import { GroupLink, Legend, Swatch } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { merge, rankOf } from './merge.js';
import { isNarrow, now, pictureWidth, state, zone } from './store.js';
import { linear } from './scale.js';
import { to } from './addresses.js';
import { hoursAndMinutes, hourTicks, longDate, moment, toMs } from './time.js';
import { count, guard, kindWords, list, markText, plural, safe, seconds } from './words.js';

const height = 40;
const middle = 25;
const hour = 3600e3;

/** From when to when the strips of a day go: the whole of it, or what fits a hand. */
export function domainOf(from, at) {
  const day = [toMs(from.from), toMs(from.to)];
  if (!isNarrow()) return day;
  const start = Math.min(Math.max(Math.floor((at - 3 * hour) / hour) * hour, day[0]), day[1] - 10 * hour);
  return [Math.max(start, day[0]), Math.min(start + 10 * hour, day[1])];
}

export function DayAxis({ domain, at, step }) {
  const x = linear(...domain);
  const isNow = at >= domain[0] && at <= domain[1];
  const near = ((domain[1] - domain[0]) / hour) * (isNarrow() ? 0.21 : 0.062);
  return (
    <svg height="22" aria-hidden="true">
      {hourTicks(...domain, step, zone()).filter((t) => !isNow || Math.abs(t.at - at) > near * hour).map((t) => (
        <Text x={x(t.at)} y="14" anchor={t.at === domain[0] ? 'start' : t.at === domain[1] ? 'end' : 'middle'}>{t.label}</Text>
      ))}
      {isNow && (
        <Text x={x(at)} y="14" class="k strong" anchor={x(at) < 5 ? 'start' : x(at) > 95 ? 'end' : 'middle'}>
          {`now ${hoursAndMinutes(at, zone())}`}
        </Text>
      )}
    </svg>
  );
}

export const placed = (row, domain) => {
  const x = linear(...domain);
  return row.marks.map((m) => ({ ...m, ms: toMs(m.at) })).filter((m) => m.ms >= domain[0] && m.ms <= domain[1])
    .map((m) => ({ ...m, x: x(m.ms) })).sort((a, b) => a.ms - b.ms);
};

/** What is written beside a mark; only where it says more than the mark. */
function labelOf(m) {
  if (m.count > 1) return { text: `${m.count} \u00d7`, name: '' };
  if (m.kind === 'recovered' && m.is_slow) return { text: seconds(m.seconds), name: 's' };
  if (m.kind === 'not_recovered') return { text: 'not back', name: 'b' };
  if (m.kind === 'not_tolerated') return { text: 'not tolerated', name: 'b' };
  if (m.kind === 'aborted') return { text: 'broken off', name: 'b' };
  if (m.kind === 'no_effect') return { text: 'no effect', name: '' };
  if (m.kind === 'fault_stuck') return { text: 'not undone', name: 'b' };
  if (m.kind === 'refused') return { text: guard(m.refused_by), name: '' };
  if (m.kind === 'failed') return { text: 'not acted on', name: '' };
  if (m.kind === 'missed' || m.kind === 'no_target' || m.kind === 'unlisted') return { text: guard(m.kind), name: '' };
  return null;
}

/** Texts that would run into each other are left out; the marks stay. */
export function labelled(marks, width) {
  const taken = [];
  const shown = marks.map((m) => ({ ...m, label: null }));
  for (const m of [...shown].sort((a, b) => rankOf(a) - rankOf(b))) {
    const label = labelOf(m);
    const half = label ? (label.text.length * 6.2) / 2 : 0;
    const at = (m.x / 100) * width;
    const isFree = taken.every(([from, to]) => at + half < from || at - half > to);
    if (!label || !isFree || at + half > width + 20) continue;
    taken.push([at - half - 3, at + half + 3]);
    m.label = label;
  }
  return shown;
}

function Bins({ bins, domain, from }) {
  const x = linear(...domain);
  const most = Math.max(1, ...bins.map((b) => (b.recovered ?? 0) + (b.unwatched ?? 0) + (b.not_recovered ?? 0) + (b.not_tolerated ?? 0) + (b.aborted ?? 0) + (b.no_effect ?? 0) + (b.fault_stuck ?? 0) + (b.failed ?? 0) + (b.under_way ?? 0)));
  const long = (n) => (n > 0 ? Math.max(2, (Math.log1p(n) / Math.log1p(most)) * 15) : 0);
  return bins.map((b) => {
    const at = from + b.bin * 600e3;
    if (at < domain[0] || at >= domain[1]) return null;
    const good = (b.recovered ?? 0) + (b.no_effect ?? 0) + (b.unwatched ?? 0) + (b.under_way ?? 0);
    const bad = (b.not_recovered ?? 0) + (b.not_tolerated ?? 0) + (b.aborted ?? 0) + (b.fault_stuck ?? 0) + (b.failed ?? 0);
    const up = long(good);
    return [
      <Box from={x(at)} to={x(at + 540e3)} y={31 - up} height={up} class="ok" round="1" least={0.2} />,
      bad > 0 && <Box from={x(at)} to={x(at + 540e3)} y={31 - up - long(bad)} height={long(bad)} class="fail" round="1" least={0.2} />,
      b.refused > 0 && <Box from={x(at)} to={x(at + 540e3)} y={32} height={4} class="refused" round="1" least={0.2} />,
    ];
  });
}

/** What was told of outside, within the picture. */
export const outside = (domain) => (state.glance?.outside ?? []).filter((o) => toMs(o.at) >= domain[0] && toMs(o.at) <= domain[1]);

/** The strip of one group and one day. */
export function Strip({ row, domain, at, step, from, low }) {
  const x = linear(...domain);
  const width = pictureWidth(low ? 120 : isNarrow() ? 0 : 372);
  const marks = placed(row, domain);
  const faults = marks.filter((m) => m.kind === 'fault');
  const drawn = labelled(merge(marks.filter((m) => m.kind !== 'fault'), width), width);
  const bottom = low ? 26 : height;
  const y = low ? 13 : middle;
  const band = low ? { y: 4, height: 18 } : { y: 14, height: 22 };
  const windows = row.windows.map((w) => w.map(toMs)).filter(([a, b]) => b > domain[0] && a < domain[1]);
  const isNow = at >= domain[0] && at <= domain[1];
  const beside = isNow ? Math.min(x(at), 70) : 2;
  return (
    <svg height={bottom} aria-hidden="true">
      {hourTicks(...domain, step, zone()).map((t) => <Vertical x={x(t.at)} from={low ? -2 : 0} to={low ? 28 : height} class="grid" />)}
      {windows.map(([a, b]) => (
        <Box from={x(Math.max(a, domain[0]))} to={x(Math.min(b, domain[1]))} {...band} class="allowed" round="3" />
      ))}
      {windows.length === 0 && (
        <Text x={low ? 50 : beside} y={y + 4} dx={low ? 0 : 10} anchor={low ? 'middle' : 'start'}>{closedText(row, low)}</Text>
      )}
      {low && windows.length > 0 && !row.marks.length && row.has_plan && ((windows[0][1] - windows[0][0]) / (domain[1] - domain[0])) * width > 80 && (
        <Text x={(x(Math.max(windows[0][0], domain[0])) + x(Math.min(windows[0][1], domain[1]))) / 2} y={17} anchor="middle">none drawn</Text>
      )}
      {outside(domain).map((o) => <Vertical x={x(toMs(o.at))} from={-1} to={bottom + 1} class="outside" />)}
      {isNow && <Vertical x={x(at)} from={-1} to={bottom + 1} class="now" />}
      {row.bins && <Bins bins={row.bins} domain={domain} from={from} />}
      {faults.map((m) => (
        <Box from={m.x} to={x(Math.min(at, domain[1]))} y={band.y} height={band.height} class="hatched" least={1} />
      ))}
      {drawn.map((m) => [
        <Mark shape={shapeOf(m)} x={m.x} y={y} title={`${hoursAndMinutes(m.ms, zone())} ${m.of.map(markText).join('; ')}`} />,
        m.label && !low && (
          <Text x={m.x} y="11" anchor="middle" class={`hl ${m.label.name}`}>{m.label.text}</Text>
        ),
      ])}
    </svg>
  );
}

export function closedText(row, isShort) {
  if (row.closed_because === 'excluded_day') return 'an excluded day';
  if (row.closed_because && isShort) return 'outside its hours';
  if (row.closed_because) return isNarrow() ? row.hours : `outside its hours all day: ${row.hours}`;
  return row.hours ? `its hours: ${row.hours}` : 'no hours here';
}

/** What its next moment gets, where that is one of several. */
const what = (row) => (row.next_action && row.action.includes(',') ? `, ${safe(row.next_action, 60)}` : '');

/** The two lines beside a strip. */
export function rowWords(row, at) {
  const left = row.planned;
  const done = row.has_plan && !row.planned_is_cut ? `${count(row.done)} of ${count(row.done + left)} done` : `${count(row.done)} done`;
  const refused = row.refused > 0 ? `${count(row.refused)} refused` : '';
  const next = row.next ? `next ${moment(toMs(row.next), at, zone())}${what(row)}` : '';
  const rest = list([done, refused]);
  const second = row.next && (left > 0) ? `${next}, ${rest}` : rest;
  if (row.fault_stands) {
    const began = Math.max(...row.marks.filter((m) => m.kind === 'fault').map((m) => toMs(m.at)));
    const until = Math.ceil((began + row.lasts_seconds * 1000 - at) / 1000);
    return [<b class="flt">{until > 0 && until < 3600 ? `fault stands, ${until} s left` : 'fault stands'}</b>, rest];
  }
  if (row.under_way > 0) return [<b class="okc">{`${count(row.under_way)} under way`}</b>, second];
  if (row.breaker) return [<b class="bad">breaker open</b>, left > 0 ? plural(left, 'moment will be refused', 'moments will be refused') : next];
  if (row.planned_refused > 0) return [`${next}, will be refused`, rest];
  if (left > 0) return [next, rest];
  if (!row.has_plan) return [rest || 'without a plan', 'at random, without a plan'];
  return [row.closed_because ? 'no hours today' : 'nothing left today', next || 'nothing planned'];
}

export const actWords = (row) => list([row.action + (row.lasts_seconds ? ` ${seconds(row.lasts_seconds).replace('.0 s', ' s')}` : '')]);

const legend = [['under_way', 'under way'], ['recovered', 'came back'], ['slow', 'came back, slower than its usual'],
  ['not_recovered', 'did not come back'], ['not_tolerated', 'came back, did not tolerate it'], ['aborted', 'came back, was broken off'],
  ['no_effect', 'had no effect on it'], ['fault_stuck', 'could not be undone in time'], ['failed', 'could not be acted on'], ['refused', 'refused'],
  ['unwatched', 'recovery not seen'], ['without', 'no target, or missed'], ['planned', 'planned'],
  ['planned_refused', 'planned, will be refused as things stand'], [<Swatch name="hatched" />, 'fault that stands'],
  [<Swatch name="allowed" />, 'allowed hours']];

function rowName(row, at) {
  const parts = [
    row.done > 0 && plural(row.done, 'act', 'acts'), row.refused > 0 && `${row.refused} refused`,
    row.fault_stands && 'a fault stands', row.breaker && 'breaker open',
    row.next ? `next ${moment(toMs(row.next), at, zone())}` : 'nothing planned',
  ];
  return `${safe(row.group)}: ${list(parts)}`;
}

function Row({ row, today, domain, at }) {
  const [first, second] = rowWords(row, at);
  const marks = placed(row, domain).map((m) => ({
    text: `${hoursAndMinutes(m.ms, zone())} ${markText(m)}`, go: m.message ? to.attempt(m.message) : undefined,
  }));
  return (
    <div class="row" key={`row-${row.group}`}>
      <div class="n"><b><GroupLink group={row.group} /></b><span>{actWords(row)}</span></div>
      <Picture id={`today-${row.group}`} class="p" name={rowName(row, at)} marks={marks}>
        <Strip row={row} domain={domain} at={at} step={2} from={toMs(today.from)} />
      </Picture>
      <div class="r">{first}<span>{second}</span></div>
    </div>
  );
}

/** All groups that have no row of their own: done upwards, planned downwards, by ten minutes. */
function RestRow({ left, today, domain, at }) {
  const x = linear(...domain);
  const from = toMs(today.from);
  const most = Math.max(1, ...left.bins.map(([, done, planned]) => Math.max(done, planned)));
  const long = (n) => (n > 0 ? Math.max(2, (n / most) * 17) : 0);
  const done = left.bins.reduce((sum, b) => sum + b[1], 0);
  const planned = left.bins.reduce((sum, b) => sum + b[2], 0);
  return (
    <div class="row" key="row-rest">
      <div class="n"><b><a href={to.groups()}>{`${count(left.groups)} more`}</a></b><span>groups</span></div>
      <Picture id="today-rest" class="p" name={`${count(left.groups)} more groups: ${count(done)} done, ${count(planned)} planned`}>
        <svg height={height} aria-hidden="true">
          <Level y="20" class="line" />
          {left.bins.map(([bin, up, down]) => {
            const start = from + bin * 600e3;
            if (start < domain[0] || start >= domain[1]) return null;
            return [
              up > 0 && <Box from={x(start)} to={x(start + 540e3)} y={20 - long(up)} height={long(up)} class="ok" round="1" least={0.2} />,
              down > 0 && <Box from={x(start)} to={x(start + 540e3)} y={20} height={long(down)} class="planned-bar" round="1" least={0.2} />,
            ];
          })}
          {at >= domain[0] && at <= domain[1] && <Vertical x={x(at)} from={-1} to={height + 1} class="now" />}
        </svg>
      </Picture>
      <div class="r">{`${count(done)} done`}<span>{`${count(planned)} planned`}</span></div>
    </div>
  );
}

function twin(glance) {
  const rows = [];
  for (const row of glance.rows) {
    for (const m of row.marks) {
      rows.push([safe(row.group), moment(toMs(m.at), now(), zone(), true), kindWords[m.kind] ?? m.kind, safe(m.target ?? ''),
        m.kind === 'recovered' ? seconds(m.seconds) : m.refused_by ? guard(m.refused_by) : '']);
    }
    for (const b of row.bins ?? []) {
      const at = toMs(glance.today.from) + b.bin * 600e3;
      const what = Object.keys(kindWords).filter((k) => b[k] > 0).map((k) => `${count(b[k])} ${kindWords[k]}`);
      rows.push([safe(row.group), `${hoursAndMinutes(at, zone())}, 10 min`, what.join(', '), '', '']);
    }
  }
  return { head: ['group', 'when', 'what', 'target', 'seconds or guard'], rows, none: 'Nothing was done today, and nothing is planned.' };
}

export function Today({ glance }) {
  const at = now();
  const domain = domainOf(glance.today, at);
  if (glance.groups === 0) return null;
  return (
    <Panel id="today" title="Today" note={`${longDate(at, zone())}, what was done and what will be`} table={twin(glance)}>
      <div class="row ax">
        <div class="n" /><div class="p"><DayAxis domain={domain} at={at} step={2} /></div><div class="r" />
      </div>
      {glance.rows.map((row) => <Row row={row} today={glance.today} domain={domain} at={at} />)}
      {glance.rows_left.groups > 0 && <RestRow left={glance.rows_left} today={glance.today} domain={domain} at={at} />}
      {glance.rows.length === 0 && <p class="none">{`No group has "${safe(state.ui.find)}" in its name.`}</p>}
      <Legend of={legend} />
      {glance.outside.length > 0 && (
        <p class="fold">{`Told from outside (dotted): ${glance.outside.map((o) => `${hoursAndMinutes(toMs(o.at), zone())} ${safe(o.text)}`).join('; ')}`}</p>
      )}
    </Panel>
  );
}

