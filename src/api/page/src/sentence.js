// The sentence on top of all: is it armed, what is next, is something wrong; and the line below it. Parts are
// { text, name } with the name of a style, or { text, group }.

import { hoursAndMinutes, isoDate, moment, relative, toMs } from './time.js';
import { count, guard, plural, safe } from './words.js';

const plain = (text) => ({ text });

function next(glance, at, zone) {
  if (!glance.next) {
    const isRandom = glance.rows.length > 0 && glance.rows.every((r) => !r.has_plan);
    return [plain(isRandom ? 'acts come at random, without a plan.' : 'nothing is planned.')];
  }
  const ms = toMs(glance.next.at);
  const isToday = isoDate(ms, zone) === isoDate(at, zone);
  const when = isToday ? `next act at ${hoursAndMinutes(ms, zone)}, ${relative(ms, at)}, in ` : `nothing more is planned for today; next ${moment(ms, at, zone)}, `;
  const end = glance.next.refused_by ? `, will be refused: ${guard(glance.next.refused_by)}.` : '.';
  return [plain(glance.next.refused_by ? when.replace('next act', 'next moment') : when), { text: safe(glance.next.group), group: glance.next.group }, plain(end)];
}

const upper = (parts) => [{ ...parts[0], text: parts[0].text[0].toUpperCase() + parts[0].text.slice(1) }, ...parts.slice(1)];

/** The h1. */
export function sentence(glance, at, zone) {
  if (glance.phase === 'starting') return [plain('Starting: reading the record.')];
  if (glance.phase === 'draining') return [plain(`Draining: ${plural(glance.today.under_way, 'act', 'acts')} left.`)];
  if (glance.phase !== 'running') return [plain(glance.phase === 'reloading' ? 'Reloading its config.' : 'Stopping.')];
  if (glance.halt.is_halted) {
    const [first] = glance.halt.reasons;
    const why = first.why ? `: \u201c${safe(first.why, 120)}\u201d` : '.';
    return [plain(`Halted by ${safe(first.who, 60)} since ${moment(toMs(first.since), at, zone)}${why}`)];
  }
  if (glance.groups === 0) return [plain('No group yet.')];
  if (glance.dry_run) {
    if (!glance.next) return [plain('Dry run. '), ...upper(next(glance, at, zone))];
    return [plain(`Dry run. The next moment, ${moment(toMs(glance.next.at), at, zone)} in `), { text: safe(glance.next.group), group: glance.next.group },
      plain(', will only be recorded.')];
  }
  const faults = glance.rows.reduce((n, r) => n + (r.fault_stands ? Math.max(1, r.under_way) : 0), 0);
  if (faults === 0) return [plain('Armed. '), ...upper(next(glance, at, zone))];
  return [plain('Armed. '), { text: faults === 1 ? 'One fault stands' : `${count(faults)} faults stand`, name: 'flt' }, plain('; '),
    ...next(glance, at, zone)];
}

/** The line below it; parts that are zero are left out. */
export function sums(glance) {
  const t = glance.today;
  const ends = [
    t.recovered > 0 && { text: `${count(t.recovered)} came back` },
    t.not_recovered > 0 && { text: `${count(t.not_recovered)} did not`, name: 'bad' },
    t.not_tolerated > 0 && { text: `${count(t.not_tolerated)} did not tolerate it`, name: 'bad' },
    t.aborted > 0 && { text: `${count(t.aborted)} ${t.aborted === 1 ? 'was' : 'were'} broken off`, name: 'bad' },
    t.no_effect > 0 && { text: `${count(t.no_effect)} had no effect` },
    t.fault_stuck > 0 && { text: `${count(t.fault_stuck)} could not be undone in time`, name: 'bad' },
    t.under_way > 0 && { text: `${count(t.under_way)} ${t.under_way === 1 ? 'is' : 'are'} under way` },
    t.unwatched > 0 && { text: `of ${count(t.unwatched)} nobody saw the end` },
  ].filter(Boolean);
  const parts = [plain('Today '), { text: t.acts === 0 ? 'no acts' : plural(t.acts, 'act', 'acts'), name: 'strong' }];
  ends.forEach((part, i) => parts.push(plain(i === 0 ? ': ' : ', '), part));
  parts.push(plain('.'));
  if (t.failed > 0) parts.push(plain(` ${count(t.failed)} could not be acted on.`));
  if (t.refused > 0) parts.push(plain(` ${count(t.refused)} refused.`));
  if (t.without_message > 0) parts.push(plain(` ${plural(t.without_message, 'moment', 'moments')} without a message.`));
  if (t.planned > 0) {
    parts.push(plain(' Still planned: '), { text: count(t.planned), name: 'strong' });
    if (t.planned_refused > 0) parts.push(plain(`, of which ${count(t.planned_refused)} will be refused${because(glance)}`));
    parts.push(plain('.'));
  }
  return parts;
}

function because(glance) {
  if (glance.halt.is_halted) return ' while it is halted';
  if (glance.dry_run) return ' in dry run';
  const open = glance.rows.filter((r) => r.breaker && r.planned_refused > 0);
  if (open.length === 1) return ` while the breaker of ${safe(open[0].group)} is open`;
  if (open.length > 1) return ` while breakers are open`;
  const guards = new Set(glance.rows.flatMap((r) => r.marks.map((m) => m.kind === 'planned' && m.refused_by).filter(Boolean)));
  return guards.size === 1 ? `: ${guard([...guards][0])}` : ' as things stand';
}
