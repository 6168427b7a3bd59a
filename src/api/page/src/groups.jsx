// All groups by name, to look for one; and the page of one.

import { h } from './view.js';
import { Banners } from './banners.jsx';
import { Crumbs, openDialog, Trouble, Waiting } from './parts.jsx';
import { mayAct } from './acting.js';
import { Panel, Picture } from './panel.jsx';
import { refresh } from './live.js';
import { recoveryTable, Rows } from './recoveries.jsx';
import { requery, route } from './routes.js';
import { isNarrow, now, setUi, state, zone } from './store.js';
import { actWords, rowWords, Strip, Today } from './today.jsx';
import { linear } from './scale.js';
import { Text } from './marks.jsx';
import { hoursAndMinutes, hourTicks, moment, shortDate, toMs } from './time.js';
import { count, guard, kindWords, list, markText, plural, safe, seconds } from './words.js';

export function Groups({ glance }) {
  const oninput = (e) => {
    setUi({ find: e.target.value });
    refresh(0);
  };
  return (
    <div key="groups">
      <div class="say">
        <h1>{plural(glance.groups, 'group', 'groups')}</h1>
        <p><label>Find <input id="find" type="search" value={state.ui.find} oninput={oninput} autocomplete="off" placeholder="part of a name" /></label></p>
      </div>
      <Banners glance={glance} />
      <Today glance={glance} />
    </div>
  );
}

/** Where hours are few, so is what is drawn: the hours that any of the days allows, and an hour around them. */
function weekDomain(days) {
  const hour = 3600e3;
  const spans = days.flatMap((d) => [...d.windows.map(([a, b]) => [toMs(a) - toMs(d.from), toMs(b) - toMs(d.from)]),
    ...d.marks.map((m) => [toMs(m.at) - toMs(d.from), toMs(m.at) - toMs(d.from)])]);
  const length = toMs(days[0].to) - toMs(days[0].from);
  if (spans.length === 0) return [0, length];
  const from = Math.max(0, Math.floor((Math.min(...spans.map((s) => s[0])) - hour) / (2 * hour)) * 2 * hour);
  const to = Math.min(length, Math.ceil((Math.max(...spans.map((s) => s[1])) + hour) / (2 * hour)) * 2 * hour);
  return [from, to];
}

export const dayMarks = (days) => days.flatMap((d) => [
  ...d.marks.map((m) => ({ at: toMs(m.at), m })),
  ...(d.bins ?? []).map((b) => ({ at: toMs(d.from) + b.bin * 600e3, b })),
]);

const dayText = ({ at, m, b }) => `${moment(at, now(), zone())} ${m ? markText(m)
  : Object.keys(kindWords).filter((k) => b[k] > 0).map((k) => `${count(b[k])} ${kindWords[k]}`).join(', ')}`;

/** Seven days of a group, one under the other. */
export function Week({ days, id }) {
  const at = now();
  const [from, to] = weekDomain(days);
  const step = (to - from) / 3600e3 > 12 ? (isNarrow() ? 6 : 4) : 2;
  const first = [toMs(days[0].from) + from, toMs(days[0].from) + to];
  const x = linear(...first);
  const marks = dayMarks(days).map((d) => ({ text: dayText(d) }));
  const name = `${safe(days[0].group)}: ${count(days.reduce((n, d) => n + d.planned, 0))} moments planned in ${days.length} days`;
  return (
    <Picture id={`week-${id}`} name={name} marks={marks}>
      <div class="lanes wk">
        {days.map((d, i) => (
          <div class="lane">
            <div class="ln">{i === 0 ? <b>{shortDate(toMs(d.from), zone())}</b> : shortDate(toMs(d.from), zone())}</div>
            <Strip row={d} domain={[toMs(d.from) + from, toMs(d.from) + to]} at={at} step={step} from={toMs(d.from)} low />
          </div>
        ))}
        <div class="lane">
          <div class="ln" />
          <svg height="16" aria-hidden="true">
            {hourTicks(...first, step, zone()).map((t) => (
              <Text x={x(t.at)} y="12" anchor={t.at === first[0] ? 'start' : t.at === first[1] ? 'end' : 'middle'}>{t.label}</Text>
            ))}
          </svg>
        </div>
      </div>
    </Picture>
  );
}

export const weekTable = (days) => ({
  head: ['when', 'what'],
  rows: dayMarks(days).map((d) => [`${shortDate(d.at, zone())} ${hoursAndMinutes(d.at, zone())}`,
    dayText(d).slice(moment(d.at, now(), zone()).length + 1)]),
  none: 'Nothing is planned in these days.',
});

function Refusals({ refusals }) {
  const all = Object.entries(refusals).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...all.map(([, n]) => n));
  const x = linear(0, most * 1.15);
  const table = { head: ['guard', 'refused so often'], rows: all.map(([g, n]) => [guard(g), count(n)]), none: 'Nothing was refused.' };
  return (
    <Panel id="refusals" title="Who said no?" note="refusals in 30 days, by guard" table={table}>
      {all.length === 0 && <p class="none">Nothing was refused in the last 30 days.</p>}
      {all.length > 0 && (
        <Picture id="refusals" name={`Refused most by ${guard(all[0][0])}, ${count(all[0][1])} times`} marks={all.map(([g, n]) => ({ text: `${guard(g)}: ${count(n)}` }))}>
          <div class="lanes">
            {all.map(([g, n]) => (
              <div class="lane">
                <div class="ln">{guard(g)}</div>
                <svg height="20" aria-hidden="true">
                  <rect x="0" y="4" height="12" width={`${x(n)}%`} class="refused" rx="2" />
                  <Text x={x(n)} y="14" dx="6" class="k">{count(n)}</Text>
                </svg>
              </div>
            ))}
          </div>
        </Picture>
      )}
    </Panel>
  );
}

function limitWords(data) {
  const { limits, today } = data;
  const done = today.done;
  return list([
    today.hours ? `Hours ${today.hours}${today.zone && today.zone !== data.zone ? ` in ${today.zone}` : ''}` : 'No hours of its own',
    limits?.max_per_day ? `${count(done)} of ${limits.max_per_day} today` : `${count(done)} today, no limit a day`,
    limits?.max_per_hour && `at most ${limits.max_per_hour} an hour`,
    limits && `given up after ${seconds(limits.recovery_timeout_seconds).replace('.0 s', ' s')}`,
  ]);
}

function groupSentence(row, at) {
  if (row.breaker) return `The breaker is open: ${safe(row.breaker.reason, 200)}`;
  if (row.fault_stands) return 'A fault stands';
  if (row.under_way > 0) return `${plural(row.under_way, 'act is', 'acts are')} under way`;
  if (row.next) return `next ${safe(row.next_action || row.action)} ${moment(toMs(row.next), at, zone())}`;
  return row.has_plan ? 'nothing is planned' : 'acts come at random, without a plan';
}

export function Group({ glance }) {
  const { args: [name], query } = route();
  const { data, error } = state.page ?? {};
  if (error) return <div key="group"><Crumbs of={[['Glance', '#/'], ['Groups', '#/groups'], [name]]} /><Trouble text={error} /></div>;
  if (!data?.days) return <div key="group"><Waiting /></div>;
  const row = data.today;
  const [, second] = rowWords(row, now());
  const from = Number(query.from ?? 0);
  const shown = data.recoveries.length;
  return (
    <div key="group">
      <Crumbs of={[['Glance', '#/'], ['Groups', '#/groups'], [name]]} />
      <div class="hd">
        <div class="say">
          <h1>{`${safe(name, 80)}: ${groupSentence(row, now())}${row.breaker ? '' : '.'}`}</h1>
          <p>{`Act: ${list([actWords(row), `driver ${row.driver}`, row.targets && plural(row.targets, 'target', 'targets'), second])}.`}<br />{`${limitWords(data)}.`}</p>
        </div>
        <div class="sp" />
        {row.breaker && mayAct() && (
          <button type="button" class="btn" onclick={() => openDialog({ kind: 'breaker', group: name })}>Close breaker...</button>
        )}
        {row.breaker && !mayAct() && <span class="by-hand">{`mayhem resume ${safe(name, 60)}`}</span>}
      </div>
      <Banners glance={glance} />
      <Panel id="week" title="This week" note="what was done today, and what is planned" table={weekTable(data.days)}>
        <Week days={data.days} id={name} />
      </Panel>
      <Panel id="past" title="Its targets, each beside its own past" note="least usual first" table={recoveryTable(data.recoveries)}>
        {shown > 0 ? <Rows rows={data.recoveries} /> : <p class="none">None of its targets was ever hit.</p>}
        {data.recoveries_count > shown && (
          <p class="fold">
            {`${from + 1} to ${from + shown} of ${count(data.recoveries_count)} `}
            {from > 0 && <button type="button" class="link" onclick={() => requery({ from: String(Math.max(0, from - 50)) })}>those before</button>}{' '}
            {from + shown < data.recoveries_count && <button type="button" class="link" onclick={() => requery({ from: String(from + shown) })}>those behind</button>}
          </p>
        )}
      </Panel>
      <Refusals refusals={data.refusals} />
    </div>
  );
}

