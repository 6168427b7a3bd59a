// The page: what it shows is a function of the state, drawn anew when that changes, and each second while time goes by.

import { h, render } from './view.js';
import { loadSession } from './acting.js';
import { Banners } from './banners.jsx';
import { Definitions } from './marks.jsx';
import { Dialogs } from './dialogs.jsx';
import { eventText } from './events.jsx';
import { Foot, Header, Spoken } from './frame.jsx';
import { Glance } from './glance.jsx';
import { Group, Groups } from './groups.jsx';
import { onKey } from './keys.js';
import { start } from './live.js';
import { Plan } from './plan.jsx';
import { Attempt, Record } from './record.jsx';
import { readSettings } from './settings.js';
import { load, reload, route } from './routes.js';
import { changed, drawWith, setUi, state } from './store.js';
import { Target } from './target.jsx';
import { safe } from './words.js';

const pages = { glance: Glance, groups: Groups, group: Group, target: Target, attempt: Attempt, plan: Plan, record: Record };

function Page() {
  const { glance } = state;
  const Shown = pages[route().name];
  return [
    <Definitions key="definitions" />,
    <Header key="header" glance={glance} />,
    <main id="main" key="main" tabindex="-1" class={`wrap ${state.live === 'away' ? 'away' : ''}`}>
      {!glance && <div class="say"><h1>{state.live === 'away' ? 'The daemon does not answer.' : 'Asking the daemon ...'}</h1></div>}
      {!glance && <Banners glance={null} />}
      {glance && Shown && <Shown glance={glance} />}
      {glance && !Shown && <div class="say"><h1>There is no such page.</h1><p><a href="#/">Glance</a> has all that matters.</p></div>}
      {glance && <Foot glance={glance} />}
    </main>,
    <Dialogs key="dialogs" glance={glance} />,
    <Spoken key="spoken" />,
  ];
}

function title() {
  const { glance } = state;
  const { args } = route();
  const what = args.length > 0 ? `${safe(args[args.length - 1], 40)} - ` : '';
  document.title = `${glance?.halt.is_halted ? 'HALTED - ' : ''}${what}Mayhem${glance ? ` on ${safe(glance.host, 40)}` : ''}`;
}

let saidAt = 0;
let waiting = [];

/** Outcomes, for those who hear the page: at most once in five seconds. */
function say(event) {
  if (event.name === 'halted') setUi({ shout: `Halted by ${safe(event.who)}` });
  const isOutcome = ['recovered', 'not_recovered', 'unstable', 'not_tolerated', 'aborted', 'no_effect', 'fault_stuck', 'resumed', 'breaker_opened'].includes(event.name);
  if (!state.ui.follow || !isOutcome) return;
  waiting.push(`${safe(event.target ?? event.group ?? '')} ${eventText({ ...event, kind: event.name, is_slow: event.factor !== undefined })}`);
  if (waiting.length > 1) return;
  setTimeout(() => {
    saidAt = performance.now();
    const more = waiting.length > 3 ? `; ${waiting.length - 3} more` : '';
    setUi({ said: waiting.slice(-3).join('; ') + more });
    waiting = [];
  }, Math.max(0, saidAt + 5000 - performance.now()));
}

drawWith(() => {
  title();
  render(Page(), document.body);
});

readSettings();
state.ui.width = document.documentElement.clientWidth;
window.addEventListener('resize', () => setUi({ width: document.documentElement.clientWidth }));
window.addEventListener('hashchange', () => {
  state.ui.dialog = null;
  window.scrollTo(0, 0);
  load();
  changed();
});
document.addEventListener('keydown', onKey);
document.addEventListener('visibilitychange', changed);
setInterval(() => {
  if (document.visibilityState === 'visible') changed();
}, 1000);
loadSession();
load();
start(() => reload(), say);
changed();
