// How things are said: the same words as the commands use.

const thin = '\u2009';

/** A whole number, with thin spaces between thousands. */
export const count = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, thin);

export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;

/** "0.41 s", "3.4 s", "2 min 14 s", "1 h 5 min"; "not known" for nothing. */
export function seconds(s) {
  if (s === null || s === undefined) return 'not known';
  if (s < 1) return `${s.toFixed(2)} s`;
  if (s < 99.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Two figures: "4.1 x". */
export const factor = (f) => `${f < 10 ? f.toFixed(1) : Math.round(f)}\u00a0\u00d7`;

export function bytes(n) {
  if (n === null || n === undefined) return 'size not known';
  if (n < 1e6) return `${Math.max(1, Math.round(n / 1e3))} kB`;
  return n < 1e9 ? `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)} MB` : `${(n / 1e9).toFixed(1)} GB`;
}

/** A guard's name in a sentence. */
export const guard = (name) => (name === 'protected' ? 'protected' : String(name).replaceAll('_', ' '));

const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A name or text from outside: what drives a terminal or turns text is shown as what it is, and what is long is cut. */
export function safe(text, most = 200) {
  const shown = String(text ?? '').replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return shown.length > most ? `${shown.slice(0, most)}\u2026` : shown;
}

export const verdictWords = {
  recovered: 'came back',
  not_recovered: 'did not come back',
  unstable: 'came back and fell again',
  not_tolerated: 'came back, did not tolerate it',
  aborted: 'came back, was broken off',
  no_effect: 'had no effect on it',
  fault_stuck: 'could not be undone in time',
  taken_over: 'somebody else stopped it',
  not_ended: 'did not end',
  unwatched: 'nobody saw whether it came back',
  refused: 'refused',
  restart_failed: 'could not be acted on',
  save_failed: 'recorded late',
  cancelled: 'cut in the middle',
  lease_lost: 'lease lost, nothing done',
  stopped: 'stopped before the act',
};

export const kindWords = {
  recovered: 'came back',
  not_recovered: 'did not come back',
  not_tolerated: 'came back, did not tolerate it',
  aborted: 'came back, was broken off',
  no_effect: 'had no effect on it',
  fault_stuck: 'could not be undone in time',
  failed: 'could not be acted on',
  refused: 'refused',
  unwatched: 'recovery not seen',
  under_way: 'under way',
  fault: 'fault stands',
  planned: 'planned',
  missed: 'missed',
  no_target: 'no target',
  unlisted: 'targets could not be listed',
};

/** What a mark in a picture of time says, in a phrase. */
export function markText(m) {
  const what = kindWords[m.kind] ?? m.kind;
  if (m.kind === 'planned') return m.refused_by ? `planned, will be refused: ${guard(m.refused_by)}` : 'planned';
  const whom = m.target ? `${safe(m.target)} ` : '';
  if (m.kind === 'recovered') {
    return `${whom}came back in ${seconds(m.seconds)}${m.is_slow ? ', slower than its usual' : ''}`;
  }
  if (m.kind === 'refused') return `${whom}refused: ${guard(m.refused_by)}`;
  return `${whom}${what}${m.moments > 1 ? `, ${count(m.moments)} moments` : ''}`;
}

/** Joins with commas; the empty parts are left out. */
export const list = (parts) => parts.filter(Boolean).join(', ');
