import type { Meta } from '../../protocol/lp1.ts';
import type { DataEntry } from '../data/held.ts';
import { seriesNames } from '../data/keys.ts';
import { isGap, numberIn } from '../data/number.ts';
import { isRecord, valueAt } from '../data/payload.ts';
import type { RowData } from '../row/row-channels.ts';
import type { RowSpec } from '../row/row-spec.ts';
import type { Sample } from '../sparkline/samples.ts';
import { samplesOf } from '../sparkline/samples.ts';
import { rowLimit } from '../element/row-limit.ts';
import { NO_VALUE } from '../format/format.ts';

/** One line of a list. */
export interface Row {
  /** Unique key, the same for a row in each payload. */
  key: string;
  label: string;
  /** Undefined: the row has none; null: it is missing. */
  value: unknown;
  /** Not yet checked. */
  href: unknown;
  /** The part of the payload for the row, which may contain a level. */
  payload: unknown;
  /** Server time in ms, if the row is a series. */
  t?: number;
  /** Its last values, oldest first, if they are shown. */
  course?: readonly Sample[] | undefined;
  /** The attributes of its `<lp-row>`, if it has one. */
  own?: { spec: RowSpec; meta: Meta };
}

/**
 * Returns the rows of a payload: its `items` (Smashing), or itself, as a list of `{label, value, id?, href?}`, of pairs or of words; or
 * an object whose names are the labels; or one row, named `name`, for a single value (`42`, `{"value": 42, "status": "ok"}`).
 */
export function rowsOf(payload: unknown, name: string): Row[] {
  if (payload === undefined || payload === null || payload === '') return [];
  const items = isRecord(payload) ? (payload['items'] ?? mainOf(payload)) : payload;
  if (Array.isArray(items)) return distinct(items.map(rowOf));
  if (isRecord(items)) return distinct(Object.entries(items).map(namedRow));
  const { label, href, link } = isRecord(payload) ? payload : {};
  const value = isGap(items) ? null : items;
  return [{ key: 'value', label: textOf(label) || name, value, href: href ?? link, payload }];
}

/** Returns the `value` of a payload; the text of a bare text, as the server stores it; else the payload itself. */
function mainOf(payload: Record<string, unknown>): unknown {
  if (Object.hasOwn(payload, 'value')) return payload['value'];
  const { text } = payload;
  return typeof text === 'string' && Object.keys(payload).length === 1 ? text : payload;
}

/**
 * Returns a row for each series of a channel: its current entry, in the order in which the keys first arrived. Rows are
 * named by their payload's `label`, else by the labels that differ between the keys.
 */
export function rowsByKey(
  current: readonly DataEntry[],
  read: (entry: DataEntry) => unknown,
  courseOf?: (key: string) => readonly DataEntry[],
): Row[] {
  const names = seriesNames(current.map(({ k = '' }) => k));
  return current.map((entry) => {
    const { k: key = '', t, d: payload } = entry;
    const { label, href, link } = isRecord(payload) ? payload : {};
    const name = textOf(label) || names.get(key) || key || NO_VALUE;
    const course = courseOf && samplesOf(courseOf(key).slice(-COURSE), read);
    return { key, label: name, value: read(entry), href: href ?? link, payload, t, course };
  });
}

/** Options for the selection and order of rows. */
export interface Arrangement {
  /** Default `none`: as published. */
  sort: 'none' | 'value' | 'label' | undefined;
  /** Default: the largest value, the first letter on top. */
  order: 'asc' | 'desc' | undefined;
  /** Rows shown at most, up to `MAX_ROWS`. */
  limit: number | undefined;
  language: string;
}

/** Number of rows shown without a `limit`. */
const USUAL_ROWS = 200;

/** Maximum number of entries of a row's sparkline. */
export const COURSE: number = 60;

/** Returns the row of an `<lp-row>`: its current value, or none while nothing has come. */
export function rowOfData({ spec, meta, entries }: RowData, n: number, withCourse: boolean): Row {
  const newest = entries.at(-1);
  const read = (entry: DataEntry): unknown => valueAt(entry.d, spec.field);
  const payload = newest?.d;
  const { href, link, label } = isRecord(payload) ? payload : {};
  return {
    key: `row ${n}`,
    label: spec.label ?? (textOf(label) || textOf(meta.label) || (spec.channel ?? spec.key ?? '')),
    value: newest ? read(newest) : null,
    href: spec.link ?? href ?? link,
    payload,
    ...(newest && { t: newest.t }),
    course: withCourse ? samplesOf(entries.slice(-COURSE), read) : undefined,
    own: { spec, meta },
  };
}

/** Returns the rows to show, in their order, and how many are left out. Rows without a value are last in every order. */
export function arranged(
  rows: readonly Row[],
  arrangement: Arrangement,
): { rows: Row[]; more: number } {
  const most = rowLimit(arrangement.limit, USUAL_ROWS);
  const sorted = inOrder(rows, arrangement);
  return { rows: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

function inOrder(rows: readonly Row[], { sort, order, language }: Arrangement): Row[] {
  if (sort === 'label') {
    const { compare } = new Intl.Collator(language, { numeric: true });
    const sign = order === 'desc' ? -1 : 1;
    return rows.toSorted((a, b) => sign * compare(a.label, b.label));
  }
  if (sort !== 'value') return order === 'desc' ? rows.toReversed() : [...rows];
  const sign = order === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [numberIn(a.value), numberIn(b.value)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return sign * (left - right);
  });
}

/** Returns each row's share of `whole`, default the largest amount; 0 to 1; 0 for values that are no amount. */
export function sharesOf(rows: readonly Row[], whole?: number): number[] {
  const sizes = rows.map((row) => Math.abs(numberIn(row.value) ?? 0));
  const full = whole !== undefined && whole > 0 ? whole : Math.max(...sizes);
  return sizes.map((size) => (full > 0 ? Math.round(Math.min(1, size / full) * 1000) / 1000 : 0));
}

function rowOf(item: unknown): Row {
  const [label, value] = Array.isArray(item) ? (item as unknown[]) : [];
  if (label !== undefined) return { ...wordRow(label), value, payload: item };
  if (!isRecord(item)) return wordRow(item);
  const text = textOf(item['label'] ?? item['name'] ?? item['title'] ?? item['text']);
  const key = textOf(item['id']) || text;
  const own = valueAt(item, undefined, ['value', 'current']);
  return {
    key,
    label: text || NO_VALUE,
    value: own,
    href: item['href'] ?? item['link'],
    payload: item,
  };
}

// The name is the label, so that a `text` or a `status` is the value.
function namedRow([label, item]: [string, unknown]): Row {
  const row = rowOf(item);
  const isLink = row.href !== undefined;
  const value = isRecord(item) ? (valueAt(item) ?? (isLink ? undefined : item)) : item;
  return { ...row, label: label || NO_VALUE, key: label, value };
}

// A bare word is a label without a value.
const wordRow = (item: unknown): Row => ({
  key: textOf(item),
  label: textOf(item) || NO_VALUE,
  value: undefined,
  href: undefined,
  payload: item,
});

function distinct(rows: Row[]): Row[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const before = seen.get(row.key) ?? 0;
    seen.set(row.key, before + 1);
    return before > 0 ? { ...row, key: `${row.key}\n${before}` } : row;
  });
}

const textOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value as string | number | boolean);
