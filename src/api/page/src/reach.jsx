// Who fell with a target, and when each stood again: a lane each.

import { h } from './view.js';
import { Box, Level, Mark, Text, Vertical } from './marks.jsx';
import { Legend, Name, Swatch, Tick } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { evenTicks, linear } from './scale.js';
import { zone } from './store.js';
import { clock, toMs } from './time.js';
import { count, safe, seconds } from './words.js';

const tall = 30;

export function laneText(lane) {
  if (lane.kind === 'unharmed') return 'did not notice';
  return lane.to === null ? 'does not stand, as far as was seen' : `stood again after ${seconds(lane.to)}`;
}

function Lane({ lane, x, ticks }) {
  const end = lane.to === null ? 100 : x(lane.to);
  return (
    <div class="lane">
      <div class="ln"><b><Name text={lane.id} /></b><span>{safe(lane.why)}</span></div>
      <svg height={tall} aria-hidden="true">
        {ticks.map((t) => <Vertical x={x(t)} from={-4} to={tall + 4} class="grid" />)}
        {lane.kind === 'unharmed' && <Level y={tall / 2} class="dotted" />}
        {lane.kind === 'unharmed' && <Text x={1} y={tall / 2 - 4} class="o">did not notice</Text>}
        {lane.kind !== 'unharmed' && <Box from={0} to={end} y="6" height={tall - 12} class={lane.to === null ? 'open' : 'soft'} />}
        {lane.kind !== 'unharmed' && lane.to !== null && <Mark shape="recovered" x={end} y={tall / 2} />}
        {lane.kind !== 'unharmed' && lane.to !== null && <Text x={end} y={tall / 2 + 4} dx="9" class="k">{seconds(lane.to)}</Text>}
        {lane.kind !== 'unharmed' && lane.to === null && <Mark shape="not_recovered" x={100} y={tall / 2} />}
        {lane.usual !== null && <Vertical x={x(lane.usual)} from={2} to={tall - 2} class="usual-line" />}
      </svg>
    </div>
  );
}

export function Lanes({ reach, id }) {
  const end = Math.max(1, ...reach.lanes.map((l) => Math.max(l.to ?? 0, l.usual ?? 0))) * 1.12;
  const x = linear(0, end);
  const ticks = evenTicks(end, 4);
  const fell = reach.lanes.filter((l) => l.kind !== 'unharmed').length - 1;
  const name = `${safe(reach.name)}: ${fell > 0 ? `${count(fell)} fell with it` : 'nobody fell with it'}`;
  return (
    <Picture id={`lanes-${id}`} name={name} marks={reach.lanes.map((l) => ({ text: `${l.id}: ${laneText(l)}` }))}>
      <div class="lanes">
        {reach.lanes.map((lane) => <Lane lane={lane} x={x} ticks={ticks} />)}
        <div class="lane">
          <div class="ln" />
          <svg height="18" aria-hidden="true">
            {ticks.map((t) => <Text x={x(t)} y="13" anchor={t === 0 ? 'start' : x(t) > 97 ? 'end' : 'middle'}>{`${t} s`}</Text>)}
          </svg>
        </div>
        {reach.lanes_left > 0 && <p class="fold">{`${count(reach.lanes_left)} more`}</p>}
      </div>
      <Legend of={[[<Swatch name="soft" />, 'down'], ['recovered', 'stands again'], [<Tick />, 'usual']]} />
    </Picture>
  );
}

export const reachTable = (reach) => ({
  head: ['who', 'why', 'what became of it'],
  rows: reach ? reach.lanes.map((l) => [safe(l.id), safe(l.why), laneText(l)]) : [],
  none: 'Nobody else fell today.',
});

export function Reach({ reach, id, empty }) {
  const note = reach ? `${safe(reach.name)}, ${reach.action ?? 'acted on'} at ${clock(toMs(reach.acted_at), zone())}` : null;
  return (
    <Panel id={id} title="Who fell with it" note={note} table={reachTable(reach)} class="tall">
      {reach ? <Lanes reach={reach} id={id} /> : <p class="none">{empty}</p>}
    </Panel>
  );
}

