import type { Meta } from '../../protocol/lp1.ts';
import type { DataEntry } from '../data/held.ts';
import { byTime, type KeyedHistory } from '../data/keyed-history.ts';
import { keyFilter, labelsOfKey, parseLabels, seriesNames } from '../data/keys.ts';
import type { Judgement } from '../data/level-watch.ts';
import { isOwnValue } from '../data/value-meta.ts';
import type { RowChannels } from '../row/row-channels.ts';
import type { RowSpec } from '../row/row-spec.ts';
import { cellLevel, type CellScene } from './cell-view.ts';
import type { CellKind, Column } from './table-columns.ts';
import { FORMATS_CURE, headingOf, KINDS } from './table-columns.ts';
import type { Table, TableRow } from './table-rows.ts';
import { cellOf, cellValue } from './table-rows.ts';

/** Children whose attributes were checked. */
const checked = new WeakSet<readonly RowSpec[]>();

/** Returns the table of `<lp-column>` children. */
export function joinedTable(
  specs: readonly RowSpec[],
  channels: Pick<RowChannels, 'heldOf'>,
  language: string,
): Table {
  const fault = checked.has(specs) ? undefined : specFault(specs);
  if (fault !== undefined) console.error(`lp-kit: ${fault}`);
  checked.add(specs);
  const own = columnsOfSpecs(specs, (spec) => channels.heldOf(spec)?.meta ?? {});
  const seriesOf = ({ spec }: Column): KeyedHistory | undefined =>
    spec && channels.heldOf(spec)?.series;
  const { rows, names, heading } = joinedRows(own, seriesOf, language);
  return { columns: withNames(own, heading), rows, names };
}

/** Returns the level of each cell of a table of `<lp-column>` children, with its key and name. */
export const judgedCells = (scenes: readonly CellScene[], rows: readonly TableRow[]): Judgement[] =>
  scenes.flatMap((scene, n) => rows.map((row) => judgedCell(scene, row, n)));

function judgedCell(scene: CellScene, row: TableRow, n: number): Judgement {
  const { column, names } = scene;
  const made = cellOf(column, row);
  const { entry } = made;
  const key = row.entry.k ?? '';
  return {
    key: `${n} ${key}`,
    name: [names.get(key), column.label].filter(Boolean).join(' '),
    level: cellLevel(scene, made),
    value: entry && cellValue(column, entry),
    ...(entry && { t: entry.t }),
  };
}

/** Rows of several channels, joined by key. */
export interface Joined {
  rows: TableRow[];
  /** Names of the rows for people, by their keys. */
  names: Map<string, string>;
  /** Heading of the names: the labels that differ (`Room`). undefined: there is one row only, without a key. */
  heading: string | undefined;
}

/** Entries of a row by column; `k` of the row is its key. */
type Parts = Map<Column, readonly DataEntry[]>;

/**
 * Joins the channels of several columns by key: one row for each key that any of them has. Rows are in the order of their
 * names, so that each has the same place whichever channel answers first. A column with `labels` adds the series that have
 * these, by their other labels.
 */
export function joinedRows(
  columns: readonly Column[],
  seriesOf: (column: Column) => KeyedHistory | undefined,
  language: string,
): Joined {
  const byKey = new Map<string, Parts>();
  for (const column of columns) {
    const series = seriesOf(column);
    if (column.spec && series) addPart(byKey, column, series);
  }
  const names = seriesNames([...byKey.keys()]);
  const collator = new Intl.Collator(language, { numeric: true });
  const nameOf = (key: string): string => names.get(key) ?? key;
  const rows = [...byKey]
    .sort(([a], [b]) => collator.compare(nameOf(a), nameOf(b)))
    .map(([key, parts]) => rowOf(key, parts));
  return { rows, names, heading: headingOfKeys([...byKey.keys()]) };
}

function addPart(byKey: Map<string, Parts>, column: Column, series: KeyedHistory): void {
  const chosen = choiceOf(column.spec?.labels);
  for (const key of series.keys) {
    const entries = series.of(key);
    const [first] = entries;
    if (!first || !chosen.passes(first)) continue;
    const rowKey = without(key, chosen.names);
    let parts = byKey.get(rowKey);
    if (!parts) byKey.set(rowKey, (parts = new Map()));
    const before = parts.get(column);
    parts.set(column, before ? [...before, ...entries].sort(byTime) : entries);
  }
}

interface Choice {
  passes: (entry: DataEntry) => boolean;
  /** Names of the chosen labels. */
  names: readonly string[];
}

/** Returns the choice of a column; labels that cannot be parsed choose nothing. */
function choiceOf(labels: string | undefined): Choice {
  try {
    const passes = keyFilter({ labels }) ?? ((): boolean => true);
    return { passes, names: labels ? parseLabels(labels).map(([name]) => name) : [] };
  } catch {
    return { passes: () => false, names: [] };
  }
}

/** Returns a key without the labels of these names. */
function without(key: string, names: readonly string[]): string {
  const labels = names.length > 0 ? labelsOfKey(key) : undefined;
  if (!labels) return key;
  return Object.entries(labels)
    .filter(([name]) => !names.includes(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

function rowOf(key: string, parts: Parts): TableRow {
  const current = [...parts.values()].flatMap((entries) => entries.at(-1) ?? []);
  const newest = current.reduce((a, b) => (byTime(a, b) > 0 ? a : b));
  return { id: `k${key}`, entry: { ...newest, k: key }, course: [], parts };
}

/** `room="a"`, `room="b"` → `Room`; keys without labels → `Key`. */
function headingOfKeys(keys: readonly string[]): string | undefined {
  if (keys.every((key) => key === '')) return undefined;
  const labels = keys.map(labelsOfKey).filter((each) => each !== undefined);
  const names = [...new Set(labels.flatMap((each) => Object.keys(each)))];
  const differing = names.filter((name) => new Set(labels.map((each) => each[name])).size > 1);
  const told = differing.length > 0 ? differing : names;
  return told.map(headingOf).join(' · ') || headingOf('key');
}

/** Returns the columns of `<lp-column>` children. `metaOf`: meta of the channel of one. */
export const columnsOfSpecs = (
  specs: readonly RowSpec[],
  metaOf: (spec: RowSpec) => Meta,
): Column[] => specs.map((spec) => columnOf(spec, metaOf(spec)));

/** Adds the names of the rows as the first column, unless the page has put them elsewhere; without a heading there are none. */
export function withNames(columns: Column[], heading: string | undefined): Column[] {
  const isGiven = columns.some(({ field }) => field === 'key');
  if (isGiven || heading === undefined) return columns;
  return [{ field: 'key', label: heading, kind: undefined, options: {} }, ...columns];
}

function columnOf(spec: RowSpec, meta: Meta): Column {
  const { channel, field = '', label, format, unit, digits } = spec;
  const named = isOwnValue(field) ? (meta.label ?? channel ?? '') : headingOf(field);
  return {
    field,
    label: label ?? named,
    kind: KINDS.has(format ?? '') ? (format as CellKind) : undefined,
    options: { ...(unit !== undefined && { unit }), ...(digits !== undefined && { digits }) },
    spec,
  };
}

/** Returns what is wrong with the `format` of `<lp-column>` children, with the cure; undefined if nothing is. */
export function specFault(specs: readonly RowSpec[]): string | undefined {
  const bad = specs.find(({ format }) => format !== undefined && !KINDS.has(format));
  return bad && `<lp-column format="${bad.format}"> is not a format: ${FORMATS_CURE}`;
}
