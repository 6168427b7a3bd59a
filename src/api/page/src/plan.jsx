// The plan: days down, hours across, a strip for each group and day.

import { h } from './view.js';
import { Banners } from './banners.jsx';
import { Legend, Swatch, Trouble, Waiting } from './parts.jsx';
import { GroupLink } from './parts.jsx';
import { Panel, Picture } from './panel.jsx';
import { DayAxis, Strip } from './today.jsx';
import { requery, route } from './routes.js';
import { isNarrow, now, state, zone } from './store.js';
import { clock, hoursAndMinutes, isoDate, longDate, toMs } from './time.js';
import { count, plural, safe } from './words.js';
import { Choice } from './parts.jsx';

const groupsShown = 25;

/** From midnight to midnight, by the clock of the page's zone; a day is found by its date. */
function daysOf(data, length) {
  const days = [];
  let at = now();
  const seen = new Set();
  for (let i = 0; i < length; ++i, at += 86400e3) {
    const date = isoDate(at, zone());
    if (seen.has(date)) continue;
    seen.add(date);
    days.push({ date, from: midnight(at), to: midnight(at + 86400e3), moments: [] });
  }
  for (const m of data.moments) days.find((d) => d.date === isoDate(toMs(m.at), zone()))?.moments.push(m);
  return days;
}

function midnight(at) {
  const date = isoDate(at, zone());
  let first = Math.floor(at / 900e3) * 900e3;
  while (isoDate(first - 900e3, zone()) === date) first -= 900e3;
  return first;
}

function Day({ day, windows, refused }) {
  const at = now();
  const names = [...new Set([...day.moments.map((m) => m.group), ...windows.map((w) => w.group)])].sort();
  const domain = [day.from, day.to];
  const marks = day.moments.map((m) => ({ text: `${hoursAndMinutes(toMs(m.at), zone())} ${safe(m.group)}` }));
  return (
    <Panel id={`day-${day.date}`} title={longDate(day.from, zone())} note={plural(day.moments.length, 'moment', 'moments')}
      table={{ head: ['when', 'group'], rows: day.moments.map((m) => [clock(toMs(m.at), zone()), safe(m.group)]), none: 'Nothing is planned.' }}>
      <Picture id={`day-${day.date}`} name={`${longDate(day.from, zone())}: ${plural(day.moments.length, 'moment', 'moments')}`} marks={marks}>
        <div class="lanes wk">
          <div class="lane"><div class="ln" /><DayAxis domain={domain} at={at} step={isNarrow() ? 6 : 2} /></div>
          {names.slice(0, groupsShown).map((name) => {
            const mine = windows.filter((w) => w.group === name).map((w) => [w.from, w.to]);
            const row = { group: name, has_plan: true, windows: mine, bins: null, hours: '',
              marks: day.moments.filter((m) => m.group === name).map((m) => ({ at: m.at, kind: 'planned', refused_by: refused[name] ?? null })) };
            return <div class="lane"><div class="ln"><GroupLink group={name} /></div><Strip row={row} domain={domain} at={at} step={isNarrow() ? 6 : 2} from={day.from} low /></div>;
          })}
          {names.length > groupsShown && <p class="fold">{`${plural(names.length - groupsShown, 'more group', 'more groups')}: choose one to see it`}</p>}
          {names.length === 0 && <p class="none">No group has hours on this day.</p>}
        </div>
      </Picture>
    </Panel>
  );
}

export function Plan({ glance }) {
  const { query } = route();
  const { data, error } = state.page ?? {};
  const length = query.for ?? '7d';
  const groups = [...new Set([...glance.rows.map((r) => r.group), ...(query.group ? [query.group] : [])])].sort();
  const refused = Object.fromEntries(glance.rows.filter((r) => r.planned_refused > 0 || glance.halt.is_halted || glance.dry_run)
    .map((r) => [r.group, glance.halt.is_halted ? 'halted' : glance.dry_run ? 'dry_run' : 'breaker_open']));
  return (
    <div key="plan">
      <div class="say">
        <h1>{data?.moments ? `${count(data.moments.length)}${data.is_cut ? ' and more' : ''} moments in ${length.replace('d', ' d')}.` : 'Plan'}</h1>
        <p>{data?.moments ? `Seed ${glance.seed} (from the ${data.seed_from}); printed at ${clock(toMs(data.printed_at), zone())}. On the host: mayhem plan --for ${length}${query.group ? ` --group ${safe(query.group)}` : ''}` : ' '}</p>
      </div>
      <Banners glance={glance} />
      <form class="filters" onsubmit={(e) => e.preventDefault()}>
        <label>Group <select onchange={(e) => requery({ group: e.target.value })}>
          <option value="">all</option>
          {groups.map((g) => <option value={g} selected={query.group === g}>{safe(g, 60)}</option>)}
        </select></label>
        <Choice label="How far" of={[['7d', 'a week'], ['28d', '4 weeks']]} is={length} choose={(v) => requery({ for: v })} />
      </form>
      {error && <Trouble text={error} />}
      {!data && !error && <Waiting />}
      {data?.moments && data.unplanned_groups.length > 0 && <p class="none">{`Without a plan: ${data.unplanned_groups.slice(0, 10).map((g) => safe(g)).join(', ')}.`}</p>}
      {data?.moments && daysOf(data, Number.parseInt(length, 10) || 7).map((day) => (
        <Day day={day} windows={(data.windows ?? []).filter((w) => toMs(w.from) < day.to && toMs(w.to) > day.from)} refused={refused} />
      ))}
      <Legend of={[['planned', 'planned'], ['planned_refused', 'planned, will be refused as things stand'], [<Swatch name="allowed" />, 'allowed hours']]} />
    </div>
  );
}
