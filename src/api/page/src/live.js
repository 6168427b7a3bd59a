// Keeps the page up to date: one snapshot, one stream of events for all tabs of this browser, and a new snapshot soon after
// something happened. Where the stream cannot be had, a snapshot every 5 s.

import { get, Refusal } from './api.js';
import { changed, set, state } from './store.js';
import { toMs } from './time.js';

const names = ['published', 'pulled', 'saved', 'restarted', 'fault_begun', 'fault_ended', 'fault_stuck', 'restart_failed', 'failed', 'recovered',
  'not_recovered', 'unstable', 'not_tolerated', 'aborted', 'no_effect', 'taken_over', 'not_ended', 'refused', 'breaker_opened', 'lease_lost', 'acked', 'nacked', 'dead_lettered', 'halted',
  'resumed', 'skipped', 'marked', 'warning'];
const told = new Set(['restarted', 'fault_begun', 'fault_ended', 'fault_stuck', 'restart_failed', 'recovered', 'not_recovered', 'unstable', 'not_tolerated', 'aborted', 'no_effect', 'taken_over', 'not_ended',
  'refused', 'breaker_opened', 'dead_lettered', 'halted', 'resumed', 'skipped', 'marked', 'warning']);
const eventsKept = 200;
const soon = 300;
const notSooner = 1200;
const waits = [1000, 2000, 4000, 8000, 15000];

let source = null;
let channel = null;
let isLeader = false;
let isAsking = false;
let isDue = false;
let askedAt = 0;
let failures = 0;
let timer = 0;
let onSnapshot = () => {};
let onOutcome = () => {};

/** A new snapshot, soon; several wishes make one. */
export function refresh(wait = soon) {
  if (isAsking) {
    isDue = true;
    return;
  }
  const earliest = Math.max(wait, askedAt + notSooner - performance.now());
  clearTimeout(timer);
  timer = setTimeout(ask, wait === 0 ? 0 : earliest);
}

async function ask() {
  isAsking = true;
  isDue = false;
  askedAt = performance.now();
  try {
    const glance = await get('/v1/glance', { find: state.ui.find });
    const arrived = performance.now();
    failures = 0;
    set({
      glance, heardAt: Date.now(), clock: { server: toMs(glance.as_of) + (arrived - askedAt) / 2, local: arrived },
      live: isLeader && !source ? 'every 5 s' : 'live',
    });
    onSnapshot();
    timer = setTimeout(ask, state.live === 'live' ? 30000 : 5000);
  } catch (e) {
    const isBusy = e instanceof Refusal && e.status === 503;
    const wait = isBusy ? 2000 : waits[Math.min(failures, waits.length - 1)];
    failures += 1;
    if (!isBusy && state.live !== 'away') {
      set({ awaySince: state.clock ? performance.now() - state.clock.local : 0, live: 'away' });
    }
    set({ retryAt: performance.now() + wait });
    timer = setTimeout(ask, wait);
  } finally {
    isAsking = false;
    if (isDue && state.live !== 'away') refresh();
    changed();
  }
}

function take(event) {
  if (event.name === 'lost') {
    refresh(0);
    return;
  }
  if (told.has(event.name)) {
    state.events.unshift(event);
    state.events.length = Math.min(state.events.length, eventsKept);
    onOutcome(event);
  }
  refresh(event.name === 'halted' || event.name === 'resumed' ? 0 : soon);
  changed();
}

function listen() {
  const stream = new EventSource('/v1/events');
  for (const name of names) {
    stream.addEventListener(name, (e) => {
      let data = {};
      try {
        data = JSON.parse(e.data);
      } catch {
        return;
      }
      const event = { ...data, name };
      channel?.postMessage(event);
      take(event);
    });
  }
  stream.onopen = () => {
    source = stream;
    if (state.live !== 'live') refresh(0);
  };
  stream.onerror = () => {
    source = null;
    if (state.live === 'live') set({ live: 'every 5 s' });
    channel?.postMessage({ name: 'lost' });
    refresh(0);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
}

/** `snapshot` is called behind each new one, `outcome` with each event that a person is told of. */
export function start(snapshot, outcome) {
  onSnapshot = snapshot;
  onOutcome = outcome;
  if ('BroadcastChannel' in window && navigator.locks) {
    channel = new BroadcastChannel('mayhem.events');
    channel.onmessage = (e) => take(e.data);
    navigator.locks.request('mayhem.stream', () => {
      isLeader = true;
      listen();
      return new Promise(() => {});
    });
  } else {
    isLeader = true;
    listen();
  }
  refresh(0);
}

export const tryNow = () => refresh(0);
