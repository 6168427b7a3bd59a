// A panel: a picture with its name, and its twin, a table of the same data for whoever cannot or will not look.

import { h } from './view.js';
import { setUi, state } from './store.js';
import { safe } from './words.js';

/**
 * `table`: { head, rows } of texts (a row's cell may be a tree), with as many rows as the picture has marks.
 * `name`: its conclusion in a sentence.
 */
export function Panel({ id, title, note, table, tools, class: name, children }) {
  const isTable = Boolean(state.ui.tables[id]);
  return (
    <section key={`panel-${id}`} id={id} class={name} aria-labelledby={`${id}-title`}>
      <div class="head">
        <h2 id={`${id}-title`}>{title}</h2>
        {note && <small>{note}</small>}
        <span class="tools">
          {tools}
          {table && (
            <button type="button" class="t" aria-pressed={isTable ? 'true' : 'false'} data-twin={id}
              onclick={() => setUi({ tables: { ...state.ui.tables, [id]: !isTable } })}>
              {isTable ? 'Picture' : 'Table'}
            </button>
          )}
        </span>
      </div>
      {isTable && table ? <Twin id={id} table={table} title={title} /> : children}
    </section>
  );
}

const Twin = ({ id, table, title }) => (
  <div class="twin" key="twin" tabindex="0" role="region" aria-label={`${title}, as a table`}>
    <table>
      <thead><tr>{table.head.map((cell) => <th scope="col">{cell}</th>)}</tr></thead>
      <tbody data-rows={table.rows.length}>
        {table.rows.map((row) => <tr>{row.map((cell) => <td>{cell}</td>)}</tr>)}
      </tbody>
    </table>
    {table.rows.length === 0 && <p class="none">{table.none ?? 'Nothing to list.'}</p>}
    <p class="fold"><button type="button" class="link" onclick={() => save(id, table)}>Save as CSV</button></p>
  </div>
);

const textOf = (cell) => {
  if (cell === null || cell === undefined || cell === false) return '';
  if (Array.isArray(cell)) return cell.map(textOf).join('');
  return typeof cell === 'object' ? cell.children.map(textOf).join('') : String(cell);
};

/** A cell that a spreadsheet would take for a formula is text. */
export const csvCell = (cell) => {
  const text = textOf(cell);
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
};

function save(id, table) {
  const text = [table.head, ...table.rows].map((row) => row.map(csvCell).join(',')).join('\r\n');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${text}\r\n`], { type: 'text/csv' }));
  link.download = `mayhem-${id}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * A picture that is one stop of the tab key. Arrows walk its marks, whose texts are shown and read; Escape leaves.
 * `marks`: [{ text, go }], in the order of the picture.
 */
export function Picture({ id, name, marks = [], class: style, children }) {
  const at = state.ui.cursor[id];
  const step = (by) => {
    const next = at === undefined ? (by > 0 ? 0 : marks.length - 1) : Math.min(Math.max(at + by, 0), marks.length - 1);
    setUi({ cursor: { ...state.ui.cursor, [id]: next } });
  };
  const leave = () => {
    const { [id]: gone, ...others } = state.ui.cursor;
    if (gone !== undefined) setUi({ cursor: others });
  };
  const onkeydown = (e) => {
    if (e.target !== e.currentTarget || marks.length === 0 || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'ArrowRight' || e.key === 'ArrowDown') step(1);
    else if (e.key === 'ArrowLeft' || e.key === 'ArrowUp') step(-1);
    else if (e.key === 'Escape') leave();
    else if (e.key === 'Enter' && at !== undefined && marks[at]?.go && !state.ui.isFile) location.hash = marks[at].go;
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div class={`pic ${style ?? ''}`} role="group" tabindex="0" aria-label={name} onkeydown={onkeydown} onblur={leave}>
      {children}
      {at !== undefined && marks[at] && (
        <p class="callout" role="status">{`${at + 1} of ${marks.length}: ${safe(marks[at].text, 300)}`}</p>
      )}
    </div>
  );
}
