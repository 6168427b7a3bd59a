// What the page does to the daemon. Everything here says what came of it.

import { get, hasToken, post, useToken } from './api.js';
import { refresh } from './live.js';
import { changed, set, setUi, state } from './store.js';

export async function loadSession() {
  try {
    set({ session: await get('/v1/session') });
  } catch {
    set({ session: state.session });
  }
}

export const mayAct = () => Boolean(state.session?.may_act);
export const tokenHelps = () => Boolean(state.session?.token_helps);

/** Runs `f`; a wrong or missing token asks for one, and then for the same again. */
async function attempt(name, f) {
  state.ui.busy[name] = true;
  changed();
  try {
    return await f();
  } catch (e) {
    if (e.status === 401) {
      await loadSession();
      setUi({ dialog: { kind: 'token', text: 'That token was not the right one.' } });
    } else {
      setUi({ alarm: `${name}: ${e.message}` });
    }
    return null;
  } finally {
    state.ui.busy[name] = false;
    refresh(0);
    changed();
  }
}

/** At the first press, without a question: it harms nothing and can be taken back. */
export async function halt() {
  if (!mayAct()) {
    setUi({ dialog: { kind: 'token', text: '', then: halt } });
    return;
  }
  const done = await attempt('Halt', () => post('/v1/halt', {}));
  if (done) {
    state.glance.halt = done;
    setUi({ dialog: { kind: 'why' }, alarm: '' });
  }
}

export const sayWhy = (why) => attempt('Halt', () => post('/v1/halt', { why }));

export async function resume() {
  setUi({ dialog: null });
  const done = await attempt('Resume', () => post('/v1/resume'));
  if (done) state.glance.halt = done;
}

export async function closeBreaker(group) {
  setUi({ dialog: null });
  await attempt('Close breaker', () => post('/v1/breaker/close', { group }));
}

/** Asks for it, and follows what becomes of it in the dialog. */
export async function restart(group, target) {
  const tell = (values) => setUi({ dialog: { kind: 'restart', group, target, ...values } });
  tell({ state: 'asking' });
  let found = null;
  try {
    found = await post('/v1/restart', { group, target });
    tell(found);
    while (!found.is_over && state.ui.dialog?.message === found.message) {
      found = await get('/v1/restart', { message: found.message, wait: '5s' });
      if (state.ui.dialog?.message === found.message) tell(found);
    }
  } catch (e) {
    tell({ state: 'failed', is_over: true, error: e.message });
  }
  refresh(0);
}

/** Asks the drivers and the probes who could be hit. */
export async function askTargets() {
  const answer = await attempt('Ask now', () => get('/v1/eligible'));
  if (answer) set({ asked: { ...answer, at: performance.now() } });
}

export async function askGuards(target) {
  const answer = await attempt('Ask now', () => get('/v1/eligible', { target, guards: 'true' }));
  if (answer) set({ guards: { target, at: performance.now(), targets: answer.targets } });
}

export async function giveToken(text, keep) {
  const { then } = state.ui.dialog ?? {};
  useToken(text, keep);
  await loadSession();
  if (mayAct()) {
    setUi({ dialog: null });
    if (then) await then();
  } else {
    useToken('', false);
    setUi({ dialog: { kind: 'token', text: 'That token was not the right one.', then } });
  }
}

export const isKept = hasToken;
