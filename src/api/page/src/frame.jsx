// What every page has: the header with the one large control, the foot, and what is read out.

import { h } from './view.js';
import { halt, mayAct, tokenHelps } from './acting.js';
import { Choice, openDialog } from './parts.jsx';
import { now, state, zone } from './store.js';
import { route, to } from './routes.js';
import { roughly, toMs } from './time.js';
import { bytes, safe } from './words.js';
import { chooseTheme, chooseZone } from './settings.js';

const pages = [['glance', 'Glance', to.glance()], ['groups', 'Groups', to.groups()], ['plan', 'Plan', to.plan()], ['record', 'Record', to.record()]];
const within = { group: 'groups', target: 'groups', attempt: 'record' };

function HaltButton({ glance }) {
  if (state.live === 'away' || !glance) return <span class="by-hand">mayhem halt, on the host</span>;
  const isHalted = glance.halt.is_halted;
  if (!mayAct() && !tokenHelps()) return <span class="by-hand">{isHalted ? 'mayhem resume, on the host' : 'mayhem halt, on the host'}</span>;
  if (isHalted) {
    return <button type="button" id="halt" class="halt resume" key="resume" onclick={() => openDialog({ kind: 'resume' })}>Resume...</button>;
  }
  return (
    <button type="button" id="halt" class="halt" key="halt" disabled={Boolean(state.ui.busy.Halt)} onclick={halt}>
      <b aria-hidden="true" />{state.ui.busy.Halt ? 'Halting ...' : 'Halt all'}
    </button>
  );
}

export function Header({ glance }) {
  const { name } = route();
  const current = within[name] ?? name;
  return (
    <header class="top" key="header">
      <div>
        <a class="skip" href="#main" onclick={(e) => { e.preventDefault(); document.getElementById('main').focus(); }}>To the pictures</a>
        <div class="brand">Mayhem <span>{glance ? `on ${safe(glance.host, 60)}` : ''}</span></div>
        <nav class="pages" aria-label="Pages">
          {pages.map(([id, text, address]) => <a href={address} aria-current={current === id ? 'page' : undefined}>{text}</a>)}
        </nav>
        <div class="sp" />
        <div class="live z">{zone()}</div>
        <div class={`live ${state.live === 'away' ? 'bad' : ''}`}><i class={state.live === 'live' ? '' : 'dim'} />{state.live === 'away' ? 'away' : state.live}</div>
        <HaltButton glance={glance} />
      </div>
    </header>
  );
}

export function Foot({ glance }) {
  const up = (now() - toMs(glance.started_at)) / 1000;
  const drift = Math.abs(Date.now() - now());
  return (
    <footer class="foot" key="foot">
      <span>{`Mayhem ${safe(glance.version)}, pid ${glance.pid}, life ${glance.life}, up ${roughly(up)}`}</span>
      <span>{`seed ${glance.seed}`}</span>
      <span>{`record ${safe(glance.store.path)}, ${bytes(glance.store.bytes)}`}</span>
      <span>{`all times ${zone()}`}</span>
      {drift > 5000 && state.live !== 'away' && <span class="slow">{`this browser's clock is ${roughly(drift / 1000)} off`}</span>}
      <span class="choices">
        <Choice label="Time zone" of={[['host', 'host'], ['yours', 'yours'], ['UTC', 'UTC']]} is={state.ui.zone} choose={chooseZone} />
        <Choice label="Colours" of={[['system', 'as the system'], ['light', 'light'], ['dark', 'dark']]} is={state.ui.theme} choose={chooseTheme} />
        <button type="button" class="t" onclick={() => openDialog({ kind: 'keys' })}><b>?</b> keys</button>
      </span>
    </footer>
  );
}

/** For those who hear the page: what came of acts, at most once in five seconds; what is grave at once. */
export const Spoken = () => (
  <div class="hidden" key="spoken">
    <p aria-live="polite" id="said">{state.ui.said}</p>
    <p aria-live="assertive" id="alarm">{state.ui.shout ?? ''}</p>
  </div>
);

