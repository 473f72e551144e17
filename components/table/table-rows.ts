import type { Entry } from '../../protocol/lp1.ts';
import { numberIn } from '../data/number.ts';
import { valueAt } from '../data/payload.ts';
import type { Column } from './table-columns.ts';

/** One row: an entry, and the entries of its key for columns that show their course. */
export interface TableRow {
  /** Identity of the row in the page. */
  id: string;
  entry: Entry;
  /** Oldest first; only if a column shows them. */
  course: readonly Entry[];
  /** Of a row over several channels: the entries of each column, oldest first. */
  parts?: ReadonlyMap<Column, readonly Entry[]>;
}

/** A table before it is sorted. */
export interface Table {
  columns: Column[];
  rows: TableRow[];
  /** Names of the keys for people. */
  names: ReadonlyMap<string, string>;
}

/** The entry that a cell shows, and those of its course. */
export interface Cell {
  /** undefined: the column has none for this row. */
  entry: Entry | undefined;
  course: readonly Entry[];
}

/** Which entries are rows: each of them, or the current one of each key. */
export type RowsOf = 'entries' | 'keys';

/** The order of the rows, as a click on a heading sets it. */
export interface Order {
  column: number;
  descending: boolean;
}

/**
 * Returns what a cell is made of. In a row over several channels: the current entry of the column's channel that has its field.
 */
export function cellOf(column: Column, row: TableRow): Cell {
  const { entry, course, parts } = row;
  if (!parts || column.field === 'key') return { entry, course };
  const part = parts.get(column) ?? [];
  const told = part.findLast((each) => cellValue(column, each) !== undefined);
  return { entry: told ?? part.at(-1), course: part };
}

/** Returns the value of a cell of a row; undefined if there is none. */
export function valueOf(column: Column, row: TableRow): unknown {
  const { entry } = cellOf(column, row);
  return entry && cellValue(column, entry);
}

/** The value of a field in an entry. */
export function cellValue({ field }: Pick<Column, 'field'>, entry: Entry): unknown {
  if (field === 'time') return entry.t;
  if (field === 'key') return entry.k;
  return valueAt(entry.d, field === '' ? undefined : field);
}

/** Whether any row has a value in a column of the payload, even if it is null. */
export const hasValues = (rows: readonly TableRow[], columns: readonly Column[]): boolean => {
  const own = columns.filter(({ field }) => field !== 'time' && field !== 'key');
  return rows.some(({ entry }) => own.some((column) => cellValue(column, entry) !== undefined));
};

/**
 * Returns the rows of entries that are in the order of time: newest first for `entries`, one row per key in the order in
 * which the keys first arrived for `keys`.
 */
export function rowsOf(entries: readonly Entry[], kind: RowsOf, withCourse: boolean): TableRow[] {
  if (kind === 'entries')
    return entries.map((entry) => ({ id: String(entry.v), entry, course: [] })).reverse();
  const courses = new Map<string, Entry[]>();
  for (const entry of entries) {
    const course = courses.get(entry.k ?? '');
    if (course) course.push(entry);
    else courses.set(entry.k ?? '', [entry]);
  }
  return [...courses].map(([key, course]) => ({
    id: `k${key}`,
    entry: course.at(-1) as Entry,
    course: withCourse ? course : [],
  }));
}

/**
 * Sorts rows by a column: numbers by value, everything else as text in the order of the language, missing values last in
 * both directions. Equal rows keep their order.
 */
export function sortedRows(
  rows: readonly TableRow[],
  columns: readonly Column[],
  order: Order | undefined,
  language: string,
): TableRow[] {
  const column = order && columns[order.column];
  if (!column) return [...rows];
  const collator = new Intl.Collator(language, { numeric: true });
  const sign = order.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: valueOf(column, row) }));
  return keyed
    .sort((a, b) => {
      const missing = Number(isMissing(a.value)) - Number(isMissing(b.value));
      return missing || sign * compared(a.value, b.value, collator);
    })
    .map(({ row }) => row);
}

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === '';

function compared(a: unknown, b: unknown, collator: Intl.Collator): number {
  const [x, y] = [numberIn(a), numberIn(b)];
  if (x !== undefined && y !== undefined) return x - y;
  return collator.compare(String(a), String(b));
}
