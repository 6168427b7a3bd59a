// What must be asked before an act, and what came of it.

import { h } from './view.js';
import { closeBreaker, giveToken, restart, resume, sayWhy } from './acting.js';
import { Choice } from './parts.jsx';
import { keepSettings } from './settings.js';
import { now, setUi, state, zone } from './store.js';
import { to } from './routes.js';
import { hoursAndMinutes, toMs } from './time.js';
import { guard, plural, safe, seconds } from './words.js';
import { keys } from './keys.js';

export const closeDialog = () => setUi({ dialog: null });

const Dialog = ({ title, children }) => (
  <dialog key={`dialog-${title}`} aria-labelledby="dialog-title" mounted={(d) => d.showModal()} oncancel={closeDialog} onclose={closeDialog}>
    <h2 id="dialog-title">{title}</h2>
    {children}
  </dialog>
);

const Buttons = ({ children }) => (
  <p class="buttons">{children}<button type="button" class="btn" onclick={closeDialog}>Close</button></p>
);

/** The moments of the next hour, for whoever is about to allow them again. */
function comingUp(glance, group) {
  const at = now();
  const coming = glance.rows.filter((r) => !group || r.group === group)
    .flatMap((r) => r.marks.filter((m) => m.kind === 'planned').map((m) => [toMs(m.at), r.group]))
    .filter(([ms]) => ms > at && ms < at + 3600e3).sort((a, b) => a[0] - b[0]);
  if (coming.length === 0) return 'No moment is planned in the next hour.';
  const shown = coming.slice(0, 5).map(([ms, name]) => `${hoursAndMinutes(ms, zone())} in ${safe(name)}`).join(', ');
  return `${plural(coming.length, 'moment', 'moments')} in the next hour: ${shown}${coming.length > 5 ? ', ...' : ''}.`;
}

function Why() {
  const submit = (e) => {
    e.preventDefault();
    const why = new FormData(e.target).get('why').trim();
    closeDialog();
    if (why) sayWhy(why);
  };
  return (
    <Dialog title="Halted">
      <p>Nothing is restarted any more, and what stood is being ended. It stays so until somebody resumes.</p>
      <form onsubmit={submit}>
        <label>Why? <input name="why" maxlength="900" autocomplete="off" placeholder="for those who ask later" mounted={(i) => i.focus()} /></label>
        <Buttons><button type="submit" class="btn strong">Say why</button></Buttons>
      </form>
    </Dialog>
  );
}

function Resume({ glance }) {
  const others = glance.halt.reasons.filter((r) => r.door !== 'command');
  return (
    <Dialog title="Resume?">
      <p>{comingUp(glance)}</p>
      {glance.dry_run && <p>It runs dry: nothing is touched all the same.</p>}
      {others.map((r) => <p>{`It stays halted by ${safe(r.who)} (${r.door}): that door is opened where it was closed.`}</p>)}
      <Buttons><button type="button" class="btn strong" onclick={resume}>Resume</button></Buttons>
    </Dialog>
  );
}

function Breaker({ glance, d }) {
  const row = glance.rows.find((r) => r.group === d.group);
  return (
    <Dialog title={`Close the breaker of ${safe(d.group, 60)}?`}>
      {row?.breaker && <p>{`It opened because: ${safe(row.breaker.reason, 300)}`}</p>}
      <p>{comingUp(glance, d.group)}</p>
      <Buttons><button type="button" class="btn strong" onclick={() => closeBreaker(d.group)}>Close the breaker</button></Buttons>
    </Dialog>
  );
}

const restartWords = {
  asking: 'Asking the daemon ...', journalling: 'It goes on record ...', waiting: 'On record, and on its way ...', retrying: 'It failed, and is tried again ...',
  refused: 'Refused', recovered: 'Back', not_recovered: 'Not back', unstable: 'Came back and fell again', not_tolerated: 'Back, and did not tolerate it', aborted: 'Back, and it was broken off', no_effect: 'There, and no effect was seen', fault_stuck: 'Could not be undone in time', taken_over: 'Somebody else stopped it',
  not_ended: 'Did not end', unwatched: 'Nobody saw whether it came back', dead_lettered: 'Given up', not_journalled: 'Could not be put on record', failed: 'Not asked for',
};

function Restart({ d, glance }) {
  const reach = state.page?.data?.reach;
  const falls = reach ? reach.lanes.filter((l) => l.kind !== 'unharmed').slice(1).map((l) => safe(l.id)) : [];
  if (!d.state) {
    return (
      <Dialog title={`Restart ${safe(d.name ?? d.target, 60)} now?`}>
        <p>{falls.length > 0 ? `Last time ${falls.slice(0, 6).join(', ')}${falls.length > 6 ? ` and ${falls.length - 6} more` : ''} fell with it.` : 'Last time nobody fell with it, as far as was seen.'}</p>
        <p>It goes the way of all messages: every guard is asked, and may refuse it.</p>
        {glance.dry_run && <p>It runs dry: the guard dry_run will refuse it.</p>}
        <Buttons><button type="button" class="btn strong" onclick={() => restart(d.group, d.target)}>Restart now</button></Buttons>
      </Dialog>
    );
  }
  const after = d.state === 'recovered' ? ` after ${seconds(d.recovery_seconds)}` : d.state === 'refused' ? `: ${guard(d.refused_by)}` : '';
  return (
    <Dialog title={`Restart of ${safe(d.name ?? d.target, 60)}`}>
      <p role="status"><b>{`${restartWords[d.state] ?? d.state}${after}`}</b></p>
      {d.explanation && <p>{safe(d.explanation, 600)}</p>}
      {d.error && <p class="bad">{safe(d.error, 600)}</p>}
      <Buttons>{d.message && <a class="btn" href={to.attempt(d.message)} onclick={closeDialog}>Its life</a>}</Buttons>
    </Dialog>
  );
}

function Token({ d }) {
  const submit = (e) => {
    e.preventDefault();
    const given = new FormData(e.target);
    giveToken(given.get('token').trim(), given.get('keep') === 'on');
  };
  return (
    <Dialog title="To act takes the token">
      <p>It stands in the file that [control] token_file names. Or on the host: mayhem halt</p>
      {d.text && <p class="bad" role="alert">{d.text}</p>}
      <form onsubmit={submit}>
        <label>Token <input name="token" type="password" required autocomplete="off" mounted={(i) => i.focus()} /></label>
        <label class="check"><input name="keep" type="checkbox" /> keep it for this tab</label>
        <Buttons><button type="submit" class="btn strong">Use it</button></Buttons>
      </form>
    </Dialog>
  );
}

const Keys = () => (
  <Dialog title="Keys">
    <table class="keys"><tbody>{keys.map(([key, text]) => <tr><th scope="row">{key}</th><td>{text}</td></tr>)}</tbody></table>
    <p><Choice label="Keys" of={[[true, 'on'], [false, 'off']]} is={state.ui.keys} choose={(on) => { state.ui.keys = on; keepSettings(); }} /></p>
    <Buttons />
  </Dialog>
);

export function Dialogs({ glance }) {
  const d = state.ui.dialog;
  if (!d) return null;
  if (d.kind === 'keys') return <Keys />;
  if (d.kind === 'token') return <Token d={d} />;
  if (!glance) return null;
  if (d.kind === 'why') return <Why />;
  if (d.kind === 'resume') return <Resume glance={glance} />;
  if (d.kind === 'breaker') return <Breaker glance={glance} d={d} />;
  return <Restart d={d} glance={glance} />;
}

