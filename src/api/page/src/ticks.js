// Where the moments stand under a picture of any stretch of time, from seconds to years.

import { clock, hoursAndMinutes, hourTicks, isoDate, shortDate } from './time.js';

const second = 1e3;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [1, 2, 5, 10, 15, 30].map((n) => n * second).concat([1, 2, 5, 10, 15, 30].map((n) => n * minute));
const hours = [1, 2, 3, 6, 12];

const everyOf = (all, most) => {
  const each = Math.ceil(all.length / most);
  return all.filter((t, i) => i % each === 0);
};

/** At most `most` of them, with what is written there: seconds, minutes, hours or days, as the stretch needs. */
export function spanTicks(from, to, most, zone) {
  const length = to - from;
  const step = steps.find((s) => length / s <= most);
  if (step !== undefined) {
    const ticks = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      ticks.push({ at, label: step < minute ? clock(at, zone) : hoursAndMinutes(at, zone) });
    }
    return ticks;
  }
  const each = hours.find((n) => length / (n * hour) <= most);
  if (each !== undefined) {
    return hourTicks(from, to, each, zone).map((t) => ({ at: t.at, label: t.label === '00:00' || t.label === '24:00' ? shortDate(t.at, zone) : t.label }));
  }
  return everyOf(hourTicks(from, to, 24, zone), most).map((t) => ({ at: t.at, label: length < 20 * day ? shortDate(t.at, zone) : isoDate(t.at, zone) }));
}
