// Small things that several pages say.

import { h } from './view.js';
import { now, setUi, state, zone } from './store.js';
import { clock, moment, relative, toMs } from './time.js';
import { to } from './addresses.js';
import { safe } from './words.js';
import { Icon } from './marks.jsx';

/** A moment, with its other form in the title. */
export function When({ at, withSeconds, class: name }) {
  if (!at) return <span>not known</span>;
  const ms = typeof at === 'number' ? at : toMs(at);
  const absolute = moment(ms, now(), zone(), withSeconds);
  const other = relative(ms, now());
  const shown = state.ui.absolute ? absolute : other;
  return (
    <time class={name} datetime={new Date(ms).toISOString()} title={state.ui.absolute ? other : `${absolute} ${zone()}`}>{shown}</time>
  );
}

export const Clock = ({ at }) => (
  <time datetime={at} title={relative(toMs(at), now())}>{clock(toMs(at), zone())}</time>
);

/** A name from outside, cut; the whole of it in the title. */
export function Name({ text, most }) {
  const shown = safe(text, most ?? 80);
  return <span title={shown === String(text) ? undefined : safe(text, 2000)}>{shown}</span>;
}

/** To another page of this one; in a file by itself there is none. */
export const Link = ({ href, children }) => (state.ui.isFile ? <span>{children}</span> : <a href={href}>{children}</a>);

export const GroupLink = ({ group }) => <Link href={to.group(group)}><Name text={group} /></Link>;
export const TargetLink = ({ group, target, name }) => <Link href={to.target(group, target)}><Name text={name ?? target} /></Link>;

export const Legend = ({ of }) => (
  <div class="legend">{of.map(([shape, text]) => <span>{typeof shape === 'string' ? <Icon shape={shape} /> : shape}{text}</span>)}</div>
);

export const Swatch = ({ name }) => (
  <svg class="icon wide" viewBox="0 0 18 18" aria-hidden="true"><rect x="1" y="4" width="16" height="10" rx="2" class={name} /></svg>
);

export const Tick = () => (
  <svg class="icon" viewBox="0 0 18 18" aria-hidden="true"><path d="M9 3V15" class="usual-line" /></svg>
);

/** Choices of which one holds. */
export const Choice = ({ label, of, is, choose }) => (
  <span class="seg" role="group" aria-label={label}>
    {of.map(([value, text]) => (
      <button type="button" aria-pressed={is === value ? 'true' : 'false'} onclick={() => choose(value)}>{text}</button>
    ))}
  </span>
);

export const Crumbs = ({ of }) => (
  <nav class="crumb" aria-label="Where this is">
    {of.map(([text, address], i) => [i > 0 ? ' \u203a ' : null, address ? <a href={address}>{safe(text, 80)}</a> : <span aria-current="page">{safe(text, 80)}</span>])}
  </nav>
);

export const Trouble = ({ text }) => <p class="trouble" role="alert">{safe(text, 500)}</p>;
export const Waiting = () => <p class="none">Asking the daemon ...</p>;

export const openDialog = (dialog) => setUi({ dialog });
