import { HISTORY_USUAL, historyMs } from '../protocol/history.ts';
import { shown } from '../protocol/lp1.ts';
import type { GuardOptions } from './http/guard.ts';
import type { ProxyUserOptions } from './http/proxy-user.ts';
import { FORMATS, type FormatName } from './ingest/formats.ts';
import type { StorePlace } from './open-store.ts';
import { STORE_LIMITS, type Store, type StoreLimits } from './stores/store.ts';

export { FORMATS, type FormatName };

/** Limits and times of a server; each refusal names the one it ran into. */
export interface Limits extends StoreLimits {
  /** Channels one poll may name. */
  maxChannelsPerPoll: number;
  maxUrlBytes: number;
  /** Bytes of a POST, as sent and inflated. */
  maxBodyBytes: number;
  /** Time in ms that the body of a request may take to arrive. */
  maxBodyMs: number;
  /** Items of a POST. */
  maxItems: number;
  /** A response ends with the entry that passes one of these. */
  maxAnswerEntries: number;
  maxAnswerBytes: number;
  /** Polls held; from 80 % on they are answered at once with `pause`, at 100 % refused. */
  maxHeld: number;
  /** Mean delay of the event loop over a second; from a quarter on responses ask for a pause, at the whole polls are refused. */
  maxLagMs: number;
  /** A client that reads nothing of its response for this long loses its connection. */
  maxUnreadMs: number;
  /** Bytes of a body below `/in`, after inflating. */
  maxInBytes: number;
  /** Samples and events of a body below `/in`. */
  maxInItems: number;
  /** Keys that agents may make in all. */
  maxInSeries: number;
  /** Entries kept per key of a metric's channel that an agent makes. */
  inRetain: number;
  /** How long `close()` takes to answer all held polls. */
  graceMs: number;
}

/** The default of each limit. */
export const LIMITS: Limits = {
  ...STORE_LIMITS,
  maxChannelsPerPoll: 100,
  maxUrlBytes: 8_192,
  maxBodyBytes: 262_144,
  maxBodyMs: 30_000,
  maxItems: 1_000,
  maxAnswerEntries: 1_000,
  maxAnswerBytes: 1_000_000,
  maxHeld: 10_000,
  maxLagMs: 2_000,
  maxUnreadMs: 30_000,
  maxInBytes: 8_388_608,
  maxInItems: 20_000,
  maxInSeries: 5_000,
  inRetain: 120,
  graceMs: 2_000,
};

/** Options of `livePoll()`. Times are in ms and sizes in bytes, as the names say. */
export interface LivePollOptions
  extends GuardOptions,
    ProxyUserOptions,
    StorePlace,
    Partial<Limits> {
  /** A store of your own, in place of `data` and `redis`. Without any of them, memory alone. */
  store?: Store;
  /** Called at intervals, while a data folder is opened, with the number of entries read so far. */
  onProgress?: (entries: number) => void;
  /** A JSON file of tokens with rights per channel (docs/security.md), read again whenever it changes. Default none. */
  tokens?: string | undefined;
  /** A file that gets one JSON line per write, refusal and change of tokens; `-` is standard output. Default none. */
  audit?: string | undefined;
  /**
   * How long buckets of numbers are kept for `GET /channels/{channel}/history`, where a channel's meta does not say: `none`, or an
   * age such as `12h`, `30d`, `1y`. Default `30d`, with `redis` `none`; all instances on one Redis need the same.
   */
  history?: string | undefined;
  /** Path below which `listen` serves the kit. Default `/lp`. */
  base?: string;
  /** Only channels declared by PUT exist. Default false. */
  strict?: boolean;
  /** Shared caches may keep responses; refused together with a read token. Default false. */
  shared?: boolean;
  /** Formats of agents and SDKs that are taken below `/in`: all of them by default, none with `false`. */
  in?: false | readonly FormatName[];
  /** Writes a minute from one address. Default unlimited. */
  writesPerMinute?: number;
  /** Folder of kit.js. Default the package's own. */
  kitDir?: string;
  /** Wall clock, monotonic clock (both ms) and random numbers, for tests. */
  now?: () => number;
  monotonic?: () => number;
  random?: () => number;
}

const OTHERS = [
  'store',
  'data',
  'durability',
  'redis',
  'onProgress',
  'base',
  'history',
  'strict',
  'shared',
  'writesPerMinute',
  'in',
  'channelTokens',
  'kitDir',
  'now',
  'monotonic',
  'random',
  'writeToken',
  'readToken',
  'allowOrigins',
  'allowHosts',
  'trustProxy',
  'trustUserHeader',
  'tokens',
  'authorize',
  'audit',
];

/**
 * Returns all limits, with defaults. @throws TypeError for an unknown option, a limit that is not a whole number above 0, or
 * `shared` together with `readToken`.
 */
export function parseOptions(options: LivePollOptions): Limits {
  const limits: Limits = { ...LIMITS };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (Object.hasOwn(LIMITS, name)) limits[name as keyof Limits] = parseLimit(name, value);
    else if (!OTHERS.includes(name))
      throw new TypeError(`livePoll: the option ${name} does not exist`);
  }
  if (options.writesPerMinute !== undefined) parseLimit('writesPerMinute', options.writesPerMinute);
  const places = ([options.store, options.data, options.redis] as unknown[]).filter(Boolean);
  if (places.length > 1) {
    throw new TypeError('livePoll: give only one of store, data and redis');
  }
  if (options.shared && options.authorize) {
    throw new TypeError(
      'livePoll: shared responses may be stored by any cache, so they cannot go with authorize: drop one of the two',
    );
  }
  if (options.shared && options.readToken?.length) {
    throw new TypeError(
      'livePoll: shared responses may be stored by any cache, so they cannot go with a readToken: drop one of the two',
    );
  }
  return limits;
}

/** Returns how long history is kept, in ms; 0 = not at all. @throws TypeError */
export function historyAge({ history, redis }: Pick<LivePollOptions, 'history' | 'redis'>): number {
  const text = history ?? (redis === undefined ? HISTORY_USUAL : 'none');
  const ms = historyMs(text);
  if (ms !== undefined) return ms;
  throw new TypeError(`livePoll: history must be none or an age such as 30d, not ${shown(text)}`);
}

/** The formats that are taken. @throws TypeError */
export function parseFormats(wanted: LivePollOptions['in']): ReadonlySet<FormatName> {
  if (wanted === false) return new Set();
  if (wanted === undefined) return new Set(FORMATS);
  for (const name of wanted) {
    if (FORMATS.includes(name)) continue;
    throw new TypeError(
      `livePoll: the format ${shown(name)} does not exist: use ${FORMATS.join(', ')}`,
    );
  }
  return new Set(wanted);
}

/** '/lp', or '' for the root. @throws TypeError */
export function parseBase(base: string): string {
  const path = base.replace(/\/+$/, '');
  if (path === '' || /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/.test(path)) return path;
  throw new TypeError(`livePoll: base ${shown(base)} is not a path: give one such as /lp`);
}

function parseLimit(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`livePoll: ${name} must be a whole number above 0, not ${shown(value)}`);
}
