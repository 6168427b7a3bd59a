// Each target beside its own past: its last acts on its own scale, the last one in words, and against its usual on one scale
// for all.

import { h } from './view.js';
import { Box, Level, Mark, Text, Vertical } from './marks.jsx';
import { GroupLink, Link, TargetLink, When } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { linear, logarithmic, percent } from './scale.js';
import { state } from './store.js';
import { to } from './addresses.js';
import { count, factor, list, plural, safe, seconds } from './words.js';

const tall = 38;

/** The last acts, oldest first; on a scale of their own, with what is usual as a band. */
function Past({ row }) {
  const back = row.points.filter((p) => p !== null);
  const known = [...back, ...(row.usual ? [row.usual.p10, row.usual.p90] : [])].map((s) => Math.max(s, 0.001));
  if (row.points.length === 0) return <svg height={tall} aria-hidden="true"><Text x={0} y="23">never hit yet</Text></svg>;
  const low = Math.min(...known, Infinity) * 0.85;
  const high = Math.max(...known, -Infinity) * 1.15;
  const up = back.length > 0 ? logarithmic(low, high) : () => 50;
  const y = (s) => Math.round((tall - 5 - (up(Math.max(s, 0.001)) / 100) * (tall - 12)) * 10) / 10;
  const x = linear(-0.6, Math.max(row.points.length, 12) - 0.4);
  const first = Math.max(row.points.length, 12) - row.points.length;
  return (
    <svg height={tall} aria-hidden="true">
      {row.usual && (
        <rect x="0" width="100%" y={y(row.usual.p90)} height={Math.max(3, y(row.usual.p10) - y(row.usual.p90))} class="usual" rx="2" />
      )}
      {row.points.map((p, i) => {
        const isLast = i === row.points.length - 1;
        const at = x(first + i);
        if (p === null) return <Mark shape="not_recovered" x={at} y="6" scale={isLast ? 0.85 : 0.6} />;
        if (isLast) return <Mark shape={row.word === 'slow' ? 'slow' : 'recovered'} x={at} y={y(p)} />;
        const isHigh = row.usual && p > row.usual.p90;
        return <circle cx={percent(at)} cy={y(p)} r="2.2" class={isHigh ? 'ok' : 'ok-soft'} />;
      })}
    </svg>
  );
}

export const scaleOf = (rows) => {
  const all = rows.flatMap((r) => [r.last?.seconds, r.last?.gave_up_seconds, r.usual?.p90]).filter((s) => s > 0);
  return [0.1, Math.max(60, ...all) * 1.02];
};

function Against({ row, domain }) {
  const x = logarithmic(...domain);
  const inside = (s) => Math.min(Math.max(x(s), 0), 100);
  const m = tall / 2;
  const { usual, last } = row;
  const isBack = last && last.seconds !== null;
  const gaveUp = last?.gave_up_seconds ?? domain[1];
  return (
    <svg height={tall} aria-hidden="true">
      {[0.1, 0.3, 1, 3, 10, 30, 60, 300].filter((t) => t <= domain[1]).map((t) => <Vertical x={inside(t)} from={-6} to={tall + 6} class="grid" />)}
      {usual && <Box from={inside(usual.p10)} to={inside(usual.p90)} y={m - 5} height="10" class="usual" least={1} />}
      {usual && <Vertical x={inside(usual.p50)} from={m - 7} to={m + 7} class="usual-line" />}
      {last && !isBack && <Level y={m} from={usual ? inside(usual.p90) : 0} to={inside(gaveUp)} class="lost" />}
      {last && !isBack && <Mark shape="not_recovered" x={inside(gaveUp)} y={m} />}
      {isBack && usual && last.seconds > usual.p90 && <Level y={m} from={inside(usual.p90)} to={inside(last.seconds)} class="reached" />}
      {isBack && <Mark shape="recovered" x={inside(last.seconds)} y={m} />}
    </svg>
  );
}

export function wordOf(row) {
  switch (row.word) {
    case 'not_back': return ['bad', row.last?.gave_up_seconds ? `gave up at ${seconds(row.last.gave_up_seconds).replace('.0 s', ' s')}` : 'did not come back'];
    case 'slow': return ['slow', `\u2191 ${factor(row.factor)} usual`];
    case 'creeping': return ['slow', `\u2191 creeping, +${Math.round((row.factor - 1) * 100)} %`];
    case 'under_way': return ['okc', 'under way'];
    case 'as_usual': return ['mut asu', 'as usual'];
    case 'too_few': return ['mut asu', 'too few to say'];
    default: return ['mut', 'never hit yet'];
  }
}

const lastText = (row) => (!row.last ? '\u2013' : row.last.seconds === null ? 'not back' : seconds(row.last.seconds));

export const sentence = (row) => {
  const [, word] = wordOf(row);
  const isBack = row.last && row.last.seconds !== null;
  return `${safe(row.name)}: ${isBack ? `came back in ${seconds(row.last.seconds)}` : row.last ? 'not back' : 'no recovery on record'}, ${word.replace('\u2191 ', '')}`;
};

function Row({ row, domain }) {
  const [name, word] = wordOf(row);
  const marks = row.points.map((p, i) => ({
    text: `${row.points.length - i === 1 ? 'the last' : `${row.points.length - i} acts ago`}: ${p === null ? 'did not come back' : seconds(p)}`,
    go: i === row.points.length - 1 && row.last ? to.attempt(row.last.message) : undefined,
  }));
  return (
    <tr key={`past-${row.group}-${row.target}`}>
      <td class="nm"><b><TargetLink group={row.group} target={row.target} name={row.name} /></b><span><GroupLink group={row.group} /></span></td>
      <td class="sp1"><Picture id={`past-${row.group}-${row.target}`} name={sentence(row)} marks={marks}><Past row={row} /></Picture></td>
      <td class={`num big ${row.word === 'not_back' ? 'bad' : ''}`}>{lastText(row)}</td>
      <td class="sx"><span class={name}>{name === 'slow' || name === 'bad' ? <b>{word}</b> : word}</span></td>
      <td class="vs"><Against row={row} domain={domain} /></td>
      <td class="num wh mut">{row.last ? <When at={row.last.at} /> : null}</td>
    </tr>
  );
}

export function Rows({ rows }) {
  const domain = scaleOf(rows);
  const x = logarithmic(...domain);
  const ticks = [0.1, 1, 10, domain[1] > 70 ? 100 : 60].filter((t) => t <= domain[1]);
  return (
    <table class="rec">
      <thead>
        <tr>
          <th scope="col">target</th>
          <th scope="col" class="sp1">its last 40 acts, oldest first; own scale</th>
          <th scope="col" class="num">last</th>
          <th scope="col" class="sx">against its usual</th>
          <th scope="col" class="vs">
            <span class="hidden">last against usual, logarithmic scale in seconds</span>
            <svg height="15" aria-hidden="true">
              {ticks.map((t) => <Text x={x(t)} y="12" anchor="middle">{`${t}${t === 0.1 || t === ticks[ticks.length - 1] ? ' s' : ''}`}</Text>)}
            </svg>
          </th>
          <th scope="col" class="num wh">when</th>
        </tr>
      </thead>
      <tbody>{rows.map((row) => <Row row={row} domain={domain} />)}</tbody>
    </table>
  );
}

export const recoveryTable = (rows) => ({
  head: ['group', 'target', 'last', 'against its usual', 'usual (p10, p50, p90)', 'when'],
  rows: rows.map((r) => [safe(r.group), safe(r.name), lastText(r), wordOf(r)[1],
    r.usual ? [r.usual.p10, r.usual.p50, r.usual.p90].map(seconds).join(', ') : 'too few to say', r.last ? r.last.at : '']),
  none: 'Nothing was ever hit.',
});

const words = [['not_back', 'not back'], ['slow', 'slower'], ['creeping', 'creeping'], ['under_way', 'under way'],
  ['as_usual', 'as usual'], ['too_few', 'with too few acts to say'], ['never', 'never seen to come back']];

export function Recoveries({ glance }) {
  const rows = glance.recoveries;
  const left = Object.values(glance.recoveries_left).reduce((a, b) => a + b, 0);
  const rest = words.filter(([w]) => glance.recoveries_left[w] > 0).map(([w, text]) => `${count(glance.recoveries_left[w])} ${text}`);
  return (
    <Panel id="recoveries" title="Did it come back, and is anything getting slower?" note="least usual first" table={recoveryTable(rows)}>
      {rows.length > 0 ? <Rows rows={rows} /> : <p class="none">Nothing was ever hit. What comes back is compared with its own past from its ninth act on.</p>}
      {left > 0 && <p class="fold">{`${plural(left, 'more target', 'more targets')}: ${list(rest)} \u00b7 `}<Link href={to.groups()}>{state.ui.isFile ? 'not drawn' : 'by group'}</Link></p>}
    </Panel>
  );
}

