// All that the page knows, in one place. Whoever changes it says so, and the page is drawn once for all that changed.

export const state = {
  glance: null, // the newest snapshot
  session: null, // what whoever sits here may do
  page: null, // what the page in question asked for: { key, data, error }
  events: [], // newest first, as they came
  asked: null, // the targets, as of the last time somebody asked: { at, targets, troubles }
  live: 'starting', // live, every 5 s, away
  heardAt: 0, // when the daemon was last heard
  retryAt: 0,
  clock: null, // { server, local }: the daemon's now at that moment of `performance.now()`
  ui: {
    tables: {}, cursor: {}, dialog: null, busy: {}, theme: 'system', zone: 'host', absolute: true, follow: true, keys: true,
    find: '', said: '', alarm: '', width: 1440,
  },
};

let draw = () => {};
let isDue = false;

export const drawWith = (f) => {
  draw = f;
};

export function changed() {
  if (isDue) return;
  isDue = true;
  const go = () => {
    isDue = false;
    draw();
  };
  if (document.visibilityState === 'hidden') setTimeout(go, 0);
  else requestAnimationFrame(go);
}

export function set(values) {
  Object.assign(state, values);
  changed();
}

export function setUi(values) {
  Object.assign(state.ui, values);
  changed();
}

/** The daemon's now, in milliseconds. Stands still while it is away. */
export function now() {
  if (!state.clock) return Date.now();
  if (state.live === 'away') return state.clock.server + (state.awaySince ?? 0);
  return state.clock.server + (performance.now() - state.clock.local);
}

export function zone() {
  const host = state.glance?.zone ?? 'UTC';
  if (state.ui.zone === 'yours') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return state.ui.zone === 'UTC' ? 'UTC' : host;
}

export const isNarrow = () => state.ui.width <= 760;

/** How wide a picture is that has `beside` pixels beside it, about. */
export function pictureWidth(beside) {
  const panel = Math.min(state.ui.width, 1440) - (isNarrow() ? 56 : 94);
  return Math.max(120, panel - beside);
}
