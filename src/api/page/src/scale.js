// From values to places. Across, places are percents of the picture's width, so that pictures follow it by themselves.

export const linear = (from, to) => (v) => ((v - from) / (to - from)) * 100;

export const logarithmic = (from, to) => {
  const low = Math.log(from);
  const high = Math.log(to);
  return (v) => ((Math.log(Math.max(v, from * 1e-6)) - low) / (high - low)) * 100;
};

export const percent = (v) => `${Math.round(v * 100) / 100}%`;

/** 1, 2, 3, 5, 10, 20, ... between the two, and no closer than a picture of that height can name. */
export function logTicks(from, to, most) {
  const all = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); ++power) {
    for (const digit of [1, 2, 3, 5]) all.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  let ticks = all.filter((t) => t >= from && t <= to);
  for (const digits of [[1, 3], [1]]) {
    if (ticks.length > most) ticks = ticks.filter((t) => digits.includes(Number(t.toExponential(0)[0])));
  }
  return ticks;
}

/** Round steps from 0 on, at most `most` of them behind it. */
export function evenTicks(to, most) {
  const rough = to / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const ticks = [];
  for (let t = 0; t <= to * 1.0001; t += step) ticks.push(Number(t.toPrecision(12)));
  return ticks;
}

/** By nearest rank, of numbers that are sorted. */
export const nearestRank = (sorted, p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
