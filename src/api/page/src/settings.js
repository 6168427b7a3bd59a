// What a person has chosen, kept in this browser.

import { changed, state } from './store.js';

const kept = 'mayhem.ui';

export function readSettings() {
  try {
    const known = JSON.parse(localStorage.getItem(kept) ?? '{}');
    for (const name of ['theme', 'zone', 'absolute', 'follow', 'keys']) if (name in known) state.ui[name] = known[name];
  } catch {
    localStorage.removeItem(kept);
  }
  apply();
}

export function keepSettings() {
  const { theme, zone, absolute, follow, keys } = state.ui;
  try {
    localStorage.setItem(kept, JSON.stringify({ theme, zone, absolute, follow, keys }));
  } catch {
    // Without a place to keep them they hold for this page.
  }
  apply();
  changed();
}

function apply() {
  const { theme } = state.ui;
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

export function chooseTheme(theme) {
  state.ui.theme = theme;
  keepSettings();
}

export function chooseZone(zone) {
  state.ui.zone = zone;
  keepSettings();
}
