// @ts-check
/** What the page asks of its server: all channels, the newest entries of one, and a token where the server needs one. */

export const base = new URL('.', document.baseURI).href.replace(/\/$/, '');
const source = /** @type {any} */ (document.querySelector('lp-source'));
/** Channels in one request. */
const PAGE = 2000;

useToken();

/** A refusal that a token may cure. */
export class Denied extends Error {}

/** @param {string} [token] */
export function useToken(token) {
  if (token) sessionStorage.setItem('token', token);
  source.headers = headers();
}

function headers() {
  const token = sessionStorage.getItem('token');
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {string} path */
async function ask(path) {
  const answer = await fetch(`${base}${path}`, { headers: headers() });
  if (answer.status === 401 || answer.status === 403)
    throw new Denied('This server needs a token.');
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}

/**
 * All channels by name; `onPage` is called with those that came so far.
 * @param {(channels: import('./widget.js').Channel[]) => void} onPage
 */
export async function allChannels(onPage) {
  const found = [];
  for (let after = '', more = true; more; ) {
    const answer = await ask(`/channels?limit=${PAGE}&after=${encodeURIComponent(after)}`);
    found.push(...answer.channels);
    more = answer.more === true;
    after = found.at(-1)?.name ?? '';
    onPage(found);
  }
}

/**
 * The newest entries of a channel, oldest first.
 * @param {string} name
 * @param {number} count of each key
 */
export async function newestOf(name, count = 40) {
  const answer = await ask(`/channels/${encodeURIComponent(name)}?tail=${count}`);
  return answer.channels[name]?.entries.filter((entry) => entry.d !== undefined) ?? [];
}
