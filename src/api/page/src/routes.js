// What a page shows beyond the snapshot is asked for when it is opened, and again with each snapshot.

import { get, Refusal } from './api.js';
import { to } from './addresses.js';
import { set, state } from './store.js';

export { to };

const enc = encodeURIComponent;

/** { name, args, query } of the address. */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...args] = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { name: name || 'glance', args, query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

export function go(address) {
  location.hash = address;
}

/** The same page with another query. */
export function requery(values) {
  const { name, args, query } = route();
  const wanted = new URLSearchParams(Object.entries({ ...query, ...values }).filter(([, v]) => v)).toString();
  const path = name === 'glance' ? '' : [name, ...args.map(enc)].join('/');
  history.replaceState(null, '', `#/${path}${wanted ? `?${wanted}` : ''}`);
  load();
}

const asks = {
  group: ([group], { from }) => get('/v1/group', { group, from }),
  target: ([group, target], { since }) => get('/v1/target', { group, target, since: since ?? '90d' }),
  attempt: ([message]) => get('/v1/history', { message, limit: 50 }),
  plan: (args, { group, for: length }) => get('/v1/plan', { for: length ?? '7d', group, limit: 5000, windows: 'true' }),
  record: (args, { group, target, verdict, before, since }) =>
    get('/v1/history', { group, target, verdict, before, since, limit: 100 }),
};

let asked = 0;
let askedAt = 0;

/** With each snapshot. A plan does not change because something happened. */
export function reload() {
  const isPlan = route().name === 'plan';
  if (!isPlan || performance.now() - askedAt > 60000) load();
}

/** Asks for what this page shows; what is there stays until it comes. */
export async function load() {
  const { name, args, query } = route();
  const key = JSON.stringify([name, args, query]);
  if (!asks[name]) {
    set({ page: { key, data: null, error: null } });
    return;
  }
  if (state.page?.key !== key) set({ page: { key, data: null, error: null } });
  const mine = ++asked;
  askedAt = performance.now();
  try {
    const data = await asks[name](args, query);
    if (mine === asked) set({ page: { key, data, error: null } });
  } catch (e) {
    if (mine === asked) {
      const isBusy = e instanceof Refusal && e.status === 503;
      set({ page: { key, data: isBusy ? state.page?.data ?? null : null, error: isBusy ? 'busy, again in 2 s' : e.message } });
      if (isBusy) setTimeout(load, 2000);
    }
  }
}
