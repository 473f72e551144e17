import type { Judgement } from '../../data/level-watch.ts';
import { isOwnValue } from '../../data/value-meta.ts';
import type { DataLine } from './chart-data.ts';

/** A value of a line; `t`: its time in ms, of a value that came just now. */
export interface LineValue {
  line: DataLine;
  /** NaN: a gap. */
  value: number;
  t?: number;
}

/** Judges values of lines, each under the key and the name of its line. */
export const judgedLines = (
  values: readonly LineValue[],
  labelOf: (line: DataLine) => string,
  judge: (value: number, of: Pick<Judgement, 'key' | 'name' | 't'>) => Judgement,
): Judgement[] =>
  values.map(({ line, value, t }) =>
    judge(value, { key: levelKey(line), name: labelOf(line), ...(t !== undefined && { t }) }),
  );

/** Returns the newest value of each line that has samples; NaN is a gap. */
export const newestValues = (lines: readonly DataLine[]): LineValue[] =>
  lines
    .filter(({ raw }) => raw.length > 0)
    .map((line) => ({ line, value: line.raw.values[line.raw.end - 1] as number }));

/**
 * Returns the key by which `lp-level` names a line: its channel if that is another one, its entries' key, and its field if
 * that is not the payload's own value.
 */
function levelKey({ spec, key = spec.key }: DataLine): string {
  const field = isOwnValue(spec.field) ? undefined : spec.field;
  return [spec.channel, key, field].filter(Boolean).join(' ');
}
