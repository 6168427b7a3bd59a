// The marks: no two states share a shape, and colour only repeats the shape. A picture uses them by name.

import { h } from './view.js';
import { percent } from './scale.js';

/** Once a page, before all pictures. */
export const Definitions = () => (
  <svg class="defs" aria-hidden="true" width="0" height="0">
    <defs>
      <g id="recovered"><circle r="4.5" class="ok" /></g>
      <g id="slow"><circle r="5.5" class="ok" /><circle r="8.5" class="ring" /></g>
      <g id="not_recovered"><path d="M-5-5 5 5M-5 5 5-5" class="cross" /></g>
      <g id="not_tolerated"><circle r="5.5" class="hollow" /><path d="M-5 5 5-5" class="cross" /></g>
      <g id="aborted"><rect x="-5" y="-5" width="10" height="10" class="hollow" /><path d="M-5 5 5-5" class="cross" /></g>
      <g id="no_effect"><circle r="5" class="hollow" /><path d="M-5 0H5" class="bar" /></g>
      <g id="fault_stuck"><path d="M0-6 6 5H-6Z" class="hollow" /><path d="M0-2V2" class="cross" /></g>
      <g id="failed"><rect x="-4.5" y="-4.5" width="9" height="9" class="fail" /></g>
      <g id="planned"><path d="M0-5.5 5.5 0 0 5.5-5.5 0Z" class="plan" /></g>
      <g id="planned_refused">
        <path d="M0-5.5 5.5 0 0 5.5-5.5 0Z" class="plan off" /><path d="M-7 0H7" class="stroke" />
      </g>
      <g id="refused"><path d="M0-6V6" class="bar" /></g>
      <g id="without"><circle r="4" class="hollow dashed" /></g>
      <g id="unwatched"><circle r="4.2" class="hollow" /></g>
      <g id="under_way"><circle r="5" class="half" /><path d="M0-5A5 5 0 0 1 0 5Z" class="ok" /></g>
      <g id="fault"><path d="M0-5 5 4H-5Z" class="flt" /></g>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" class="hatch-soft" /><rect width="2.4" height="6" class="flt" />
      </pattern>
    </defs>
  </svg>
);

const withoutMessage = new Set(['missed', 'no_target', 'unlisted']);

export function shapeOf(m) {
  if (m.kind === 'recovered') return m.is_slow ? 'slow' : 'recovered';
  if (m.kind === 'planned') return m.refused_by ? 'planned_refused' : 'planned';
  return withoutMessage.has(m.kind) ? 'without' : m.kind;
}

/** A mark at a place of its picture. */
export const Mark = ({ shape, x, y, scale, title }) => (
  <svg class="m" x={percent(x)} y={y}>
    {title && <title>{title}</title>}
    <use href={`#${shape}`} transform={scale ? `scale(${scale})` : undefined} />
  </svg>
);

/** A mark by itself, beside words. */
export const Icon = ({ shape }) => (
  <svg class="icon" viewBox="-9 -9 18 18" aria-hidden="true"><use href={`#${shape}`} /></svg>
);

export const Text = ({ x, y, anchor, dx, class: name, children }) => (
  <text x={percent(x)} y={y} dx={dx} text-anchor={anchor ?? 'start'} class={name}>{children}</text>
);

export const Vertical = ({ x, from, to, class: name }) => (
  <line x1={percent(x)} x2={percent(x)} y1={from} y2={to} class={name} />
);

export const Level = ({ y, from, to, class: name }) => (
  <line x1={percent(from ?? 0)} x2={percent(to ?? 100)} y1={y} y2={y} class={name} />
);

export const Box = ({ from, to, y, height, class: name, round, least }) => (
  <rect x={percent(from)} width={percent(Math.max(to - from, least ?? 0))} y={y} height={height} rx={round ?? 2} class={name} />
);
