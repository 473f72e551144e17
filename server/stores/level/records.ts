import { crc32 } from 'node:zlib';
import type { Remembered } from '../id-window.ts';
import { chainKey, type Dropped, type LogEntry, newTag } from '../log-entry.ts';
import type { Gap, VersionGaps } from '../version-gaps.ts';

/**
 * How the embedded store's records look in LevelDB. Keys are UTF-8 text; a channel's name holds no NUL.
 *
 *     NUL d                          the digest of all others
 *     NUL i <channel> SP <id>        result of an idempotency id
 *     NUL p <number>                 a segment: the entries of one commit
 *     NUL s <channel>                trim floor and deletion of a channel, and gaps above the floor
 *     <channel> NUL <version>        an entry; the version in 16 digits
 *
 * A value is the CRC-32 over key, space and body as a signed decimal number, a space, and the body. An entry's body is
 * its tag, a `.` if it is its append's last or else a `,`, and its text, which contains time and key too. A segment's body is, for
 * each entry, channel, NUL, tag and mark, the text's length in UTF-16 units, space, text.
 */
export interface Row {
  key: string;
  body: string;
}

/** Key of the row with the digest of all other rows. */
export const DIGEST_KEY = '\0d';
const ID = '\0i';
const STATE = '\0s';
const PAGE = '\0p';
/** Version 2 did not number commits, version 1 had no segments. Folders of both can be read. */
const FORMATS = ['lp-kit/3', 'lp-kit/2', 'lp-kit/1'] as const;

/** Returns the key of an entry that has a row of its own. */
export function entryKey(channel: string, v: number): string {
  return `${channel}\0${padded(v)}`;
}

/** Returns the key of a segment. */
export const segmentKey = (number: number): string => PAGE + padded(number);

/** Whether a key is that of a segment. */
export const isSegmentKey = (key: string): boolean => key.startsWith(PAGE);

/** Returns a version in 16 digits. */
function padded(n: number): string {
  const digits = String(n);
  return `${ZEROS[16 - digits.length]}${digits}`;
}

/** Zeros by their number: `padStart` leaves 300 bytes of garbage each time. */
const ZEROS = Array.from({ length: 17 }, (_, count) => '0'.repeat(count));

/** Returns the characters before an entry's text: its tag, and whether it is the last of its append. */
export const entryHead = ({ tag, last }: Pick<LogEntry, 'tag' | 'last'>): string =>
  `${tag}${last ? '.' : ','}`;

/** An entry in a row of its own. */
export const entryRow = (
  channel: string,
  entry: Pick<LogEntry, 'v' | 'tag' | 'text' | 'last'>,
): Row => ({
  key: entryKey(channel, entry.v),
  body: `${entryHead(entry)}${entry.text}`,
});

/** @throws Error if the row is not that of an entry, although its checksum is right */
export function parseEntry({ key: place, body, crc }: ParsedRow): {
  channel: string;
  entry: LogEntry & Dropped;
} {
  const cut = place.indexOf('\0');
  const start = body.indexOf('{');
  const [head, text] = [body.slice(0, start), body.slice(start)];
  const entry = entryOf({ v: Number(place.slice(cut + 1)), head, text, crc });
  return { channel: place.slice(0, cut), entry };
}

/**
 * Returns an entry from its parts; `crc` if it has its own row.
 * @throws Error if they are not those of an entry
 */
export function entryOf({
  v,
  head,
  text,
  crc,
}: Pick<LogEntry, 'v' | 'text'> & { head: string; crc: number | undefined }): LogEntry & Dropped {
  const comma = text.indexOf(',');
  const end = text.indexOf(',', comma + 1);
  const t = Number(text.slice(comma + 5, end)); // ,"t":
  const tag = head.slice(0, -1);
  if (!(v > 0 && t === t && tag)) throw new Error('the record is not an entry');
  return { v, t, tag, key: keyIn(text, end + 1), text, last: head.endsWith('.'), crc };
}

/** Returns a chain key from an entry's text and the positions where its version and time end. */
function keyIn(text: string, at: number): string {
  if (text.startsWith('"d"', at)) return '';
  if (text.startsWith('"m"', at)) return chainKey({ meta: true });
  STRING.lastIndex = at + 4;
  return chainKey({ k: JSON.parse(STRING.exec(text)?.[0] ?? '') as string });
}

const STRING = /"(?:[^"\\]|\\.)*"/y;

/** The trim floor of a channel (see `TrimFloor`), which cannot be computed from its entries. */
export interface ChannelState {
  v: number;
  tag: string;
  clearedAt: number;
  gaps: readonly Gap[];
}

/** Returns the key of a channel's state row. */
export const stateKey = (channel: string): string => STATE + channel;

/** Returns the row of a channel's trim floor. */
export const stateRow = (
  channel: string,
  { v, tag, clearedAt, gaps }: Omit<ChannelState, 'gaps'> & { gaps?: VersionGaps },
): Row => {
  const state = [v, tag, clearedAt, ...(gaps && gaps.count > 0 ? [gaps] : [])];
  return { key: stateKey(channel), body: JSON.stringify(state) };
};

/** Returns the row of a remembered idempotency key. */
export const idRow = (key: string, { print, result, at }: Remembered): Row => ({
  key: ID + key,
  body: JSON.stringify([at, print ?? null, result.cursor, result.first, result.count]),
});

/** Any row except that of an entry. */
export type Head =
  | { kind: 'state'; channel: string; state: ChannelState }
  | { kind: 'id'; key: string; what: Remembered };

type StateBody = [v: number, tag: string, clearedAt: number, gaps?: Gap[]];

/** @throws Error if the row is not what its key says, although its checksum is right */
export function parseHead({ key, body }: Row): Head | undefined {
  if (key.startsWith(STATE)) {
    const [v, tag, clearedAt, gaps = []] = JSON.parse(body) as StateBody;
    return { kind: 'state', channel: key.slice(2), state: { v, tag, clearedAt, gaps } };
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

/** Signed, so that it is a small integer for V8. */
export const crcOf = ({ key, body }: Row): number => crc32(`${key} ${body}`) | 0;

/** Returns the value that is stored for a row: its checksum and its body. */
export const valueOf = (row: Row, crc: number = crcOf(row)): string => `${crc} ${row.body}`;

/** Returns the checksum in a value. */
export const crcIn = (value: string): number => parseInt(value);

/** A row that was read, with the checksum that it was stored with. */
export interface ParsedRow extends Row {
  crc: number;
}

/** Returns the row; undefined if the checksum shows that key or value is not what was written. */
export function parseValue(key: string, value: string): ParsedRow | undefined {
  const cut = value.indexOf(' ');
  const body = value.slice(cut + 1);
  const crc = crc32(body, crc32(`${key} `)) | 0;
  return value.slice(0, cut) === String(crc) ? { key, body, crc } : undefined;
}

/**
 * Count and XOR of the checksums of all rows that should exist, and the number of the commit:
 * written with every commit, compared at the start. `folder` is a random name of the folder.
 */
export class Digest {
  rows: number;
  sum: number;
  folder: string;
  /** Number of commits. */
  commit = 0;
  readonly #format: string;

  constructor(
    rows = 0,
    sum = 0,
    format: string = FORMATS[0],
    folder: string = newTag() + newTag(),
  ) {
    this.rows = rows;
    this.sum = sum;
    this.#format = format;
    this.folder = folder;
  }

  /** Returns the digest in the format of the folder, with its name and number. */
  inFormatOf(said: string): Digest {
    const [format = '', folder, commit] = said.split(' ');
    const known = FORMATS.find((one) => one === format);
    if (known !== FORMATS[0]) return new Digest(this.rows, this.sum, known);
    const digest = new Digest(this.rows, this.sum, known, folder);
    digest.commit = Number(commit);
    return digest;
  }

  /** Returns the digest for the next commit, in the newest format. */
  next(): Digest {
    const digest = new Digest(this.rows, this.sum, FORMATS[0], this.folder);
    digest.commit = this.commit + 1;
    return digest;
  }

  add(crc: number): void {
    this.rows++;
    this.sum ^= crc;
  }

  remove(crc: number): void {
    this.rows--;
    this.sum ^= crc;
  }

  toString(): string {
    const name = this.#format === FORMATS[0] ? ` ${this.folder} ${this.commit}` : '';
    return `${this.#format}${name} ${this.rows} ${this.sum}`;
  }
}
