// The record: what was done, newest first; and the life of one message.

import { h } from './view.js';
import { isBack, shape, what } from './attempts.js';
import { Banners } from './banners.jsx';
import { Icon, Text, Vertical, Mark, Box, Level } from './marks.jsx';
import { Crumbs, GroupLink, TargetLink, Trouble, Waiting, When } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { laneText } from './reach.jsx';
import { evenTicks, linear } from './scale.js';
import { requery, route, to } from './routes.js';
import { now, state, zone } from './store.js';
import { clock, moment, toMs } from './time.js';
import { guard, safe, seconds, verdictWords } from './words.js';

const fell = (a) => a.reach.filter((f) => f.has_fallen);

const verdicts = ['recovered', 'not_recovered', 'unstable', 'not_tolerated', 'aborted', 'no_effect', 'fault_stuck', 'refused', 'restart_failed', 'taken_over', 'not_ended', 'unwatched'];

function Filters({ query, glance }) {
  const groups = [...new Set([...glance.rows.map((r) => r.group), ...(query.group ? [query.group] : [])])].sort();
  const choose = (name) => (e) => requery({ [name]: e.target.value, before: '' });
  return (
    <form class="filters" onsubmit={(e) => e.preventDefault()}>
      <label>Group <select onchange={choose('group')}>
        <option value="">all</option>
        {groups.map((g) => <option value={g} selected={query.group === g}>{safe(g, 60)}</option>)}
      </select></label>
      <label>Outcome <select onchange={choose('verdict')}>
        <option value="">all</option>
        {verdicts.map((v) => <option value={v} selected={query.verdict === v}>{verdictWords[v]}</option>)}
      </select></label>
      <label>Since <select onchange={choose('since')}>
        {[['', 'ever'], ['1d', 'a day'], ['7d', 'a week'], ['30d', '30 days'], ['365d', 'a year']].map(([v, text]) => <option value={v} selected={(query.since ?? '') === v}>{text}</option>)}
      </select></label>
      {query.target && <button type="button" class="t" onclick={() => requery({ target: '', before: '' })}>{`only ${safe(query.target, 40)} \u00d7`}</button>}
    </form>
  );
}

export function Record({ glance }) {
  const { query } = route();
  const { data, error } = state.page ?? {};
  const rows = data?.attempts ? [...data.attempts].reverse() : [];
  const oldest = rows[rows.length - 1];
  return (
    <div key="record">
      <div class="say"><h1>Record</h1><p>What was done and what was refused, newest first.</p></div>
      <Banners glance={glance} />
      <section aria-labelledby="record-title">
        <h2 id="record-title" class="hidden">Attempts</h2>
        <Filters query={query} glance={glance} />
        {error && <Trouble text={error} />}
        {!data && !error && <Waiting />}
        {data?.attempts && rows.length === 0 && <p class="none">Nothing like that is on record.</p>}
        {rows.length > 0 && (
          <table class="hist">
            <thead><tr><th scope="col">when</th><th scope="col">group</th><th scope="col">target</th><th scope="col">outcome</th><th scope="col" class="num">back after</th><th scope="col" class="hx">what else</th></tr></thead>
            <tbody>
              {rows.map((a) => (
                <tr key={`attempt-${a.message}-${a.attempt}`}>
                  <td><a href={to.attempt(a.message)}><When at={a.started_at} withSeconds /></a></td>
                  <td><GroupLink group={a.group} /></td>
                  <td><TargetLink group={a.group} target={a.target} name={a.name} /></td>
                  <td><span class="with-icon"><Icon shape={shape(a)} />{what(a)}</span></td>
                  <td class="num"><b>{a.recovery_seconds !== null && isBack(a) ? seconds(a.recovery_seconds) : '\u2013'}</b></td>
                  <td class="hx mut">{fell(a).length > 0 ? `${fell(a).length} fell with it` : safe(a.error, 120)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p class="fold">
          {query.before && <button type="button" class="link" onclick={() => requery({ before: '' })}>the newest</button>}{' '}
          {data?.is_cut && oldest && <button type="button" class="link" onclick={() => requery({ before: oldest.started_at })}>those before {moment(toMs(oldest.started_at), now(), zone(), true)}</button>}
        </p>
      </section>
    </div>
  );
}

/** The steps of an attempt, in seconds from its beginning. */
function stepsOf(a) {
  const start = toMs(a.started_at);
  const at = (text) => (toMs(text) - start) / 1000;
  return [
    { at: at(a.planned_at), text: 'planned' },
    { at: 0, text: `attempt ${a.attempt} begins` },
    a.stopped_seconds !== null && { at: a.stopped_seconds, text: 'the old life has ended' },
    a.started_seconds !== null && { at: a.started_seconds, text: 'a new life has begun' },
    ...fell(a).map((f) => ({ at: f.back_seconds ?? null, text: `${safe(f.id)} ${laneText({ kind: 'down', to: f.back_seconds })}` })),
    a.recovery_seconds !== null && { at: a.recovery_seconds, text: isBack(a) ? 'stands again' : 'given up' },
    a.ended_at && { at: at(a.ended_at), text: `on record: ${what(a)}` },
  ].filter((s) => s && s.at !== null).sort((x, y) => x.at - y.at);
}

function Life({ a }) {
  const steps = stepsOf(a).filter((s) => s.at >= 0);
  const end = Math.max(0.5, ...steps.map((s) => s.at)) * 1.08;
  const x = linear(0, end);
  const back = a.recovery_seconds ?? null;
  return (
    <svg height="76" aria-hidden="true">
      {evenTicks(end, 6).map((t) => [<Vertical x={x(t)} from={0} to={56} class="grid" />, <Text x={x(t)} y="72" anchor={t === 0 ? 'start' : x(t) > 97 ? 'end' : 'middle'}>{`${t} s`}</Text>])}
      {a.stopped_seconds !== null && <Box from={0} to={x(a.stopped_seconds)} y="20" height="12" class="stage-1" />}
      {a.stopped_seconds !== null && a.started_seconds !== null && <Box from={x(a.stopped_seconds)} to={x(a.started_seconds)} y="20" height="12" class="stage-2" least={0.15} />}
      {back !== null && <Box from={x(a.started_seconds ?? a.stopped_seconds ?? 0)} to={x(back)} y="20" height="12" class={isBack(a) ? 'stage-3' : 'open'} least={0.15} />}
      {a.usual_seconds !== null && <Vertical x={Math.min(100, x(a.usual_seconds))} from={10} to={42} class="usual-line" />}
      {back !== null && <Mark shape={shape(a)} x={x(back)} y={26} />}
      <Level y={56} class="line" />
    </svg>
  );
}

function Try({ a }) {
  const start = toMs(a.started_at);
  const steps = stepsOf(a);
  const rows = steps.map((s) => [clock(start + s.at * 1000, zone()), `${s.at < 0 ? '\u2212' : '+'}${seconds(Math.abs(s.at))}`, s.text]);
  return (
    <Panel id={`try-${a.attempt}`} title={`Attempt ${a.attempt}`} note={what(a)} table={{ head: ['when', 'from its beginning', 'what'], rows }}>
      <Picture id={`try-${a.attempt}`} name={`Attempt ${a.attempt}: ${what(a)}`} marks={steps.map((s, i) => ({ text: `${rows[i][1]} ${s.text}` }))}><Life a={a} /></Picture>
      <table class="facts"><tbody>
        {a.error && <tr><th scope="row">said</th><td>{safe(a.error, 2000)}</td></tr>}
        {a.usual_seconds !== null && <tr><th scope="row">its usual then</th><td>{seconds(a.usual_seconds)}</td></tr>}
        <tr><th scope="row">life before</th><td>{safe(a.incarnation_before)}</td></tr>
        <tr><th scope="row">life after</th><td>{safe(a.incarnation_after) || 'not known'}</td></tr>
        {a.reach.length > 0 && <tr><th scope="row">within reach</th><td>{a.reach.map((f, i) => `${i > 0 ? '; ' : ''}${safe(f.id)} (${f.has_fallen === null ? 'not watched' : laneText({ kind: f.has_fallen ? 'down' : 'unharmed', to: f.back_seconds })})`)}</td></tr>}
      </tbody></table>
    </Panel>
  );
}

export function Attempt({ glance }) {
  const { args: [message] } = route();
  const { data, error } = state.page ?? {};
  const crumbs = (a) => <Crumbs of={[['Record', to.record()], ...(a ? [[a.group, to.group(a.group)], [a.name, to.target(a.group, a.target)]] : []), [message.slice(0, 8)]]} />;
  if (error) return <div key="attempt">{crumbs(null)}<Trouble text={error} /></div>;
  if (!data?.attempts) return <div key="attempt">{crumbs(null)}<Waiting /></div>;
  const tries = data.attempts;
  const last = tries[tries.length - 1];
  if (!last) return <div key="attempt">{crumbs(null)}<div class="say"><h1>There is no attempt of that message on record.</h1><p>It may not have been tried yet.</p></div></div>;
  return (
    <div key="attempt">
      {crumbs(last)}
      <div class="say">
        <h1>{`${safe(last.name, 80)} ${last.verdict === 'recovered' ? `came back after ${seconds(last.recovery_seconds)}${last.pace === 'slow' ? ', slower than its usual' : ''}` : `: ${what(last)}`}.`.replace(' : ', ': ')}</h1>
        <p>{`${safe(last.action ?? 'The act')}, planned for `}<When at={last.planned_at} withSeconds />{`; the message is ${last.message_state.replace('_', '-')}.`}</p>
      </div>
      <Banners glance={glance} />
      {tries.map((a) => <Try a={a} />)}
      <p class="foot"><span>On the host: <code>{`journalctl MAYHEM_MESSAGE=${message}`}</code></span><a href={`/v1/history?message=${encodeURIComponent(message)}`}>as JSON</a></p>
    </div>
  );
}
