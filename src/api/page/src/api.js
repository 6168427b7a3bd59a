// Asking the daemon. The token, where one is needed, is typed once and kept in memory, or for this tab if asked.

const kept = 'mayhem.token';
let token = sessionStorage.getItem(kept) ?? '';

export const hasToken = () => token !== '';

export function useToken(text, keep) {
  token = text;
  if (text && keep) sessionStorage.setItem(kept, text);
  else sessionStorage.removeItem(kept);
}

export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { cache: 'no-store', ...options, headers });
  const text = await answer.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    body = { error: text };
  }
  if (answer.status === 401) useToken('', false);
  if (!answer.ok) throw new Refusal(answer.status, body.error ?? `the daemon says ${answer.status}`, body);
  return body;
}

export function get(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return ask(text ? `${path}?${text}` : path, { signal: AbortSignal.timeout(15000) });
}

export function post(path, body = {}) {
  return ask(path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    signal: AbortSignal.timeout(20000),
  });
}
