import {
  type Cursor,
  ProtocolError,
  parseChannel,
  parseCursor,
  parseTail,
  shown,
} from '../../protocol/lp1.ts';

/** The parsed parameters of a poll. */
export interface PollQuery {
  /** Names of the channels, sorted. */
  channels: string[];
  /** Cursors exactly as the client sent them, one per channel; '' or `-N` where it has none. */
  from: string[];
  /** The same cursors, parsed; undefined if the client has none. */
  since: (Cursor | undefined)[];
  /** Maximum number of entries per key in a reset, one per channel; undefined = all. */
  tails: (number | undefined)[];
  /** Longest time in ms for which the server may hold the poll. */
  waitMs: number;
  /** The `round` of the previous response, sent back; it keeps a cached empty response from repeating. */
  round: string | undefined;
}

const DEFAULT_WAIT_S = 25;
const MAX_WAIT_S = 55;

/**
 * Reads the query string of a poll (without its '?').
 * @throws ProtocolError `bad-request`, `bad-cursor`, `too-many-channels`
 */
export function parsePollQuery(search: string, maxChannels: number): PollQuery {
  const params = new URLSearchParams(search);
  const channels = parseChannels(params.get('channels'), maxChannels);
  const from = parseFrom(params.get('since'), channels);
  const tail = parseTailOfAll(params.get('tail'));
  return {
    channels,
    from,
    since: from.map((place) => (parseTail(place) === undefined ? parseCursor(place) : undefined)),
    tails: from.map((place) => parseTail(place) ?? tail),
    waitMs: parseWait(params.get('wait')) * 1000,
    round: parseRound(params.get('round')),
  };
}

/**
 * Returns a `round` that changes with time (ms) and never equals the one sent, so that a cached empty response cannot
 * loop.
 */
export function nextRound(now: number, { waitMs, round }: PollQuery): string {
  const n = Math.floor(now / Math.max(1_000, waitMs));
  const text = n.toString(36);
  return text === round ? (n + 1).toString(36) : text;
}

function parseChannels(text: string | null, maxChannels: number): string[] {
  if (!text) throw bad('name the channels: poll?channels=cpu,deploys');
  const channels = text.split(',');
  if (channels.length > maxChannels) {
    throw new ProtocolError(
      'too-many-channels',
      `${channels.length} channels in one poll: ask for at most ${maxChannels}`,
    );
  }
  channels.forEach((name, i) => {
    parseChannel(name);
    const before = channels[i - 1];
    if (before !== undefined && before >= name) {
      throw bad(
        `channels must be sorted and unique, so that clients share one URL: ${shown(before)} stands before ${shown(name)}`,
      );
    }
  });
  return channels;
}

function parseFrom(text: string | null, channels: string[]): string[] {
  if (!text) return channels.map(() => '');
  const from = text.split(',');
  if (from.length === channels.length) return from;
  throw bad(
    `since has ${from.length} cursors for ${channels.length} channels: give one cursor per channel, in the same order, empty where you have none`,
  );
}

function parseWait(text: string | null): number {
  if (text === null || text === '') return DEFAULT_WAIT_S;
  const seconds = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds)) throw bad(`wait=${shown(text)}: give seconds from 0 to ${MAX_WAIT_S}`);
  return Math.min(MAX_WAIT_S, Math.max(0, seconds));
}

function parseTailOfAll(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw bad(`tail=${shown(text)}: give the maximum number of entries per key, as a whole number`);
}

function parseRound(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  if (/^[0-9a-z]{1,16}$/.test(text)) return text;
  throw bad(`round=${shown(text)}: echo the "round" of the last response`);
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
