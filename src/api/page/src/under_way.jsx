// What is under way: one bar each, how long it has lasted, and how long it usually takes.

import { h } from './view.js';
import { Box, Level, Text, Vertical } from './marks.jsx';
import { TargetLink } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { now, state, zone } from './store.js';
import { evenTicks, linear } from './scale.js';
import { to } from './addresses.js';
import { clock, toMs } from './time.js';
import { list, safe, seconds } from './words.js';

function Bar({ a, at }) {
  const lasted = Math.max(0, (at - toMs(a.began_at)) / 1000);
  const until = a.until ? (toMs(a.until) - toMs(a.began_at)) / 1000 : null;
  const end = Math.max(until ?? 0, lasted * 1.15, a.usual ? a.usual.p90 * 1.5 : 0, 2);
  const x = linear(0, end);
  const shown = Math.min(lasted, end);
  return (
    <svg height="46" aria-hidden="true">
      <Box from={0} to={x(shown)} y="2" height="16" class={until ? 'hatched' : 'soft'} />
      {until !== null && lasted < until && <Box from={x(shown)} to={x(until)} y="2" height="16" class="dashed-fault" />}
      {a.usual && <Box from={x(a.usual.p10)} to={x(a.usual.p90)} y="22" height="5" class="usual" least={0.4} />}
      <Level y="27" class="line" />
      {evenTicks(end, 4).map((t) => [
        <Vertical x={x(t)} from={27} to={31} class="tick" />,
        <Text x={x(t)} y="44" anchor={t === 0 ? 'start' : x(t) > 97 ? 'end' : 'middle'}>{`${t} s`}</Text>,
      ])}
      <Vertical x={x(shown)} from={-2} to={31} class="now wide" />
    </svg>
  );
}

function Act({ a, at }) {
  const lasted = Math.max(0, (at - toMs(a.began_at)) / 1000);
  const left = a.until ? Math.max(0, (toMs(a.until) - at) / 1000) : null;
  const words = list([`since ${clock(toMs(a.began_at), zone())}, ${seconds(lasted)} so far`,
    left !== null && `${seconds(left)} left`, a.attempt > 1 && `attempt ${a.attempt}`,
    a.usual && `its usual is ${seconds(a.usual.p10).replace(' s', '')} to ${seconds(a.usual.p90)}`]);
  return (
    <div class="act" key={`act-${a.message}`}>
      <div class="d">
        <b><TargetLink group={a.group} target={a.target} name={a.name} /></b>{' '}
        <span class={a.until ? 'flt' : 'okc'}>{safe(a.action)}</span>
        <br /><span class="mut">{words}</span>
      </div>
      <Picture id={`act-${a.message}`} name={`${safe(a.name)}: ${words}`} marks={[{ text: words, go: to.attempt(a.message) }]}>
        <Bar a={a} at={at} />
      </Picture>
    </div>
  );
}

export function Now({ glance }) {
  const at = now();
  const last = glance.events[0] ?? null;
  const ended = last ? `The last act was at ${clock(toMs(last.at), zone())}.` : 'Nothing was done today.';
  const rows = glance.under_way.map((a) => [safe(a.group), safe(a.name), safe(a.action), clock(toMs(a.began_at), zone()),
    seconds(Math.max(0, (at - toMs(a.began_at)) / 1000))]);
  return (
    <Panel id="now" title="Now" note="under way, as it happens" class="tall"
      table={{ head: ['group', 'target', 'act', 'began', 'so far'], rows, none: `Nothing is under way. ${ended}` }}>
      {glance.under_way.map((a) => <Act a={a} at={at} />)}
      {glance.under_way.length === 0 && <p class="none">{`Nothing is under way. ${ended}`}</p>}
      {glance.today.under_way > glance.under_way.length && (
        <p class="fold">{`${glance.today.under_way - glance.under_way.length} more are under way`}</p>
      )}
    </Panel>
  );
}

export const hasUnderWay = () => (state.glance?.under_way.length ?? 0) > 0;
