// A headless Chromium, Debian's, that may ask nobody but the server under test; and what every page must keep to: no error, no
// breach of its content policy, no request elsewhere, nothing for axe to find, nothing to scroll sideways for.

import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const modules = createRequire(join(process.env.PAGE_MODULES ?? process.cwd(), 'package.json'));
const { chromium } = modules('playwright-core');
const axeSource = await readFile(modules.resolve('axe-core/axe.min.js'), 'utf8');

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--hide-scrollbars', '--force-device-scale-factor=1'];

/** { open, end }: `open` gives a tab that keeps a list of what went wrong in it. */
export async function browser() {
  const folder = await mkdtemp(join(tmpdir(), 'mayhem-page-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags, bypassCSP: false, locale: 'en-GB', timezoneId: 'Europe/Berlin',
  });
  const open = async (address, { width = 1440, height = 1000, theme = 'light' } = {}) => {
    const tab = await context.newPage();
    const troubles = [];
    const origin = new URL(address).origin;
    tab.on('console', (m) => { if (m.type() === 'error' && !troubles.expected?.test(m.text())) troubles.push(`console: ${m.text()}`); });
    tab.on('pageerror', (e) => troubles.push(`error: ${e.message}`));
    tab.on('request', (r) => { if (!r.url().startsWith(origin) && r.url() !== address && !r.url().startsWith('blob:') && !r.url().startsWith('data:')) troubles.push(`elsewhere: ${r.url()}`); });
    await tab.addInitScript(() => {
      window.breaches = [];
      document.addEventListener('securitypolicyviolation', (e) => window.breaches.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    });
    await tab.setViewportSize({ width, height });
    await tab.emulateMedia({ colorScheme: theme });
    await tab.goto(address);
    return Object.assign(tab, { troubles });
  };
  return { open, end: async () => { await context.close(); await rm(folder, { recursive: true, force: true }); } };
}

/** What is wrong with the page as it stands now; empty: nothing. */
export async function faults(tab) {
  const found = [...tab.troubles, ...(await tab.evaluate(() => window.breaches)).map((b) => `content policy: ${b}`)];
  // A page with trusted types takes no script from outside as text; the inspector's own way does not pass through it.
  const client = await tab.context().newCDPSession(tab);
  await client.send('Runtime.evaluate', { expression: axeSource });
  const result = await client.send('Runtime.evaluate', {
    expression: 'axe.run(document, { resultTypes: ["violations"] }).then((r) => JSON.stringify(r.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + n.failureSummary.split("\\n")[1]).join(" | ")}`)))',
    awaitPromise: true, returnByValue: true,
  });
  await client.detach();
  if (result.result.value === undefined) found.push(`axe did not run: ${JSON.stringify(result).slice(0, 300)}`);
  else found.push(...JSON.parse(result.result.value).map((v) => `axe: ${v}`));
  const [scroll, width] = await tab.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (scroll > width) found.push(`it is ${scroll} px wide in a window of ${width}`);
  return found;
}
