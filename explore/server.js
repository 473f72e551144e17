// @ts-check
/** The requests of the page: all channels, the newest entries of some, and a token if the server requires one. */

export const base = new URL('.', document.baseURI).href.replace(/\/$/, '');
const source = /** @type {any} */ (document.querySelector('lp-source'));
/** Maximum number of channels in one request. */
const PAGE = 2000;
/** Newest entries of each key that are read to choose a widget. */
const NEWEST = 4;

useToken();

/** A refusal that a token may resolve. */
export class Denied extends Error {}

/** @param {string} [token] */
export function useToken(token) {
  if (token) sessionStorage.setItem('token', token);
  source.headers = headers();
}

/** @returns {Record<string, string>} */
function headers() {
  const token = sessionStorage.getItem('token');
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {string} path @param {AbortSignal} [signal] */
async function ask(path, signal) {
  const answer = await fetch(`${base}${path}`, { headers: headers(), ...(signal && { signal }) });
  if (answer.status === 401 || answer.status === 403)
    throw new Denied('This server needs a token.');
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}

/** Returns the number of channels by a short request. @returns {Promise<number>} */
export const channelCount = async () => (await ask('/health')).channels;

/**
 * Returns all channels by name; `onPage` is called with those received so far.
 * @param {(channels: import('./fit.js').Channel[]) => void} [onPage]
 * @returns {Promise<import('./fit.js').Channel[]>}
 */
export async function allChannels(onPage) {
  /** @type {import('./fit.js').Channel[]} */
  const found = [];
  for (let after = '', more = true; more; ) {
    const answer = await ask(`/channels?limit=${PAGE}&after=${encodeURIComponent(after)}`);
    found.push(...answer.channels);
    more = answer.more === true;
    after = found.at(-1)?.name ?? '';
    if (more) onPage?.(found);
  }
  return found;
}

/**
 * Returns the newest entries of each key of these channels, oldest first. Channels without entries are left out.
 * @param {string[]} names
 * @param {AbortSignal} [signal]
 * @returns {Promise<Map<string, import('./fit.js').Entry[]>>}
 */
export async function newestOf(names, signal) {
  const sorted = names.toSorted();
  const channels = sorted.map(encodeURIComponent).join(',');
  const since = sorted.map(() => -NEWEST).join(',');
  const answer = await ask(`/poll?channels=${channels}&since=${since}&wait=0`, signal);
  return new Map(
    Object.entries(answer.channels).map(([name, { entries = [] }]) => [
      name,
      entries.filter((/** @type {{ d?: unknown }} */ entry) => entry.d !== undefined),
    ]),
  );
}
