// What stands above all pictures, the worst first: what, since when, what follows, what to do.

import { h } from './view.js';
import { mayAct } from './acting.js';
import { tryNow } from './live.js';
import { openDialog } from './parts.jsx';
import { now, state, zone } from './store.js';
import { clock, moment, relative, toMs } from './time.js';
import { plural, safe } from './words.js';

const Banner = ({ kind, title, children, button }) => (
  <div class={`banner ${kind}`} role={kind === 'bad' ? 'alert' : undefined} key={`banner-${title}`}>
    <div><b>{title}</b>{children}</div>{button}
  </div>
);

const doors = { command: 'by command', file: 'by a file', config: 'by the config' };
const howTo = {
  command: '', file: ' Remove the file; Resume alone does not open this door.',
  config: ' halted = false in the config, and a reload, opens this door.',
};

function Halted({ alert, isFirst, refused }) {
  const since = toMs(alert.since);
  const why = alert.text ? `: \u201c${safe(alert.text, 400)}\u201d` : '';
  const what = isFirst ? 'Nothing is restarted. ' : '';
  return (
    <Banner kind="stop" title={isFirst ? 'Halted' : `Halted ${doors[alert.door]} as well`}
      button={alert.door === 'command' && mayAct() && <button type="button" class="btn" onclick={() => openDialog({ kind: 'resume' })}>Resume...</button>}>
      {`${what}${safe(alert.who)}, ${doors[alert.door]}, ${moment(since, now(), zone(), true)}, ${relative(since, now())}${why}${why.endsWith('.\u201d') ? '' : '.'}${howTo[alert.door]}`}
      {isFirst && refused > 0 && ` ${plural(refused, 'moment', 'moments')} today will be refused.`}
    </Banner>
  );
}

function Away() {
  const heard = state.clock ? state.clock.server + (state.awaySince ?? 0) : null;
  const wait = Math.max(0, Math.ceil((state.retryAt - performance.now()) / 1000));
  return (
    <Banner kind="bad" title="The daemon does not answer" button={<button type="button" class="btn" onclick={tryNow}>Try now</button>}>
      {heard ? `Last heard ${clock(heard, zone())}; ` : ''}{`trying again in ${wait} s. What you see is from then. On the host: systemctl status mayhem`}
    </Banner>
  );
}

function one(alert, i, glance) {
  const firstHalt = glance.alerts.findIndex((a) => a.id === 'halted');
  switch (alert.id) {
    case 'halted': return <Halted alert={alert} isFirst={i === firstHalt} refused={glance.today.planned_refused} />;
    case 'store_unwritable': return (
      <Banner kind="bad" title="The record cannot be written">
        {`${safe(glance.store.path)}: ${safe(alert.text, 400)}. Tried every 2 s. Nothing is published; what had begun is recorded as soon as that is possible.`}
      </Banner>
    );
    case 'dry_run': return (
      <Banner kind="calm" title="Dry run">
        {`Everything is listed, drawn and recorded; nothing is touched. dry_run = false in ${safe(alert.text || 'the config')}, and a reload, arms it.`}
      </Banner>
    );
    case 'waits': return <Banner kind="calm" title="Waiting">{safe(alert.text, 400)}</Banner>;
    case 'starting': return <Banner kind="calm" title="Starting">It reads the record, and acts on nothing yet.</Banner>;
    case 'draining': return <Banner kind="calm" title="Draining">Nothing new is begun; what runs is finished, then the daemon ends.</Banner>;
    case 'reloading': return <Banner kind="calm" title="Reloading">Nothing new is begun until the new config runs.</Banner>;
    default: return <Banner kind="calm" title={safe(alert.id)}>{safe(alert.text, 400)}</Banner>;
  }
}

export const Banners = ({ glance }) => (
  <div class="banners" key="banners">
    {state.live === 'away' && <Away />}
    {state.ui.alarm && (
      <Banner kind="bad" title="That did not work" button={<button type="button" class="btn" onclick={() => { state.ui.alarm = ''; tryNow(); }}>Close</button>}>
        {safe(state.ui.alarm, 500)}
      </Banner>
    )}
    {glance && glance.alerts.map((alert, i) => one(alert, i, glance))}
  </div>
);
