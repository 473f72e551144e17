import { csvCell } from '../../components/data/csv.ts';
import type { HistoryAnswer, HistorySeries } from '../../protocol/history.ts';
import { type Cells, digits15 } from './cells.ts';
import { isWordField } from './fields.ts';

/** One field of one key with its cells, as the response describes it. */
export interface SeriesCells {
  key: string | undefined;
  field: string;
  cells: Cells;
  counter: boolean;
  /** Whether the times of the latest samples are included. */
  times: boolean;
}

/** Converts cells to a series: buckets ascending, of `step` ms each. */
export function seriesOf(
  { key, field, cells, counter, times }: SeriesCells,
  step: number,
): HistorySeries {
  cells.sort();
  const { buckets, n, lastAt } = cells;
  /** Values of buckets with samples; null where a bucket holds only gaps. */
  const column = (values: number[]): (number | null)[] =>
    values.map((value, i) => (n[i] === 0 ? null : value));
  const series: HistorySeries = {
    ...(key !== undefined && { key }),
    field,
    t: buckets.map((bucket) => bucket * step),
    n,
  };
  if (isWordField(field)) return series;
  series.min = column(cells.min);
  series.max = column(cells.max);
  series.sum = column(cells.sum.map(digits15));
  series.last = column(cells.last);
  if (times) series.at = column(lastAt.map((t, i) => t - (buckets[i] as number) * step));
  if (cells.gaps.some((gaps) => gaps > 0)) series.g = cells.gaps;
  if (counter) series.inc = cells.increase.map(digits15);
  return series;
}

const CSV_HEAD = 'time,key,field,n,min,max,mean,sum,last,increase\r\n';

/** A response as CSV (RFC 4180): one row per bucket of each series, `time` in ISO 8601. The mean is that of the samples. */
export function historyCsv({ series }: HistoryAnswer): string {
  return CSV_HEAD + series.map(csvRows).join('');
}

function csvRows({ key, field, t, n, min, max, sum, last, inc }: HistorySeries): string {
  const head = `${csvCell(key)},${csvCell(field)}`;
  return t
    .map((time, i) => {
      const count = n[i] ?? 0;
      const total = sum?.[i] ?? null;
      const mean = total === null || count === 0 ? null : total / count;
      const values = [count, min?.[i], max?.[i], mean, total, last?.[i], inc?.[i]];
      return `${new Date(time).toISOString()},${head},${values.map(csvCell).join(',')}\r\n`;
    })
    .join('');
}
