import { csvCell } from '../../data/csv.ts';
import type { DataLine } from './chart-data.ts';

/** A row: a time, and the value of each line at that time (undefined if it has no sample, NaN for a gap). */
export interface Row {
  t: number;
  /** Value of each line; for lines of buckets, the mean. */
  values: (number | undefined)[];
  /** The smallest and the largest samples of lines of buckets. */
  lows?: (number | undefined)[];
  highs?: (number | undefined)[];
}

/** Returns the samples of `[fromT, toT]` by time, oldest first; at most the newest `most`. */
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
      const { spread } = series;
      if (!spread) continue;
      row.lows ??= [];
      row.highs ??= [];
      row.lows[n] = spread.mins[i] as number;
      row.highs[n] = spread.maxs[i] as number;
    }
  }
  const sorted = [...rows.values()].sort((a, b) => a.t - b.t);
  return sorted.length > most ? sorted.slice(-most) : sorted;
}

/**
 * Returns rows as CSV (RFC 4180): `time` (ISO 8601), then one column per line; of a line of buckets three: the mean of its
 * samples, the smallest and the largest, and `time` is the bucket's start. Gaps and missing samples are empty.
 */
export function rowsCsv(
  lines: readonly { label: string; isBuckets: boolean }[],
  rows: readonly Row[],
): string {
  const names = lines.flatMap(({ label, isBuckets }) =>
    isBuckets ? [`${label} mean`, `${label} min`, `${label} max`] : [label],
  );
  const head = distinct(['time', ...names])
    .map(csvCell)
    .join(',');
  const body = rows.map(({ t, values, lows, highs }) => {
    const figures = lines.flatMap(({ isBuckets }, n) =>
      isBuckets ? [meanOf(values[n]), lows?.[n], highs?.[n]] : [values[n]],
    );
    return [new Date(t).toISOString(), ...figures.map(figure)].join(',');
  });
  return [head, ...body].map((line) => `${line}\r\n`).join('');
}

/** Numbers names that are used before: two columns of one name are one to many programs. */
function distinct(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; used.has(own); n++) own = `${name} (${n})`;
    used.add(own);
    return own;
  });
}

/** Returns a mean without digits that result only from the division. */
const meanOf = (v: number | undefined): number | undefined =>
  v === undefined ? undefined : Number(v.toPrecision(12));

const figure = (v: number | undefined): string =>
  v === undefined || Number.isNaN(v) ? '' : `${v}`;
