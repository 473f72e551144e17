import { isRecord } from '../data/payload.ts';
import { NO_VALUE } from '../format/format.ts';
import { parseMomentMs } from '../format/format-moment.ts';
import { safeLink, safePicture } from '../shared/safe-url.ts';
import type { AnsiRun } from './ansi.ts';
import { ansiRuns, hasAnsi } from './ansi.ts';
import type { ItemLevel } from './item-level.ts';
import { itemLevelOf } from './item-level.ts';

/** One item of a feed. All parts are text; its URLs have passed the allow-list. */
export interface FeedItem {
  /** Id in the payload, else the entry's version. */
  id: string;
  /** ms since 1970: the payload's `ts`, else the entry's time. */
  ts: number;
  text: string;
  title?: string;
  author?: string;
  level?: ItemLevel;
  href?: string;
  avatar?: string;
  /** The text with its terminal styles (ANSI escape codes), where it has some. */
  runs?: AnsiRun[];
  /** The payload it was read from. */
  data: unknown;
}

/** Defaults for fields that a payload lacks. */
export interface ItemDefaults {
  id: string;
  /** ms since 1970. */
  ts: number;
  /** Base URL for relative URLs. */
  base?: string | undefined;
}

/** Maximum length of a shown text; the whole text stays in `data`. */
const MAX_TEXT = 10_000;
/** A smaller number of ms since 1970 is probably in seconds, and is not used as a time. */
const MIN_TS_MS = 1e11;

/**
 * Reads a payload: the kit's well-known fields (`text`, `title`, `author`, `level`, `link` …), Smashing's comments
 * (`name`, `body`, `avatar`), bare text and numbers. An object without any of them is shown as JSON.
 */
export function feedItem(payload: unknown, { id, ts, base }: ItemDefaults): FeedItem {
  if (!isRecord(payload))
    return { id, ts, text: textOf(payload), ...runsOf(payload), data: payload };
  const title = words(payload, 'title');
  const author = words(payload, 'author', 'name');
  const text = bodyOf(payload) ?? (title === undefined ? textOf(payload) : '');
  const level = itemLevelOf(own(payload, 'level', 'severity', 'status'));
  const href = safeLink(own(payload, 'href', 'link'), base);
  const avatar = safePicture(own(payload, 'avatar'), base);
  return {
    id: words(payload, 'id') ?? id,
    ts: timeOf(own(payload, 'ts')) ?? ts,
    text,
    ...runsOf(own(payload, ...BODIES)),
    ...(title !== undefined && { title }),
    ...(author !== undefined && { author }),
    ...(level && { level }),
    ...(href && { href }),
    ...(avatar && { avatar }),
    data: payload,
  };
}

/** Returns the items of a payload that contains a whole list (an array, `{items}`, Smashing's `{comments}`); undefined for others. */
export function listOf(payload: unknown): unknown[] | undefined {
  if (Array.isArray(payload)) return payload;
  const list = isRecord(payload) ? own(payload, 'items', 'comments') : undefined;
  return Array.isArray(list) ? list : undefined;
}

// Own properties only: `__proto__` and `constructor` are not fields of the payload.
function own(payload: Record<string, unknown>, ...names: string[]): unknown {
  const found = names.find((name) => Object.hasOwn(payload, name) && payload[name] !== null);
  return found === undefined ? undefined : payload[found];
}

function words(payload: Record<string, unknown>, ...names: string[]): string | undefined {
  const value = own(payload, ...names);
  const isText = typeof value === 'string' || typeof value === 'number';
  const text = isText ? clean(String(value)) : '';
  return text.trim() === '' ? undefined : text;
}

function bodyOf(payload: Record<string, unknown>): string | undefined {
  const value = own(payload, ...BODIES);
  return value === undefined ? undefined : textOf(value);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return NO_VALUE;
  return clean(typeof value === 'string' ? value : JSON.stringify(value));
}

const BODIES = ['text', 'body', 'message', 'value'];

function runsOf(value: unknown): { runs?: AnsiRun[] } {
  if (typeof value !== 'string' || !hasAnsi(value)) return {};
  return { runs: ansiRuns(value.slice(0, MAX_TEXT), clean) };
}

function timeOf(value: unknown): number | undefined {
  const ts = parseMomentMs(value);
  return ts !== undefined && ts >= MIN_TS_MS ? ts : undefined;
}

/** Control characters that log lines may contain; terminal colours are parsed before (see `ansi.ts`). */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /\u001b\[[0-?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function clean(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n').replace(CONTROLS, '');
  return plain.length > MAX_TEXT ? `${plain.slice(0, MAX_TEXT)}…` : plain;
}
