// As it happens: the newest lines of the stream, or of the record before there is one.

import { h } from './view.js';
import { Icon } from './marks.jsx';
import { Clock, GroupLink, TargetLink } from './parts.jsx';
import { Panel } from './panel.jsx';
import { state } from './store.js';
import { to } from './addresses.js';
import { count, guard, kindWords, safe, seconds } from './words.js';

const shown = 6;

const shapes = {
  restarted: 'under_way', fault_begun: 'fault', fault_ended: 'under_way', fault_stuck: 'fault_stuck', restart_failed: 'failed', recovered: 'recovered', not_recovered: 'not_recovered', unstable: 'not_recovered',
  not_tolerated: 'not_tolerated', aborted: 'aborted', no_effect: 'no_effect', taken_over: 'unwatched', not_ended: 'failed', refused: 'refused', breaker_opened: 'not_recovered', dead_lettered: 'failed',
  skipped: 'without', halted: 'refused', resumed: 'planned', marked: 'fault', warning: 'failed', unwatched: 'unwatched', failed: 'failed', under_way: 'under_way',
};

/** An event of the stream and a row of the record, as the same thing. */
const normal = (e) => (e.name && e.kind === undefined
  ? { ...e, kind: e.name, seconds: e.seconds ?? null, is_slow: e.factor !== undefined, name: e.target }
  : e);

export function shapeOfEvent(e) {
  return e.kind === 'recovered' && e.is_slow ? 'slow' : shapes[e.kind] ?? 'without';
}

export function eventText(e) {
  switch (e.kind) {
    case 'restarted': return 'acted on';
    case 'fault_begun': return `${safe(e.action)} for ${seconds(e.seconds)}${e.detail ? ` (${safe(e.detail, 60)})` : ''}`;
    case 'fault_ended': return `let go after ${seconds(e.seconds)}`;
    case 'fault_stuck': return `cannot be undone after ${seconds(e.seconds)}${e.detail ? `: ${safe(e.detail, 240)}` : ''}`;
    case 'recovered': return `back after ${seconds(e.seconds)}${e.is_slow ? ', slower than its usual' : ''}`;
    case 'not_recovered': return 'not back';
    case 'unstable': return 'came back and fell again';
    case 'not_tolerated': return `back after ${seconds(e.seconds)}, and did not tolerate it`;
    case 'aborted': return `back after ${seconds(e.seconds)}, and it was broken off`;
    case 'no_effect': return `there ${seconds(e.seconds)} after it, and no effect of it was seen`;
    case 'taken_over': return 'somebody else stopped it';
    case 'not_ended': return 'did not end';
    case 'restart_failed': return 'could not be acted on';
    case 'refused': return `refused, ${guard(e.refused_by)}`;
    case 'breaker_opened': return `breaker opened${e.detail ? `: ${safe(e.detail, 120)}` : ''}`;
    case 'dead_lettered': return 'given up';
    case 'skipped': return `${e.moments > 1 ? `${count(e.moments)} moments` : 'a moment'} without a message: ${guard(e.reason)}`;
    case 'halted': return `halted by ${safe(e.who)}${e.why ? `: \u201c${safe(e.why)}\u201d` : ''}`;
    case 'resumed': return `resumed by ${safe(e.who)}`;
    case 'marked': return `${safe(e.text, 200)}, says ${safe(e.who, 60)}`;
    case 'warning': return safe(e.text, 200);
    default: return kindWords[e.kind] ?? e.kind;
  }
}

const whom = (e) => {
  if (e.target) return <b><TargetLink group={e.group} target={e.target} name={e.name} /></b>;
  return e.group ? <b><GroupLink group={e.group} /></b> : null;
};

export function Events({ glance }) {
  const newest = glance.events.map(normal);
  const live = state.events.map(normal);
  const last = live.length > 0 ? Date.parse(live[live.length - 1].at) : Infinity;
  const all = [...live, ...newest.filter((e) => Date.parse(e.at) < last && !live.some((l) => l.message === e.message))];
  return (
    <Panel id="events" title="As it happens" note={state.ui.follow ? 'read out; f stops that' : 'follow with f'}>
      <ul class="ev">
        {all.slice(0, shown).map((e) => (
          <li key={`event-${e.kind}-${e.message ?? ''}-${e.at}`}>
            <Clock at={e.at} /><Icon shape={shapeOfEvent(e)} />
            <span>{whom(e)}{' '}{e.message ? <a class="plain" href={to.attempt(e.message)}>{eventText(e)}</a> : eventText(e)}</span>
          </li>
        ))}
      </ul>
      {all.length === 0 && <p class="none">Nothing has happened today.</p>}
      <p class="fold"><a href={to.record()}>The record</a></p>
    </Panel>
  );
}
