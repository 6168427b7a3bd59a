// The first screen: seven questions, one picture each.

import { h } from './view.js';
import { Banners } from './banners.jsx';
import { Events } from './events.jsx';
import { Now } from './under_way.jsx';
import { Reach } from './reach.jsx';
import { Recoveries } from './recoveries.jsx';
import { sentence, sums } from './sentence.js';
import { now, zone } from './store.js';
import { Today } from './today.jsx';
import { to } from './routes.js';
import { Units } from './units.jsx';

export const Parts = ({ of }) => of.map((p) => {
  if (p.group) return <a href={to.group(p.group)}>{p.text}</a>;
  if (p.name === 'strong') return <b>{p.text}</b>;
  return p.name ? <em class={p.name}>{p.text}</em> : p.text;
});

export const Say = ({ glance }) => (
  <div class="say" key="say">
    <h1><Parts of={sentence(glance, now(), zone())} /></h1>
    <p><Parts of={sums(glance)} /></p>
  </div>
);

const NoGroup = () => (
  <div class="banner calm" key="no-group">
    <div><b>No group yet</b>Nothing is selected, and so nothing is planned. docs/configuration.md has groups to begin with; mayhem check reads a config before it is loaded.</div>
  </div>
);

export const Glance = ({ glance }) => (
  <div key="glance">
    <Say glance={glance} />
    <Banners glance={glance} />
    {glance.groups === 0 && <NoGroup />}
    <Today glance={glance} />
    <div class="cols" key="cols-1">
      <Now glance={glance} />
      <Reach reach={glance.reach} id="reach" empty="Nobody else fell today." />
    </div>
    <div class="cols w" key="cols-2">
      <Recoveries glance={glance} />
      <div>
        <Units glance={glance} />
        <Events glance={glance} />
      </div>
    </div>
  </div>
);
