import { csvCell } from '../data/csv.ts';
import type { CellScene } from './cell-view.ts';
import { cellOf, cellValue, type TableRow } from './table-rows.ts';

/**
 * Returns rows as CSV (RFC 4180) under the headings of their columns: numbers as they were published, times in ISO 8601, keys by
 * their names. Columns of sparklines are left out. Text that a spreadsheet would run as a formula gets an apostrophe.
 */
export function tableCsv(scenes: readonly CellScene[], rows: readonly TableRow[]): string {
  const columns = scenes.filter(({ column }) => column.kind !== 'spark');
  const head = columns.map(({ column }) => column.label);
  const lines = rows.map((row) => columns.map((scene) => plainOf(scene, row)));
  return [head, ...lines].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

function plainOf({ column, names }: CellScene, row: TableRow): unknown {
  const { entry } = cellOf(column, row);
  const value = entry && cellValue(column, entry);
  if (column.field === 'key') return names.get(String(value)) ?? value;
  const isTime = column.field === 'time' && typeof value === 'number';
  return isTime ? new Date(value).toISOString() : value;
}
