import { csvCell } from '../../data/csv.ts';
import type { DataLine } from './chart-data.ts';

/** One time, and the value of each line at it: undefined where the line has no sample of that time, NaN for a gap. */
export interface Row {
  t: number;
  values: (number | undefined)[];
}

/** Returns the samples of `[fromT, toT]` by time, oldest first; of more than `most`, the newest. */
export function rowsOf(
  lines: readonly DataLine[],
  fromT: number,
  toT: number,
  most: number = Infinity,
): Row[] {
  const rows = new Map<number, Row>();
  for (const [n, { series }] of lines.entries()) {
    for (let i = series.indexAt(fromT); i < series.end && (series.times[i] as number) <= toT; i++) {
      const t = series.times[i] as number;
      let row = rows.get(t);
      if (!row) rows.set(t, (row = { t, values: lines.map(() => undefined) }));
      row.values[n] = series.values[i] as number;
    }
  }
  const sorted = [...rows.values()].sort((a, b) => a.t - b.t);
  return sorted.length > most ? sorted.slice(-most) : sorted;
}

/** Returns rows as CSV (RFC 4180): `time` (ISO 8601), then one column per line. Gaps and missing samples are empty. */
export function rowsCsv(labels: readonly string[], rows: readonly Row[]): string {
  const head = ['time', ...labels].map(csvCell).join(',');
  const body = rows.map(({ t, values }) =>
    [
      new Date(t).toISOString(),
      ...values.map((v) => (v === undefined || Number.isNaN(v) ? '' : v)),
    ].join(','),
  );
  return [head, ...body].map((line) => `${line}\r\n`).join('');
}
