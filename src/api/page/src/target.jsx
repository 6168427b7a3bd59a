// One target: every act on it against its own past, who fell with it, where the time went, why not now, and when next.

import { h } from './view.js';
import { askGuards, mayAct } from './acting.js';
import { Banners } from './banners.jsx';
import { Icon, Level, Mark, Text, Vertical, shapeOf } from './marks.jsx';
import { Choice, Crumbs, GroupLink, Legend, openDialog, Swatch, Trouble, Waiting, When } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { Lanes, reachTable } from './reach.jsx';
import { linear, logarithmic, logTicks, percent } from './scale.js';
import { requery, route, to } from './routes.js';
import { isNarrow, now, state, zone } from './store.js';
import { moment, roughly, toMs } from './time.js';
import { count, factor, guard, plural, safe, seconds, verdictWords } from './words.js';
import { Week, weekTable } from './groups.jsx';

const day = 86400e3;

function scales(data, tall) {
  const timeout = data.limits?.recovery_timeout_seconds ?? null;
  const all = [...data.points.map((p) => p.seconds), ...data.bands.flatMap((b) => [b.p10, b.p90])].filter((s) => s > 0);
  const low = Math.max(0.001, Math.min(0.5, ...all) * 0.8);
  const high = Math.max(1, ...all, timeout ?? 0) * 1.25;
  const up = logarithmic(low, high);
  const y = (s) => Math.round((tall - 24 - (up(Math.max(s, low)) / 100) * (tall - 40)) * 10) / 10;
  return { y, low, high, timeout };
}

function Scatter({ data, tall }) {
  const from = toMs(data.from);
  const end = toMs(data.to);
  const x = linear(from - (end - from) * 0.05, end + (end - from) * 0.01);
  const { y, low, high, timeout } = scales(data, tall);
  const step = (end - from) / day > 120 ? 60 : (end - from) / day > 40 ? 14 : 7;
  const last = data.points[data.points.length - 1];
  const back = data.points.filter((p) => p.seconds !== null);
  const lost = data.points.filter((p) => p.kind === 'not_recovered');
  const lostAt = y(timeout ?? high / 1.25);
  const ago = [];
  for (let d = 0; d * day < end - from; d += step) ago.push(d);
  return (
    <svg height={tall} aria-hidden="true">
      {data.bands.map((b) => [
        <rect x={percent(x(toMs(b.from)))} width={percent(x(toMs(b.to)) - x(toMs(b.from)) + 0.05)} y={y(b.p90)} height={Math.max(2, y(b.p10) - y(b.p90))} class="usual" />,
        <Level y={y(b.p50)} from={x(toMs(b.from))} to={x(toMs(b.to))} class="median" />,
      ])}
      {logTicks(low, high, 7).filter((t) => !timeout || Math.abs(y(t) - y(timeout)) > 14).map((t) => [<Level y={y(t)} class="grid" />, <Text x={0} y={y(t) - 3}>{`${t} s`}</Text>])}
      {timeout && <Level y={lostAt} class="limit" />}
      {timeout && <Text x={0} y={lostAt - 4} class="b">{`${seconds(timeout).replace('.0 s', ' s')}: given up (recovery_timeout)`}</Text>}
      {ago.map((d) => [
        <Vertical x={x(end - d * day)} from={10} to={tall - 22} class="grid" />,
        (!isNarrow() || d % (2 * step) === 0) && <Text x={x(end - d * day)} y={tall - 6} anchor={d === 0 ? 'end' : 'middle'} class={d === 0 ? 'k' : ''}>{d === 0 ? 'today' : `${d} d ago`}</Text>,
      ])}
      {back.filter((p) => p !== last).map((p) => (p.is_slow || p.kind !== 'recovered'
        ? <Mark shape={shapeOf(p)} x={x(toMs(p.at))} y={y(p.seconds)} scale={0.7} />
        : <circle cx={percent(x(toMs(p.at)))} cy={y(p.seconds)} r="3" class="ok some" />))}
      {lost.map((p) => <Mark shape="not_recovered" x={x(toMs(p.at))} y={lostAt} title={safe(p.error)} />)}
      {last && last.seconds !== null && <Mark shape={shapeOf(last)} x={x(toMs(last.at))} y={y(last.seconds)} />}
      {last && last.is_slow && last.usual_seconds && (
        <Text x={x(toMs(last.at))} y={y(last.seconds) - 14} anchor="end" dx="6" class="s hl">{`${seconds(last.seconds)}, ${factor(last.seconds / last.usual_seconds)} usual`}</Text>
      )}
      {data.outside.map((o, i) => [
        <Vertical x={x(toMs(o.at))} from={i % 2 === 0 ? 58 : 74} to={tall - 22} class="outside" />,
        <Text x={x(toMs(o.at))} y={i % 2 === 0 ? 52 : 68} anchor={x(toMs(o.at)) > 80 ? 'end' : 'middle'} class="hl">{safe(o.text, 24)}</Text>,
      ])}
      {data.refused.map((r) => <Vertical x={x(toMs(r.at))} from={tall - 30} to={tall - 23} class="rug" />)}
    </svg>
  );
}

/** How often it took so long: the last 30 days on the time before. */
function Margin({ data, tall }) {
  const { y, low, high } = scales(data, tall);
  const edges = [];
  const bins = 44;
  for (let i = 0; i <= bins; ++i) edges.push(low * (high / low) ** (i / bins));
  const newer = toMs(data.to) - 30 * day;
  const counts = edges.slice(0, -1).map((from, i) => {
    const all = data.points.filter((p) => p.seconds !== null && p.seconds >= from && p.seconds < edges[i + 1]);
    const recent = all.filter((p) => toMs(p.at) >= newer).length;
    return { y: y(edges[i + 1]), height: y(from) - y(edges[i + 1]), recent, before: all.length - recent };
  });
  const most = Math.max(1, ...counts.map((c) => Math.max(c.recent, c.before)));
  return (
    <svg height={tall} class="mg" aria-hidden="true">
      <line x1="18" x2="18" y1="8" y2={tall - 22} class="line" />
      {counts.map((c) => [
        c.before > 0 && <rect x="18" y={c.y} height={Math.max(1, c.height - 1)} width={(c.before / most) * 140} class="usual" />,
        c.recent > 0 && <rect x="18" y={c.y + c.height * 0.2} height={Math.max(1, c.height * 0.6)} width={(c.recent / most) * 140} class="ok" />,
      ])}
      <text x="22" y={tall - 6}><tspan class="k">30 d</tspan> on the time before</text>
    </svg>
  );
}

const pointText = (p) => `${moment(toMs(p.at), now(), zone())}: ${p.seconds === null ? verdictWords[p.verdict] ?? p.kind : seconds(p.seconds)}${p.is_slow ? ', slower than its usual' : ''}`;

function pastTable(data) {
  return {
    head: ['when', 'act', 'what became of it', 'back after', 'usual'],
    rows: [
      ...data.points.map((p) => [moment(toMs(p.at), now(), zone(), true), safe(p.action ?? 'not known'), verdictWords[p.verdict] ?? p.kind,
        p.seconds === null ? '\u2013' : seconds(p.seconds), p.usual_seconds ? seconds(p.usual_seconds) : 'not known']),
      ...data.refused.map((r) => [moment(toMs(r.at), now(), zone(), true), '', `refused: ${guard(r.by)}`, '\u2013', '']),
    ],
    none: 'It was never hit in this time.',
  };
}

function Every({ data, since }) {
  const tall = isNarrow() ? 220 : 250;
  const lost = data.points.filter((p) => p.kind === 'not_recovered').length;
  const unseen = data.points.filter((p) => p.seconds === null && p.kind !== 'not_recovered').length;
  const name = `${safe(data.name)}: ${count(data.acts)} acts in ${since}, ${lost === 0 ? 'each came back' : `${lost} not back`}`;
  const choice = <Choice label="Since when" of={[['30d', '30 d'], ['90d', '90 d'], ['365d', '1 y']]} is={since} choose={(v) => requery({ since: v })} />;
  return (
    <Panel id="every" title="Every act, against its own past" note="seconds until it stood again; log scale" tools={choice} table={pastTable(data)}>
      {data.points.length + data.refused.length === 0 && <p class="none">It was never hit in this time.</p>}
      {data.points.length + data.refused.length > 0 && (
        <Picture id="every" name={name} marks={data.points.map((p) => ({ text: pointText(p), go: to.attempt(p.message) }))}>
          <div class="chart"><Scatter data={data} tall={tall} />{!isNarrow() && <Margin data={data} tall={tall} />}</div>
          <Legend of={[['recovered', 'came back'], ['slow', 'slower than usual'], ['not_tolerated', 'did not tolerate it'], ['aborted', 'broken off'], ['no_effect', 'no effect on it'], ['fault_stuck', 'not undone in time'], ['not_recovered', 'not back'],
            ['refused', `refused (${count(data.refused_count)})`], [<Swatch name="usual" />, 'its usual: 8 in 10 of the acts before; line: median']]} />
          {unseen > 0 && <p class="fold">{`Of ${plural(unseen, 'act', 'acts')} more nobody saw how long it took.`}</p>}
          {data.acts > data.points.length && <p class="fold">{`The newest ${count(data.points.length)} of ${count(data.acts)} acts are drawn.`}</p>}
        </Picture>
      )}
    </Panel>
  );
}

const stageWords = { stopped: 'signal to stopped', started: 'stopped to started', ready: 'started to standing again' };
const stageStyles = { stopped: 'stage-1', started: 'stage-2', ready: 'stage-3' };

function Stages({ stages }) {
  const total = (all) => all.reduce((sum, [, s]) => sum + s, 0);
  const bars = [['this time', stages.now], ...(stages.usual ? [['usual', stages.usual]] : [])];
  const x = linear(0, Math.max(...bars.map(([, all]) => total(all)), 0.01) * 1.15);
  const usual = Object.fromEntries(stages.usual ?? []);
  return (
    <Picture id="stages" name={`It took ${seconds(total(stages.now))}`} marks={stages.now.map(([s, t]) => ({ text: `${stageWords[s]}: ${seconds(t)}` }))}>
      <div class="lanes">
        {bars.map(([name, all]) => {
          let done = 0;
          return (
            <div class="lane">
              <div class="ln"><b>{name}</b></div>
              <svg height="26" aria-hidden="true">
                {all.map(([stage, length]) => {
                  const at = x(done);
                  done += length;
                  return <rect x={percent(at)} width={percent(Math.max(x(length) - 0.25, 0.15))} y="3" height="20" rx="2" class={stageStyles[stage]} />;
                })}
                <Text x={x(done)} y="18" dx="6" class="k">{seconds(done)}</Text>
              </svg>
            </div>
          );
        })}
      </div>
      <div class="legend">
        {stages.now.map(([stage, length]) => (
          <span><Swatch name={stageStyles[stage]} />{stageWords[stage]}{' '}<b>{seconds(length)}</b>{usual[stage] !== undefined ? `, usual ${seconds(usual[stage])}` : ''}</span>
        ))}
      </div>
    </Picture>
  );
}

function Guards({ data }) {
  const asked = state.guards?.target === data.target ? state.guards : null;
  const found = asked?.targets.find((t) => t.group === data.group);
  const age = asked ? (performance.now() - asked.at) / 1000 : 0;
  const ask = (
    <button type="button" class="t" disabled={Boolean(state.ui.busy['Ask now'])} onclick={() => askGuards(data.target)}>
      {state.ui.busy['Ask now'] ? 'Asking ...' : 'Ask now'}
    </button>
  );
  const no = found?.guards.filter((g) => g.refuses) ?? [];
  const note = found ? `${no.length === 0 ? 'no guard refuses' : `${no.length} of ${found.guards.length} guards ${no.length === 1 ? 'refuses' : 'refuse'}`}; asked ${age < 2 ? 'just now' : `${roughly(age)} ago`}` : null;
  const rows = found ? [...no, ...found.guards.filter((g) => !g.refuses)] : [];
  return (
    <Panel id="guards" title="Why not now?" note={note} tools={ask}>
      {!asked && <p class="none">Asking looks at the target, reads the record and runs the probes of its group.</p>}
      {asked && !found && <p class="none">It is not among the targets of this group now.</p>}
      {found && (
        <div class="scroll" tabindex="0" role="region" aria-label="What every guard says">
          <table class="guards">
            <thead><tr><th scope="col">guard</th><th scope="col">refuses</th><th scope="col">looked at</th></tr></thead>
            <tbody>
              {rows.map((g) => (
                <tr class={g.refuses ? '' : 'no'} key={`guard-${g.guard}`}>
                  <td>{g.guard}</td><td class={g.refuses ? 'y' : ''}>{g.refuses ? 'YES' : 'no'}</td><td>{safe(g.looked_at, 400)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Acts({ data }) {
  const newest = [...data.points.map((p) => ({ ...p, isAct: true })), ...data.refused].sort((a, b) => toMs(b.at) - toMs(a.at)).slice(0, 12);
  const back = data.points.filter((p) => p.seconds !== null).length;
  return (
    <Panel id="acts" title="Last acts" note={`${count(data.acts)} in this time${data.acts === data.points.length ? `, ${count(back)} came back` : ''}`} class="hist">
      {newest.length === 0 && <p class="none">None.</p>}
      {newest.length > 0 && (
        <table>
          <thead><tr><th scope="col">when</th><th scope="col">act</th><th scope="col">outcome</th><th scope="col" class="num">back after</th><th scope="col" class="num hx">usual</th></tr></thead>
          <tbody>
            {newest.map((p) => (
              <tr key={`acts-${p.message ?? p.at}`}>
                <td>{p.isAct ? <a href={to.attempt(p.message)}><When at={p.at} withSeconds /></a> : <When at={p.at} withSeconds />}</td>
                <td>{p.isAct ? safe(p.action ?? 'not known') : '\u2013'}</td>
                <td><span class="with-icon"><Icon shape={!p.isAct ? 'refused' : p.kind === 'recovered' && p.is_slow ? 'slow' : p.kind} />{p.isAct ? verdictWords[p.verdict] ?? p.kind : `refused: ${guard(p.by)}`}</span></td>
                <td class="num"><b>{p.isAct && p.seconds !== null ? seconds(p.seconds) : '\u2013'}</b></td>
                <td class={`num hx ${p.is_slow ? 'slow' : 'mut'}`}>{p.isAct && p.usual_seconds ? (p.is_slow ? factor(p.seconds / p.usual_seconds) : seconds(p.usual_seconds)) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="fold"><a href={to.record({ group: data.group, target: data.target })}>all of its attempts</a></p>
    </Panel>
  );
}

function title(data) {
  const { past } = data;
  if (!past?.last) return `${safe(data.name, 80)} was never hit.`;
  const name = safe(data.name, 80);
  if (past.last.seconds === null) return `${name} did not come back.`;
  const word = past.word === 'slow' ? `, ${factor(past.factor)} its usual` : past.word === 'creeping' ? ', and is creeping' : past.word === 'as_usual' ? ', as usual' : '';
  return `${name} came back in ${seconds(past.last.seconds)}${word}.`;
}

export function Target({ glance }) {
  const { args: [group, id], query } = route();
  const { data, error } = state.page ?? {};
  const crumbs = <Crumbs of={[['Glance', '#/'], [group, to.group(group)], [data?.name ?? id]]} />;
  if (error) return <div key="target">{crumbs}<Trouble text={error} /></div>;
  if (!data?.points) return <div key="target">{crumbs}<Waiting /></div>;
  const since = query.since ?? '90d';
  const last = data.past?.last;
  return (
    <div key="target">
      {crumbs}
      <div class="hd">
        <div class="say">
          <h1>{title(data)}</h1>
          <p>
            {last ? ['Last act ', <When at={last.at} withSeconds />, '. '] : null}
            {data.past?.usual ? `Its usual is ${seconds(data.past.usual.p50)}, 8 in 10 within ${seconds(data.past.usual.p10)} to ${seconds(data.past.usual.p90)}. ` : ''}
            {data.driver ? `${data.driver}, ${safe(data.action)}, in group ` : 'In group '}<GroupLink group={group} />.
          </p>
        </div>
        <div class="sp" />
        {mayAct()
          ? <button type="button" class="btn" onclick={() => openDialog({ kind: 'restart', group, target: data.target, name: data.name })}>Restart now...</button>
          : <span class="by-hand">{`mayhem restart ${safe(data.name, 60)}`}</span>}
      </div>
      <Banners glance={glance} />
      <Every data={data} since={since} />
      <div class="cols" key="cols-t">
        <div>
          <Panel id="target-reach" title="Who fell with it" note={data.reach ? `the act at ${moment(toMs(data.reach.acted_at), now(), zone(), true)}` : null} table={reachTable(data.reach)}>
            {data.reach ? <Lanes reach={data.reach} id="target" /> : <p class="none">Nobody, as far as its driver can tell.</p>}
          </Panel>
          <Panel id="stages-panel" title={data.stages && last?.seconds ? `Where the ${seconds(last.seconds)} went` : 'Where the time went'}
            table={data.stages ? { head: ['stage', 'this time', 'usual'], rows: data.stages.now.map(([s, t]) => [stageWords[s], seconds(t), seconds(Object.fromEntries(data.stages.usual ?? [])[s])]) } : undefined}>
            {data.stages ? <Stages stages={data.stages} /> : <p class="none">Its stages are not known: the driver does not see when it stopped and started.</p>}
          </Panel>
        </div>
        <div>
          <Guards data={data} />
          {data.days.length > 0 && (
            <Panel id="target-week" title="When could it be next?" note={`planned moments of ${safe(group, 40)}: one of its targets, each as likely`} table={weekTable(data.days)}>
              <Week days={data.days} id={`target-${group}`} />
            </Panel>
          )}
        </div>
      </div>
      <Acts data={data} />
    </div>
  );
}

