// A real daemon with targets that it may hit: records in a folder, which its config's commands list and restart. And the way of
// a browser to its Unix socket, as `ssh -L` makes it.

import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const binary = process.env.MAYHEM;

const list = `for f in "$1"/lives/"$2"-*; do printf '%s\\t%s\\n' "$(basename "$f")" "$(cat "$f")"; done`;
const restart = `f="$1/lives/$2"; test -e "$1/slow-$2" && sleep "$(cat "$1/slow-$2")"; n=$(cat "$f"); if test -e "$1/stay-down"; then rm "$f"; else echo $((n + 1)) > "$f"; fi`;

const group = (folder, name, more) => `
[group.${name}]
driver = "command"
list = ["/bin/sh", "${folder}/list.sh", "${folder}", "${name}"]
restart = ["/bin/sh", "${folder}/restart.sh", "${folder}", "{id}"]
stable_for = "0s"
min_healthy = 0
recovery_timeout = "3s"
${more}`;

const usual = (folder) => `
timezone = "Europe/Berlin"
[control]
listen = "127.0.0.1:0"
` + group(folder, 'web', 'mean_time_between = "3h"\n') + group(folder, 'cache', 'mean_time_between = "2h"\n')
  + group(folder, 'night', 'mean_time_between = "8h"\nhours = ["22:00-05:00"]\n');

const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

export async function until(what, f, ms = 20000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await f();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${ms / 1000} s`);
    await sleep(50);
  }
}

/** Connects every client of a TCP port to the Unix socket. */
async function tunnel(socket) {
  const open = new Set();
  const server = createServer((client) => {
    const daemon = connect(socket);
    for (const [a, b] of [[client, daemon], [daemon, client]]) {
      open.add(a);
      a.on('error', () => b.destroy());
      a.on('close', () => { open.delete(a); b.destroy(); });
      a.pipe(b);
    }
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  return { port: server.address().port, end: () => { open.forEach((s) => s.destroy()); server.close(); } };
}

export async function daemon({ config = usual, dry = false, targets = { web: 3, cache: 2, night: 1 }, store = null } = {}) {
  const folder = store ?? await mkdtemp(join(tmpdir(), 'mayhem-page-daemon-'));
  const socket = join(folder, 'control.sock');
  if (!store) {
    await writeFile(join(folder, 'list.sh'), list);
    await writeFile(join(folder, 'restart.sh'), restart);
    spawn('mkdir', ['-p', join(folder, 'lives')]);
    await until('a folder', () => readFile(join(folder, 'lives')).catch((e) => e.code === 'EISDIR'));
    for (const [name, n] of Object.entries(targets)) for (let i = 1; i <= n; ++i) await writeFile(join(folder, 'lives', `${name}-${i}`), '1');
    await writeFile(join(folder, 'mayhem.toml'), config(folder));
  }
  let log = '';
  let child = null;
  const start = async () => {
    child = spawn(binary, ['run', '-c', join(folder, 'mayhem.toml'), ...(dry ? [] : ['--no-dry-run']), '--store', join(folder, 'mayhem.db'), '--socket', socket, '--log-format', 'text'], { stdio: ['ignore', 'ignore', 'pipe'] });
    log = '';
    child.stderr.on('data', (text) => { log += text; });
    const exited = new Promise((done) => { child.on('exit', done); });
    child.ended = exited;
    await until(`the daemon runs: ${log}`, () => log.includes('Mayhem is running') || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(log);
  };
  await start();
  const way = await tunnel(socket);
  const address = `http://127.0.0.1:${way.port}`;
  const ask = async (path, options) => (await fetch(address + path, options)).json();
  return {
    folder, address, ask, socket,
    tcp: () => /listens on (127\.0\.0\.1:\d+)/.exec(log)?.[1],
    log: () => log,
    post: (path, body = {}) => ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    restart: async (target) => {
      const asked = await ask('/v1/restart', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ target }) });
      return until(`the restart of ${target}`, async () => {
        const now = await ask(`/v1/restart?message=${asked.message}&wait=2s`);
        return now.is_over && now;
      });
    },
    run: (args) => new Promise((done) => {
      let out = '';
      const command = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SSH_CONNECTION: '' } });
      command.stdout.on('data', (text) => { out += text; });
      command.on('exit', () => done(out));
    }),
    kill: async (signal = 'SIGKILL') => { child.kill(signal); await child.ended; },
    start,
    end: async () => { child.kill('SIGTERM'); await child.ended; way.end(); await rm(folder, { recursive: true, force: true }); },
  };
}
