import type { Level, Limits } from '../../data/levels.ts';
import { levelOf } from '../../data/levels.ts';
import type { DataLine } from './chart-data.ts';

const ORDER: readonly (Level | undefined)[] = [undefined, 'ok', 'warn', 'danger'];

/** Returns the worst level among the lines' newest values, and that value. A line whose newest sample is a gap has no level. */
export function worstLevel(
  lines: readonly DataLine[],
  limits: Limits,
): { level: Level | undefined; value: number | undefined } {
  let worst: { level: Level | undefined; value: number | undefined } = {
    level: undefined,
    value: undefined,
  };
  if (limits.warn === undefined && limits.danger === undefined) return worst;
  for (const { series } of lines) {
    if (series.length === 0) continue;
    const value = series.values[series.end - 1] as number;
    const level = levelOf(value, limits);
    if (ORDER.indexOf(level) > ORDER.indexOf(worst.level)) worst = { level, value };
  }
  return worst;
}
