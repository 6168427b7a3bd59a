// Who could be hit: a square for each target. What the daemon knows without asking anybody is always there; drivers and
// probes are asked when somebody wants it, and it says when that was.

import { h } from './view.js';
import { GroupLink } from './parts.jsx';
import { Panel } from './panel.jsx';
import { askTargets } from './acting.js';
import { state } from './store.js';
import { roughly } from './time.js';
import { count, guard, list, plural, safe } from './words.js';

const squares = 40;

const Square = ({ kind, i }) => {
  const x = (i % 20) * 17 + 1;
  const y = Math.floor(i / 20) * 17 + 1;
  if (kind === 'could') return <rect x={x} y={y} width="13" height="13" rx="2.5" class="ok" />;
  if (kind === 'fault') return <rect x={x} y={y} width="13" height="13" rx="2.5" class="hatched" />;
  if (kind === 'under_way') {
    return [<rect x={x + 1} y={y + 1} width="11" height="11" rx="2.5" class="half" />, <rect x={x + 6} y={y + 1} width="6" height="11" class="ok" />];
  }
  if (kind === 'unknown') return <rect x={x + 0.7} y={y + 0.7} width="11.6" height="11.6" rx="2.5" class="hollow dashed" />;
  return [<rect x={x + 0.7} y={y + 0.7} width="11.6" height="11.6" rx="2.5" class="hollow" />,
    <path d={`M${x + 2.5} ${y + 10.5} ${x + 10.5} ${y + 2.5}`} class="stroke" />];
};

/** What is known of a group: from asking, if somebody has, otherwise what holds for all of it. */
function known(g) {
  const targets = (state.asked?.targets ?? []).filter((t) => t.group === g.group);
  const kinds = [];
  for (let i = 0; i < g.fault_stands; ++i) kinds.push('fault');
  for (let i = g.fault_stands; i < g.under_way; ++i) kinds.push('under_way');
  if (state.asked && (targets.length > 0 || !state.asked.troubles[g.group])) {
    const refusals = {};
    for (const t of targets) if (t.refused_by) refusals[t.refused_by] = (refusals[t.refused_by] ?? 0) + 1;
    const [first] = Object.entries(refusals).sort((a, b) => b[1] - a[1]);
    const could = targets.filter((t) => t.eligible).length;
    const busy = Math.min(kinds.length, targets.length - could);
    const all = [...targets.filter((t) => t.eligible).map(() => 'could'), ...kinds.slice(0, busy),
      ...targets.filter((t) => !t.eligible).slice(busy).map(() => 'no')];
    return { of: targets.length, could, all, why: first ? guard(first[0]) : targets.length === 0 ? 'nothing matches' : '', isAsked: true };
  }
  if (state.asked) return { of: g.of, could: null, all: [], why: safe(state.asked.troubles[g.group]), isAsked: true };
  const rest = Math.max(0, g.of - kinds.length);
  return { of: g.of, could: g.guard ? 0 : null, all: [...kinds, ...Array(rest).fill(g.guard ? 'no' : 'unknown')],
    why: g.guard ? guard(g.guard) : '', isAsked: false };
}

function words(g, k) {
  const now = list([g.fault_stands > 0 && `${g.fault_stands} under a fault`, g.under_way > g.fault_stands && `${g.under_way - g.fault_stands} under way`]);
  if (k.of === 0 && !k.isAsked) return list(['targets not known', k.why, now]);
  if (k.of === 0) return list(['no target', k.why]);
  if (k.could === null) return list([plural(k.of, 'target', 'targets'), now, k.isAsked ? k.why : '']);
  return list([`${count(k.could)} of ${count(k.of)}`, now, k.could < k.of ? k.why : '']);
}

function Unit({ g }) {
  const k = known(g);
  const text = words(g, k);
  const shown = k.all.slice(0, squares);
  const tall = shown.length > 20 ? 33 : 16;
  return (
    <div class="unit" key={`unit-${g.group}`}>
      <b><GroupLink group={g.group} /></b>
      <svg height={tall} viewBox={`0 0 ${Math.min(shown.length, 20) * 17 + 1} ${tall}`} role="img" aria-label={`${safe(g.group)}: ${text}`}>
        {shown.map((kind, i) => <Square kind={kind} i={i} />)}
      </svg>
      <i class={k.why === 'breaker open' ? 'bad' : ''}>{text}{k.all.length > squares ? `, ${squares} drawn` : ''}</i>
    </div>
  );
}

const shownGroups = 12;

export function Units({ glance }) {
  const { eligible } = glance;
  const all = eligible.groups.map((g) => [g, known(g)]);
  const could = all.reduce((sum, [, k]) => sum + (k.could ?? 0), 0);
  const of = all.reduce((sum, [, k]) => sum + k.of, 0);
  const age = state.asked ? (performance.now() - state.asked.at) / 1000 : 0;
  const note = state.asked ? `${count(could)} of ${count(of)}, asked ${age < 2 ? 'just now' : `${roughly(age)} ago`}` : 'not asked yet';
  const rows = all.map(([g, k]) => [safe(g.group), words(g, k)]);
  const ask = (
    <button type="button" class="t" disabled={Boolean(state.ui.busy['Ask now'])} onclick={askTargets}>
      {state.ui.busy['Ask now'] ? 'Asking ...' : 'Ask now'}
    </button>
  );
  return (
    <Panel id="units" title="Who could be hit now?" note={note} tools={ask} table={{ head: ['group', 'who could be hit'], rows, none: 'There is no group.' }}>
      {all.slice(0, shownGroups).map(([g]) => <Unit g={g} />)}
      {glance.groups > shownGroups && <p class="fold">{`${plural(glance.groups - Math.min(all.length, shownGroups), 'more group', 'more groups')}`}</p>}
      <div class="legend">
        <span><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><Square kind="could" i={0} /></svg>could be</span>
        <span><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><Square kind="no" i={0} /></svg>a guard says no</span>
        {!state.asked && <span><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><Square kind="unknown" i={0} /></svg>not asked</span>}
      </div>
    </Panel>
  );
}

