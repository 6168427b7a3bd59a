// Moments as people read them. The page's now is the daemon's, carried on by a clock that nobody sets.

const formats = new Map();

function parts(at, zone) {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
      second: '2-digit', weekday: 'short', hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  const found = {};
  for (const part of format.formatToParts(at)) found[part.type] = part.value;
  return found;
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
  'November', 'December'];

export const isZone = (zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: zone }));
  } catch {
    return false;
  }
};

export const toMs = (text) => Date.parse(text);

export function hoursAndMinutes(at, zone) {
  const p = parts(at, zone);
  return `${p.hour}:${p.minute}`;
}

export function clock(at, zone) {
  const p = parts(at, zone);
  return `${p.hour}:${p.minute}:${p.second}`;
}

export function isoDate(at, zone) {
  const p = parts(at, zone);
  return `${p.year}-${p.month}-${p.day}`;
}

/** "Fri 27 November". */
export function longDate(at, zone) {
  const p = parts(at, zone);
  return `${p.weekday} ${Number(p.day)} ${months[Number(p.month) - 1]}`;
}

/** "Fri 27". */
export function shortDate(at, zone) {
  const p = parts(at, zone);
  return `${p.weekday} ${Number(p.day)}`;
}

/** The day in words up to seven days away, then the date: "11:31", "Mon 09:41", "2026-12-24 09:41". */
export function moment(at, now, zone, withSeconds = false) {
  const time = withSeconds ? clock(at, zone) : hoursAndMinutes(at, zone);
  if (isoDate(at, zone) === isoDate(now, zone)) return time;
  if (Math.abs(at - now) < 6.5 * 86400e3) return `${parts(at, zone).weekday} ${time}`;
  return `${isoDate(at, zone)} ${time}`;
}

/** All moments between the two at which the clock shows a full hour that `step` divides. */
export function hourTicks(from, to, step, zone) {
  const ticks = [];
  const quarter = 900e3;
  for (let at = Math.ceil(from / quarter) * quarter; at <= to; at += quarter) {
    const p = parts(at, zone);
    if (p.minute === '00' && Number(p.hour) % step === 0) ticks.push({ at, label: `${p.hour}:00` });
  }
  const last = ticks[ticks.length - 1];
  if (last && last.at === to && last.label === '00:00' && ticks.length > 1) last.label = '24:00';
  return ticks;
}

/** "in 50 min", "3 min ago"; one unit, two for days. */
export function relative(at, now) {
  const length = roughly(Math.abs(at - now) / 1000);
  return at >= now ? `in ${length}` : `${length} ago`;
}

export function roughly(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h${s < 6 * 3600 ? ` ${Math.floor((s % 3600) / 60)} min` : ''}`;
  return `${Math.floor(s / 86400)} d${s < 7 * 86400 ? ` ${Math.floor((s % 86400) / 3600)} h` : ''}`;
}
