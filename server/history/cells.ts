import { type Reading, ratePerSecond } from '../../components/data/counter.ts';

/** Statistics of the samples of one field in one bucket. */
export interface Cell {
  /** Number of samples. */
  n: number;
  sum: number;
  min: number;
  max: number;
  /** The latest sample, by time and then by version, and its time in ms since 1970. Meaningless if `n` is 0. */
  last: number;
  lastAt: number;
  /** Number of explicit gaps. */
  gaps: number;
  /** Increase of a counter. */
  increase: number;
}

/** The cells of one field, by bucket number (start of the bucket divided by the step). */
export type Cells = Map<number, Cell>;

/** Cells of the fields of one key, with one step for all of them. */
export class Columns {
  readonly step: number;
  readonly fields: Map<string, Cells> = new Map();

  /** `step` in ms. */
  constructor(step: number) {
    this.step = step;
  }

  /** Returns the cell of a field and time (ms since 1970), created if it is missing. */
  cell(field: string, t: number): Cell {
    let cells = this.fields.get(field);
    if (!cells) this.fields.set(field, (cells = new Map()));
    const bucket = Math.floor(t / this.step);
    let cell = cells.get(bucket);
    if (!cell) cells.set(bucket, (cell = emptyCell()));
    return cell;
  }

  /**
   * Adds the cells of other columns whose samples have later versions. This step is a multiple of theirs. Buckets (of their
   * step) that start before `within.from`, or at `within.to` or later, are left out.
   */
  add(later: Columns, within?: { from: number; to: number }): void {
    for (const [field, cells] of later.fields) {
      for (const [bucket, cell] of cells) {
        const start = bucket * later.step;
        if (within && (start + later.step <= within.from || start >= within.to)) continue;
        addCell(this.cell(field, start), cell);
      }
    }
  }

  /** Returns the numbers of all non-empty buckets, ascending. */
  buckets(): number[] {
    const [first, ...others] = this.fields.values();
    if (!first) return [];
    const buckets = others.length === 0 ? [...first.keys()] : [...unionOf(first, others)];
    return isAscending(buckets) ? buckets : buckets.sort((a, b) => a - b);
  }
}

function unionOf(first: Cells, others: Cells[]): Set<number> {
  const union = new Set(first.keys());
  for (const cells of others) for (const bucket of cells.keys()) union.add(bucket);
  return union;
}

const isAscending = (numbers: number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number));

const emptyCell = (): Cell => ({
  n: 0,
  sum: 0,
  min: Infinity,
  max: -Infinity,
  last: 0,
  lastAt: -Infinity,
  gaps: 0,
  increase: 0,
});

/** Adds one sample, whose version is later than those of the cell. */
export function addSample(cell: Cell, value: number, t: number): void {
  cell.n++;
  cell.sum += value;
  if (value < cell.min) cell.min = value;
  if (value > cell.max) cell.max = value;
  if (t < cell.lastAt) return;
  cell.last = value;
  cell.lastAt = t;
}

/** Adds a cell whose samples have later versions. */
export function addCell(cell: Cell, later: Cell): void {
  cell.n += later.n;
  cell.sum += later.sum;
  cell.min = Math.min(cell.min, later.min);
  cell.max = Math.max(cell.max, later.max);
  cell.gaps += later.gaps;
  cell.increase += later.increase;
  if (later.n === 0 || later.lastAt < cell.lastAt) return;
  cell.last = later.last;
  cell.lastAt = later.lastAt;
}

/** Rounds to the 15 significant digits that a double can represent, so that 0.1 + 0.2 is 0.3. */
export function digits15(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

/** Last reading of each counter, with which the next reading is compared. */
export type Carry = Map<string, Reading>;

/**
 * Adds the increase since the last reading of a counter, by the same rule as the chart, and stores the new reading in `carry`.
 * A reading that is not later adds nothing.
 */
export function addIncrease(cell: Cell, carry: Carry, field: string, now: Reading): void {
  const before = carry.get(field);
  if (before && now.t <= before.t) return;
  const rate = ratePerSecond(before, now);
  carry.set(field, Number.isNaN(rate) ? now : { ...now, rate });
  if (before && !Number.isNaN(rate)) cell.increase += (rate * (now.t - before.t)) / 1_000;
}
