import { valueAt } from './payload.ts';

/*
 * The only parser of numbers in payloads, used by charts, numbers, meters, sparklines, lists, sums, and by the history of the
 * server. It uses neither lit nor the DOM, so that a server can use it.
 *
 *   numberIn(value)            number of one value, or undefined
 *   numberAt(payload, field)   number of one field of a payload; NaN is a gap, undefined: the payload lacks the field
 *   numberFields(payload)      names of the fields that a chart draws by default
 *   isGap(value)               true if the publisher reports that there is no value
 */

/** Matches a decimal number as programs write it. Hexadecimal numbers, digit groups, decimal commas and units are text. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** Words that count as 1 and 0 in a chart or a sum, as the JSON booleans do. */
const TRUTHS = new Map([
  ['true', 1],
  ['on', 1],
  ['open', 1],
  ['yes', 1],
  ['false', 0],
  ['off', 0],
  ['closed', 0],
  ['no', 0],
]);

/** Words that programs send in place of a missing value. */
const GAPS = new Set(['', 'null', 'none', 'nan', 'n/a', 'na', 'unknown', 'unavailable', '-', '—']);

/** Fields that describe an entry; drawn only if the page names them. */
const NOT_DRAWN = new Set(['id', 'time', 't', 'ts', 'key']);

/** Returns a finite number, also from text such as `"21.5"`; undefined for anything else, including booleans and units. */
export function plainNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? quoted(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * Returns the number of a value for charts, sums and sorting: a finite number, a quoted number, 1 and 0 for booleans and for
 * the words on/off, open/closed, yes/no, true/false in any case. Undefined for everything else: text with a unit (`21.5 C`)
 * is no number.
 */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  return plainNumber(value) ?? (typeof value === 'string' ? TRUTHS.get(wordOf(value)) : undefined);
}

/**
 * Reads one field of a payload (default: the payload's own value) as `numberIn` does. NaN means a gap: the field exists
 * without a number. Undefined means that the payload lacks the field.
 */
export function numberAt(payload: unknown, field?: string): number | undefined {
  const value = valueAt(payload, field);
  return value === undefined ? undefined : (numberIn(value) ?? Number.NaN);
}

/**
 * Returns the fields of a payload that hold numbers, including quoted ones, in the payload's order. If there are none, returns
 * the fields that hold booleans or on/off words: a flag beside measurements is not drawn as a line.
 */
export function numberFields(payload: Record<string, unknown>): string[] {
  const names = Object.keys(payload).filter((name) => !NOT_DRAWN.has(name));
  const numeric = names.filter((name) => plainNumber(payload[name]) !== undefined);
  if (numeric.length > 0) return numeric;
  return names.filter((name) => numberIn(payload[name]) !== undefined);
}

/** Whether the publisher reports that there is no value: null, NaN, empty text, or a word such as `n/a` or `unavailable`. */
export function isGap(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'string' && GAPS.has(wordOf(value));
}

function quoted(text: string): number | undefined {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) && !isInexact(trimmed) ? Number(trimmed) : undefined;
}

/** An id such as `"9007199254740993"`, which a number would change, is text. */
const isInexact = (text: string): boolean =>
  text.length > 15 && /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(Number(text));

const wordOf = (text: string): string => text.trim().toLowerCase();
