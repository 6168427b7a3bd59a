// The page in a real browser, before a real daemon with real acts: what it shows is what the commands say, its buttons act, every
// open tab hears of it, and it says so when the daemon is away. Each page in both themes and three widths has no fault that
// `faults` knows (browser.mjs). Pictures are kept in $ARTEFACTS.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { browser, faults } from './browser.mjs';
import { daemon, until } from './daemon.mjs';
import { serve } from './fixture.mjs';

const artefacts = process.env.ARTEFACTS ?? '/tmp/mayhem-page';
const limit = { timeout: 120000 };
let web;
let real;

before(async () => {
  await mkdir(artefacts, { recursive: true });
  web = await browser();
  real = await daemon();
  for (let i = 0; i < 10; ++i) await real.restart('web-1');
  await real.restart('web-2');
}, limit);

after(async () => {
  await web?.end();
  await real?.end();
}, limit);

const text = (tab, selector) => tab.locator(selector).first().innerText();
const ready = (tab) => tab.waitForSelector('main section, main .banner', { timeout: 15000 });

async function keep(tab, name) {
  await tab.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}

const looks = [[1440, 'light'], [1440, 'dark'], [760, 'light'], [390, 'light'], [390, 'dark'], [320, 'light']];

const pages = { glance: '#/', groups: '#/groups', group: '#/group/web', target: '#/target/web/web-1', plan: '#/plan', record: '#/record' };

for (const [name, address] of Object.entries(pages)) {
  test(`${name} has no fault in any theme and width, and is kept as a picture`, limit, async () => {
    for (const [width, theme] of looks) {
      const tab = await web.open(`${real.address}/${address}`, { width, theme });
      await ready(tab);
      assert.deepEqual(await faults(tab), [], `${name}, ${width} px, ${theme}`);
      await keep(tab, `real-${name}-${theme}-${width}`);
      await tab.close();
    }
  });
}

test('the pages of data that stay the same are kept as pictures, to be looked at beside the design', limit, async () => {
  const fixed = await serve();
  try {
    for (const [name, address] of Object.entries({ glance: '#/', target: '#/target/db/pg-main.service', group: '#/group/db' })) {
      for (const [width, theme] of looks.filter(([w]) => w === 1440 || w === 390)) {
        const tab = await web.open(`${fixed.address}/${address}`, { width, theme });
        await ready(tab);
        assert.deepEqual(await faults(tab), []);
        await keep(tab, `fixed-${name}-${theme}-${width}`);
        await tab.close();
      }
    }
  } finally {
    fixed.end();
  }
});

test('whoever looks for faults finds them', limit, async () => {
  const tab = await web.open(`${real.address}/#/`);
  await ready(tab);
  await tab.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'data:image/gif;base64,AA';
    const wide = document.createElement('div');
    wide.style.width = '3000px';
    wide.style.height = '9px';
    document.querySelector('main').append(image);
    document.documentElement.append(wide); // what stands in the body is drawn anew
    console.error('something');
  });
  const found = (await faults(tab)).join('\n');
  await tab.close();

  for (const trouble of [/axe: image-alt/, /px wide/, /console: something/, /content policy/]) assert.match(found, trouble);
});

test('what it shows is what the commands say', limit, async () => {
  const tab = await web.open(`${real.address}/#/`);
  await ready(tab);
  const history = JSON.parse(await real.run(['history', '--json', '--store', join(real.folder, 'mayhem.db'), '-n', '1000']));
  const plan = JSON.parse(await real.run(['plan', '--json', '--offline', '--for', '1d', '-c', join(real.folder, 'mayhem.toml'), '--store', join(real.folder, 'mayhem.db')]));
  const glance = await real.ask('/v1/glance');
  const today = plan.moments.filter((m) => m.at < glance.today.to);
  const recovered = history.attempts.filter((a) => a.verdict === 'recovered' && a.started_at >= glance.today.from).length;

  assert.match(await text(tab, '.say p'), new RegExp(`${recovered} came back`));
  assert.match(await text(tab, '.say p'), today.length > 0 ? new RegExp(`Still planned: ${today.length}\\b`) : /acts/);
  await tab.locator('[data-twin=today]').click();
  await tab.locator('#today .twin').waitFor();
  const rows = await tab.locator('#today .twin tbody tr').count();
  const marks = glance.rows.reduce((n, r) => n + r.marks.length, 0);
  await tab.close();

  assert.equal(rows, marks);
  assert.equal(marks, history.attempts.filter((a) => a.started_at >= glance.today.from).length + today.length);
});

test('every picture has a twin with as many rows as it has marks', limit, async () => {
  const fixed = await serve();
  const tab = await web.open(`${fixed.address}/#/`);
  await ready(tab);
  const twins = await tab.locator('[data-twin]').count();
  const marks = { today: 22, now: 2, reach: 4, recoveries: 9, units: 6 };
  for (const [id, wanted] of Object.entries(marks)) {
    await tab.locator(`[data-twin=${id}]`).click();
    await tab.locator(`#${id} .twin`).waitFor();
    assert.equal(await tab.locator(`#${id} .twin tbody tr`).count(), wanted, id);
  }
  await tab.waitForTimeout(200);
  assert.deepEqual(await faults(tab), []);
  await tab.close();
  fixed.end();

  assert.equal(twins, Object.keys(marks).length);
});

test('an act is seen as it happens, and in the record, without a reload', limit, async () => {
  const tab = await web.open(`${real.address}/#/`);
  await ready(tab);
  await until('the stream', async () => (await text(tab, '.live:not(.z)')).includes('live'));

  await real.restart('web-3');

  await until('the event', async () => (await text(tab, '.ev')).includes('web-3'));
  await until('the row', async () => (await text(tab, '#recoveries')).includes('web-3'));
  await tab.goto(`${real.address}/#/target/web/web-3`);
  await until('the target', async () => (await text(tab, 'h1')).includes('web-3 came back in'));
  await tab.close();
});

test('Halt acts at the first press, every tab shows it within a second, and Resume takes it back', limit, async () => {
  const [one, other] = [await web.open(`${real.address}/#/`), await web.open(`${real.address}/#/plan`)];
  await ready(one);
  await ready(other);

  await one.locator('#halt').click();
  const pressed = Date.now();
  await until('halted', async () => (await real.ask('/v1/status')).halt.is_halted, 1000);
  await until('the other tab', async () => (await text(other, '#halt')).includes('Resume'), 3000);
  const took = Date.now() - pressed;
  await one.locator('dialog input').fill('checkout is down');
  await one.locator('dialog button[type=submit]').click();
  await until('why', async () => (await text(one, '.banner')).includes('checkout is down'));
  assert.match(await text(one, 'h1'), /^Halted by /);
  assert.match(await one.title(), /^HALTED/);
  assert.deepEqual(await faults(one), []);
  await keep(one, 'real-halted-light-1440');
  assert.equal(await other.locator('#halt').innerText(), 'Resume...');

  await one.locator('#halt').click();
  await one.locator('dialog .strong').click();
  await until('resumed', async () => !(await real.ask('/v1/status')).halt.is_halted, 5000);
  await until('both', async () => (await text(one, '#halt')).includes('Halt all') && (await text(other, '#halt')).includes('Halt all'));
  await one.close();
  await other.close();
  assert.ok(took < 1500, `${took} ms`);
});

test('the keys lead to the halt and to the pages, and all of it can be reached without a mouse', limit, async () => {
  const tab = await web.open(`${real.address}/#/`, { width: 390 });
  await ready(tab);
  await tab.keyboard.press('Shift+H');
  await tab.keyboard.press('Enter');
  await until('halted', async () => (await real.ask('/v1/status')).halt.is_halted, 2000);
  await tab.locator('dialog').waitFor();
  await tab.keyboard.press('Escape');
  await tab.locator('dialog').waitFor({ state: 'detached' });
  await real.post('/v1/resume');
  await tab.keyboard.press('g');
  await tab.keyboard.press('r');
  await until('the record', async () => (await text(tab, 'h1')) === 'Record');
  await tab.keyboard.press('g');
  await tab.keyboard.press('g');
  await ready(tab);
  await tab.locator('#today-title').waitFor();
  const strip = tab.locator('#today .pic').first();
  await strip.focus();
  await tab.keyboard.press('ArrowRight');
  await until('a mark', async () => /^1 of \d+: /.test(await text(tab, '.callout')));
  await tab.keyboard.press('Shift+T');
  await tab.locator('#today .twin').waitFor();
  await tab.keyboard.press('?');
  await tab.locator('dialog').waitFor();
  assert.deepEqual(await faults(tab), []);
  await tab.close();
});

test('a target that does not come back opens the breaker, the page says so, and closes it', limit, async () => {
  await writeFile(join(real.folder, 'stay-down'), '');
  await real.restart('cache-2');
  await rm(join(real.folder, 'stay-down'));
  const tab = await web.open(`${real.address}/#/`);
  await until('the row', async () => (await text(tab, '#today')).includes('breaker open'));
  assert.match(await text(tab, '#recoveries tbody tr'), /cache-2/);
  assert.match(await text(tab, '#recoveries tbody tr'), /not back/);
  assert.deepEqual(await faults(tab), []);
  await keep(tab, 'real-breaker-light-1440');

  await tab.goto(`${real.address}/#/group/cache`);
  await tab.getByRole('button', { name: 'Close breaker...' }).click();
  await tab.locator('dialog .strong').click();
  await until('closed', async () => (await real.ask('/v1/status')).groups.find((g) => g.group === 'cache').breaker === null);
  await until('told', async () => !(await text(tab, 'h1')).includes('breaker'));
  await tab.close();
});

test('a restart from the page goes through the guards, and tells what became of it', limit, async () => {
  const tab = await web.open(`${real.address}/#/target/web/web-2`);
  await tab.getByRole('button', { name: 'Restart now...' }).click();
  assert.deepEqual(await faults(tab), []);
  await tab.locator('dialog .strong').click();
  await until('back', async () => /^Back after/.test(await text(tab, 'dialog [role=status]')));
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Ask now' }).click();
  await until('the guards', async () => (await tab.locator('.guards tbody tr').count()) > 10);
  await tab.close();
});

test('over TCP without a token it reads, and does not offer to act', limit, async () => {
  const tab = await web.open(`http://${real.tcp()}/#/target/web/web-2`);
  await tab.locator('.say h1').waitFor();
  await until('the target', async () => (await text(tab, 'h1')).includes('web-2'));

  assert.equal(await tab.locator('#halt').count(), 0);
  assert.match(await text(tab, 'header'), /mayhem halt, on the host/);
  assert.equal(await tab.getByRole('button', { name: 'Restart now...' }).count(), 0);
  assert.deepEqual(await faults(tab), []);
  await tab.close();
});

test('the page comes with what keeps a browser from doing more than it must', limit, async () => {
  const answer = await fetch(`${real.address}/`);
  const policy = answer.headers.get('content-security-policy');

  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'; require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe/);
  for (const [name, value] of [['x-content-type-options', 'nosniff'], ['referrer-policy', 'no-referrer'], ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'], ['cache-control', 'no-store']]) assert.equal(answer.headers.get(name), value);
  for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
    assert.equal((await fetch(`${real.address}/v1/glance`, { headers })).status, 403);
  }
});

test('what somebody tells of outside is drawn', limit, async () => {
  const tab = await web.open(`${real.address}/#/`);
  await ready(tab);
  assert.match(await real.run(['mark', 'deployed 1.4.2', '--socket', real.socket]), /^Marked at /);
  await until('the line', async () => (await text(tab, '#today')).includes('deployed 1.4.2'));
  assert.ok(await tab.locator('#today line.outside').count() >= 1);
  assert.match(await text(tab, '.ev'), /deployed 1\.4\.2, says /);
  await tab.close();
});

test('mayhem open says where it is', limit, async () => {
  assert.equal(await real.run(['open', '--socket', real.socket]), `http://${real.tcp()}/\n`);
});

test('a thousand events leave no more nodes and listeners behind than ten', limit, async () => {
  const fixed = await serve();
  const tab = await web.open(`${fixed.address}/#/`);
  await ready(tab);
  const client = await tab.context().newCDPSession(tab);
  const measure = async () => {
    await client.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await client.send('Memory.getDOMCounters');
    return { nodes, jsEventListeners };
  };
  const tell = (n) => tab.evaluate(async (many) => {
    const channel = new BroadcastChannel('mayhem.events');
    for (let i = 0; i < many; ++i) {
      channel.postMessage({ name: 'recovered', at: new Date(1795774000000 + i * 1000).toISOString(), group: 'web', target: `web-${i}`, message: `m${i}`, seconds: 1 });
      if (i % 20 === 0) await new Promise((r) => { setTimeout(r, 20); });
    }
    channel.close();
    await new Promise((r) => { setTimeout(r, 500); });
  }, n);
  await tell(10);
  const few = await measure();
  await tell(1000);
  const many = await measure();
  await tab.close();
  fixed.end();

  assert.ok(many.nodes < few.nodes * 1.3 + 200, JSON.stringify({ few, many }));
  assert.ok(many.jsEventListeners < few.jsEventListeners * 1.3 + 50, JSON.stringify({ few, many }));
});

test('names from outside are text, whatever is in them', limit, async () => {
  const evil = '<img src=x onerror=alert(1)>\u202e\u001b[31m';
  const fixed = await serve({
    change: (path, body) => (path === '/v1/glance' ? { ...body, host: evil, recoveries: body.recoveries.map((r) => ({ ...r, name: evil })), events: body.events.map((e) => ({ ...e, name: evil })) } : body),
  });
  const tab = await web.open(`${fixed.address}/#/`);
  await ready(tab);

  assert.equal(await tab.locator('img').count(), 0);
  assert.match(await text(tab, '#recoveries'), /<img src=x onerror=alert\(1\)>\\u202e\\u001b\[31m/);
  assert.deepEqual(await faults(tab), []);
  await tab.close();
  fixed.end();
});

test('a report in a file by itself draws its record, in any theme and width, and asks nobody', limit, async () => {
  const file = join(artefacts, 'report.html');
  const history = JSON.parse(await real.run(['history', '--json', '--store', join(real.folder, 'mayhem.db'), '-n', '1000']));
  await real.run(['report', '--html', file, '--store', join(real.folder, 'mayhem.db')]);
  const acts = history.attempts.filter((a) => a.group === 'web').length;

  for (const [width, theme] of looks) {
    const tab = await web.open(`file://${file}`, { width, theme });
    await tab.waitForSelector('#done', { timeout: 15000 });
    assert.match(await text(tab, 'h1'), /restarts, \d+ came back/);
    assert.match(await text(tab, '#recoveries'), /web-1/);
    assert.equal(await tab.locator('a').count(), 0, 'there is nowhere to go from it');
    assert.deepEqual(await faults(tab), [], `${width} px, ${theme}`);
    await keep(tab, `real-report-${theme}-${width}`);
    await tab.close();
  }
  const tab = await web.open(`file://${file}`);
  await tab.waitForSelector('#done');
  await tab.locator('[data-twin=done]').click();
  await tab.locator('#done .twin').waitFor();
  const rows = await tab.locator('#done .twin tbody tr', { hasText: 'web' }).count();
  await tab.close();
  assert.equal(rows, acts);
});

test('a report in a file by itself is readable where no script may run, and where it was changed it runs none', limit, async () => {
  const file = join(artefacts, 'report.html');
  const changed = join(artefacts, 'report-changed.html');
  await real.run(['report', '--html', file, '--store', join(real.folder, 'mayhem.db')]);
  const whole = await readFile(file, 'utf8');
  await writeFile(changed, whole.replace('<script type="module">', '<script type="module">document.title = "changed";'));

  const tab = await web.open(`file://${file}`);
  const client = await tab.context().newCDPSession(tab);
  await client.send('Emulation.setScriptExecutionDisabled', { value: true });
  await tab.reload();
  const plain = await tab.content();
  await client.send('Emulation.setScriptExecutionDisabled', { value: false });
  await tab.close();
  assert.match(plain, /<h2>How often, and how fast<\/h2>/);
  assert.match(plain, /<td>web-1<\/td>/);

  const other = await web.open(`file://${changed}`);
  other.troubles.expected = /Content Security Policy|Refused to execute/;
  await other.waitForTimeout(300);
  assert.match(await other.title(), /^Mayhem on /);
  assert.equal(await other.locator('#done').count(), 0);
  assert.equal(await other.locator('h2', { hasText: 'How often, and how fast' }).count(), 1);
  await other.close();
});

test('when the daemon is killed it says so at once, offers no halt, and is whole again soon after the next start', limit, async () => {
  const tab = await web.open(`${real.address}/#/`);
  await ready(tab);
  await until('the stream', async () => (await text(tab, '.live:not(.z)')).includes('live'));
  tab.troubles.expected = /Failed to load resource|net::ERR/;

  await real.kill();
  await until('away', async () => (await text(tab, '.banner')).includes('The daemon does not answer'), 3000);
  assert.equal(await tab.locator('#halt').count(), 0);
  assert.match(await text(tab, 'header'), /mayhem halt, on the host/);
  assert.deepEqual(await faults(tab), []);
  await keep(tab, 'real-away-light-1440');

  await real.start();
  await until('back', async () => (await tab.locator('#halt').count()) === 1 && (await tab.locator('.banner').count()) === 0, 20000);
  await until('the stream', async () => (await text(tab, '.live:not(.z)')).includes('live'), 20000);
  await tab.close();
});

test('a dry run says that it is one', limit, async () => {
  const dry = await daemon({ dry: true });
  const tab = await web.open(`${dry.address}/#/`);
  await ready(tab);
  await until('the banner', async () => (await text(tab, '.banner')).includes('Dry run'));
  assert.match(await text(tab, 'h1'), /^Dry run\./);
  assert.deepEqual(await faults(tab), []);
  await keep(tab, 'real-dry-light-1440');
  await tab.close();
  await dry.end();
});

test('without a group it says what to do', limit, async () => {
  const empty = await daemon({ config: () => '[control]\nlisten = "127.0.0.1:0"\n', targets: {} });
  const tab = await web.open(`${empty.address}/#/`, { theme: 'dark' });
  await ready(tab);
  assert.match(await text(tab, 'h1'), /^No group yet\.|^Dry run/);
  assert.deepEqual(await faults(tab), []);
  await tab.close();
  await empty.end();
});
