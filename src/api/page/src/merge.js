// Marks that would lie on each other become one with a count; the worst of them decides how it looks.

const order = ['fault_stuck', 'fault', 'not_recovered', 'not_tolerated', 'aborted', 'no_effect', 'failed', 'under_way', 'slow', 'unwatched', 'recovered', 'refused', 'unlisted',
  'missed', 'no_target', 'planned'];

export const rankOf = (m) => order.indexOf(m.kind === 'recovered' && m.is_slow ? 'slow' : m.kind);

/** `marks` have `x` in percent of `width` pixels, and come in order. */
export function merge(marks, width, nearer = 10) {
  const merged = [];
  for (const m of marks) {
    const last = merged[merged.length - 1];
    const isNear = last && ((m.x - last.x) / 100) * width < nearer;
    if (!isNear || last.kind === 'planned' !== (m.kind === 'planned')) {
      merged.push({ ...m, count: 1, of: [m] });
      continue;
    }
    const worse = rankOf(m) < rankOf(last) ? m : last;
    merged[merged.length - 1] = { ...worse, x: last.x, count: last.count + 1, of: [...last.of, m] };
  }
  return merged;
}
