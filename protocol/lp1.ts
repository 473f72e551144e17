/**
 * LP/1, the vocabulary of both sides. `docs/protocol.md` explains it; both change together. Imports nothing, so that the
 * browser's half can use it.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Facts about a channel, from its publisher. Unknown fields are kept unchanged. */
export interface Meta {
  /** Name for people. */
  label?: string;
  /** Unit of the values: an `Intl.NumberFormat` unit id, or a suffix. */
  unit?: string;
  /** Seconds after which a value counts as old (elements call a channel stale at twice this). */
  ttl?: number;
  /** Bounds of the values, for meters and axes. */
  min?: number;
  max?: number;
  /** Warning and critical threshold. Critical below warning: low values are the bad ones. */
  warn?: number;
  danger?: number;
  /** Which states are good: `up:ok, slow:warn:Slow, off:none` (word, level `ok warn danger none unknown`, words to show). */
  states?: string;
  /** Fraction digits of the values. */
  decimals?: number;
  /** Kind of the values: `gauge`, `counter`, `delta`, `histogram`, `summary`, or a word of your own. */
  kind?: string;
  /** A short text or emoji before the label. */
  icon?: string;
  /** The same (`unit` to `decimals`) for other fields than the payload's own value, by field. */
  fields?: { [field: string]: { [name: string]: Json } };
  /** Entries kept per key. */
  retain?: number;
  /** Seconds that an entry is kept. */
  maxAge?: number;
  /** How long buckets of the channel's numbers are kept: `none`, or an age such as `12h`, `90d`, `1y`. */
  history?: string;
  [name: string]: Json | undefined;
}

/** One version of a channel: data (`d`), or a change of the channel's meta (`m`). */
export interface Entry {
  /** Version: 1, 2, 3 … without holes within the channel. */
  v: number;
  /** Server time in ms since 1970, or the `time` that the publisher gave. */
  t: number;
  /** Key, where the channel holds several series; retention counts per key. */
  k?: string;
  d?: Json;
  m?: Meta;
}

/** Why a client must replace what it holds: see docs/protocol.md. */
export type ResetReason = 'initial' | 'trimmed' | 'unknown' | 'cleared';

/** Updates of one channel. Applies if and only if `from` is the cursor that the client holds. */
export interface Part {
  /** The value in `since`, as it was sent: a cursor, `-N`, or '' where the client holds nothing. */
  from: string;
  to: string;
  reset?: ResetReason;
  /** Without `reset`: versions may be missing among the entries, because they are no longer kept. */
  skips?: true;
  /** This part was cut: the next responses have the rest of the channel's entries. */
  more?: true;
  /** The client may not read this channel. The part has `from` and nothing else then: no `to` and no `entries`. */
  denied?: true;
  /** Present in every reset of a channel that has any. */
  meta?: Meta;
  entries: Entry[];
}

/** The body of a 200 from `GET {base}/poll`. */
export interface Answer {
  /** Server time in ms. */
  now: number;
  /** Only channels with updates. */
  channels: { [channel: string]: Part };
  /** Cut by size: poll again at once. */
  more?: true;
  /** Time in ms to wait before the next poll. */
  pause?: number;
  /** Repeated in the next poll, where a shared cache may keep the response. */
  round?: string;
}

/**
 * The result of a 201 for each channel: the cursor of its last entry, the first version and the number of the new entries.
 */
export interface Appended {
  cursor: string;
  first: number;
  count: number;
}

/** Every error code with its HTTP status. */
export const STATUS = {
  'bad-cursor': 400,
  'bad-request': 400,
  'bad-item': 400,
  'too-many-channels': 400,
  unauthorized: 401,
  forbidden: 403,
  'unknown-channel': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'too-slow': 408,
  'key-in-use': 409,
  'precondition-failed': 412,
  moved: 412,
  'too-large': 413,
  'url-too-long': 414,
  'media-type': 415,
  'key-reused': 422,
  'rate-limited': 429,
  internal: 500,
  overloaded: 503,
  'storage-full': 507,
  draining: 503,
} as const;

/** One of the codes of `STATUS`. */
export type ErrorCode = keyof typeof STATUS;

/** The page that explains each code, in a section of its name: `type` of a problem (RFC 9457, section 3.1.1). */
export const ERRORS_PAGE = 'https://github.com/lp-kit/lp-kit/blob/main/docs/errors.md';

/** One bad item of a batch: its index, a JSON path within it, and what is wrong. */
export interface ItemError {
  index: number;
  path: string;
  message: string;
}

/** RFC 9457 problem details, as sent with `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  /** The channel concerned, if there is one. */
  channel?: string;
  /** The first 20 bad items of a batch. */
  errors?: ItemError[];
  /** Number of bad items in all. */
  errorCount?: number;
}

/** Properties of a `ProtocolError` in addition to its code and message. */
export interface ProtocolErrorOptions {
  /** Whole seconds for `Retry-After`. */
  retryAfter?: number;
  channel?: string;
  errors?: ItemError[];
  /** Number of bad items, where `errors` lists only the first. */
  errorCount?: number;
  cause?: unknown;
}

/** Whatever LP/1 refuses: a code to switch on, and a message that shows the value and the cure. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly channel: string | undefined;
  readonly errors: ItemError[] | undefined;
  readonly errorCount: number | undefined;

  constructor(code: ErrorCode, message: string, options: ProtocolErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'ProtocolError';
    this.code = code;
    this.status = STATUS[code];
    this.retryAfter = options.retryAfter;
    this.channel = options.channel;
    this.errors = options.errors;
    this.errorCount = options.errorCount ?? options.errors?.length;
  }

  /** The body as it is sent (RFC 9457). */
  toProblem(): Problem {
    return {
      type: `${ERRORS_PAGE}#${this.code}`,
      title: this.code.replaceAll('-', ' '),
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(this.channel !== undefined && { channel: this.channel }),
      ...(this.errors && { errors: this.errors, errorCount: this.errorCount ?? 0 }),
    };
  }
}

const CHANNEL = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/;

/** True for a legal channel name. */
export const isChannel = (name: string): boolean => CHANNEL.test(name);

/** The name itself. @throws ProtocolError `bad-request` */
export function parseChannel(name: string): string {
  if (isChannel(name)) return name;
  throw new ProtocolError(
    'bad-request',
    `${shown(name)} is not a channel name: use 1–128 of A–Z a–z 0–9 _ . : - and start with a letter, digit or _`,
  );
}

/** The position of a client: the version and tag of the last entry it holds. `tag` is '' when only the number was sent. */
export interface Cursor {
  v: number;
  tag: string;
  /**
   * Where a reset was cut: the client holds what was retained up to this version. `v` and `tag` are then those of the
   * channel's newest entry at that time.
   */
  at?: number;
}

const CURSOR = /^(0|[1-9]\d{0,15})(?:\.([0-9a-z]{1,16})(?:~(0|[1-9]\d{0,15}))?)?$/;

/** A cursor as sent: `1843.k3f9`; `0` for a channel without history; `1843.k3f9~120` where a reset was cut. */
export const formatCursor = (v: number, tag: string, at?: number): string => {
  const cursor = tag ? `${v}.${tag}` : `${v}`;
  return at === undefined ? cursor : `${cursor}~${at}`;
};

/** Undefined for '' (the client holds nothing). @throws ProtocolError `bad-cursor` */
export function parseCursor(text: string): Cursor | undefined {
  if (text === '') return undefined;
  const match = CURSOR.exec(text);
  const v = Number(match?.[1]);
  const at = match?.[3] === undefined ? undefined : Number(match[3]);
  if (!match || !Number.isSafeInteger(v) || !Number.isSafeInteger(at ?? 0)) {
    throw new ProtocolError(
      'bad-cursor',
      `${shown(text)} is not a cursor: send back the "to" of the last response (such as 1843.k3f9), or nothing`,
    );
  }
  return { v, tag: match[2] ?? '', ...(at !== undefined && { at }) };
}

const TAIL = /^-(0|[1-9]\d{0,8})$/;

/** The value in `since` of a client that holds nothing and wants the newest `entries` of each key, such as `-20`. */
export const formatTail = (entries: number): string => `-${entries}`;

/** Returns the number of entries per key that a value in `since` such as `-20` requests; undefined for a cursor or ''. */
export function parseTail(place: string): number | undefined {
  const match = TAIL.exec(place);
  return match ? Number(match[1]) : undefined;
}

/** A value as an error message may show it: quoted, on one line, cut at 80 characters. */
export function shown(value: unknown): string {
  const text = jsonText(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Undefined for values without JSON: functions, cycles, and values nested too deep for the stack. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
