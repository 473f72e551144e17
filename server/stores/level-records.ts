import { crc32 } from 'node:zlib';
import type { ChannelLog, LogEntry } from '../channel-log.ts';
import type { Remembered } from './id-window.ts';

/**
 * How the embedded store's records look in LevelDB. Keys are UTF-8 text; a channel's name holds no NUL.
 *
 *     NUL d                          the digest of all others
 *     NUL i <channel> SP <id>        result of an idempotency id
 *     NUL s <channel>                trim floor and deletion of a channel
 *     <channel> NUL <version>        an entry; the version in 16 digits
 *
 * A value is 8 hex digits of CRC-32 over key, NUL and body, then the body.
 */
export interface Row {
  key: string;
  body: string;
}

export const DIGEST_KEY = '\0d';
const ID = '\0i';
const STATE = '\0s';
const FORMAT = 'lp-kit/1';

export const entryRow = (channel: string, { v, t, tag, key, text, last }: LogEntry): Row => ({
  key: `${channel}\0${String(v).padStart(16, '0')}`,
  body: `${tag} ${last ? 1 : 0} ${t} ${JSON.stringify(key)}\n${text}`,
});

export function parseEntry({ key: place, body }: Row): { channel: string; entry: LogEntry } {
  const cut = place.indexOf('\0');
  const eol = body.indexOf('\n');
  const [tag = '', last, t] = body.slice(0, eol).split(' ', 3);
  const key = body.slice(tag.length + 4 + String(t).length, eol);
  const entry = {
    v: Number(place.slice(cut + 1)),
    t: Number(t),
    tag,
    key: JSON.parse(key) as string,
    text: body.slice(eol + 1),
    last: last === '1',
  };
  return { channel: place.slice(0, cut), entry };
}

/** What of a channel its entries do not tell. */
export interface ChannelState {
  floor: number;
  floorTag: string;
  clearedAt: number;
}

export const stateKey = (channel: string): string => STATE + channel;

export const stateRow = (
  channel: string,
  { floor, floorTag, clearedAt }: Pick<ChannelLog, keyof ChannelState>,
): Row => ({ key: stateKey(channel), body: JSON.stringify([floor, floorTag, clearedAt]) });

export const idRow = (key: string, { print, result, at }: Remembered): Row => ({
  key: ID + key,
  body: JSON.stringify([at, print ?? null, result.cursor, result.first, result.count]),
});

/** Any row but an entry's. */
export type Head =
  | { kind: 'state'; channel: string; state: ChannelState }
  | { kind: 'id'; key: string; what: Remembered };

export function parseHead({ key, body }: Row): Head | undefined {
  if (key.startsWith(STATE)) {
    const [floor, floorTag, clearedAt] = JSON.parse(body) as [number, string, number];
    return { kind: 'state', channel: key.slice(2), state: { floor, floorTag, clearedAt } };
  }
  if (!key.startsWith(ID)) return undefined;
  const [at, print, cursor, first, count] = JSON.parse(body) as [
    number,
    string | null,
    string,
    number,
    number,
  ];
  const result = { cursor, first, count, replayed: false };
  return { kind: 'id', key: key.slice(2), what: { at, print: print ?? undefined, result } };
}

export const crcOf = ({ key, body }: Row): number => crc32(`${key}\0${body}`);

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');

export const valueOf = (row: Row, crc: number = crcOf(row)): string => hex(crc) + row.body;

/** undefined where the checksum says that key or value is not what was written. */
export function parseValue(key: string, value: string): { row: Row; crc: number } | undefined {
  const row = { key, body: value.slice(8) };
  const crc = crcOf(row);
  return value.slice(0, 8) === hex(crc) ? { row, crc } : undefined;
}

/**
 * Count and XOR of the checksums of all rows that should be there: written with every commit, compared at the start.
 * LevelDB skips what it cannot read in its log and goes on with what follows; this is what notices.
 */
export class Digest {
  rows: number;
  sum: number;

  constructor(rows = 0, sum = 0) {
    this.rows = rows;
    this.sum = sum;
  }

  copy(): Digest {
    return new Digest(this.rows, this.sum);
  }

  add(crc: number): void {
    this.rows++;
    this.sum = (this.sum ^ crc) >>> 0;
  }

  remove(crc: number): void {
    this.rows--;
    this.sum = (this.sum ^ crc) >>> 0;
  }

  toString(): string {
    return `${FORMAT} ${this.rows} ${hex(this.sum)}`;
  }
}
