// What keys do. None fires in a field, and all can be switched off.

import { keepSettings } from './settings.js';
import { setUi, state } from './store.js';
import { go, to } from './routes.js';

export const keys = [
  ['g g', 'Glance'], ['g o', 'Groups'], ['g p', 'Plan'], ['g r', 'Record'], ['/', 'search the groups'], ['j k', 'next and last row'],
  ['Enter', 'open what has the focus'], ['arrows', 'walk the marks of a picture, Escape leaves'], ['Shift T', 'the table behind a picture'],
  ['t', 'moments as clock or as distance'], ['z', 'time zone'], ['f', 'read outcomes out, or not'], ['Shift H', 'to the halt; Enter presses'],
  ['?', 'these keys'],
];

let isGoing = false;

const places = { g: to.glance(), o: to.groups(), p: to.plan(), r: to.record() };

function walk(by) {
  const rows = [...document.querySelectorAll('main .pic, main tbody a, main .row .n a')].filter((e) => e.offsetParent !== null);
  const at = rows.findIndex((e) => e === document.activeElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

function twin() {
  const panel = document.activeElement?.closest('section') ?? document.querySelector('main section');
  panel?.querySelector('[data-twin]')?.click();
}

const plain = {
  t: () => { state.ui.absolute = !state.ui.absolute; keepSettings(); },
  z: () => { state.ui.zone = { host: 'yours', yours: 'UTC', UTC: 'host' }[state.ui.zone]; keepSettings(); },
  f: () => { state.ui.follow = !state.ui.follow; keepSettings(); },
  j: () => walk(1),
  k: () => walk(-1),
  '/': () => { go(to.groups()); setTimeout(() => document.getElementById('find')?.focus(), 50); },
  '?': () => setUi({ dialog: { kind: 'keys' } }),
  T: twin,
  H: () => document.getElementById('halt')?.focus(),
};

export function onKey(e) {
  const isField = e.target.closest?.('input, textarea, select, dialog');
  if (!state.ui.keys || isField || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
  if (isGoing) {
    isGoing = false;
    if (places[e.key]) go(places[e.key]);
    return;
  }
  if (e.key === 'g') {
    isGoing = true;
    setTimeout(() => { isGoing = false; }, 1200);
    return;
  }
  if (plain[e.key]) {
    e.preventDefault();
    plain[e.key]();
  }
}
