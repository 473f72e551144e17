import { type Cell, type Carry, addCell, type Cells, Columns, digits15 } from './cells.ts';
import { isWordField } from './fields.ts';

/** Maximum number of buckets of a block. */
export const BLOCK_BUCKETS = 120;

/** One value per bucket, or a single value if all are equal. */
type Column = number | number[];

/** The columns of a field in a block. If left out, `min`, `max` and `last` equal `sum`, and `tl`, `g` and `inc` are 0. */
interface FieldColumns {
  /** Number of samples. */
  n: Column;
  sum?: Column;
  min?: Column;
  max?: Column;
  /** The latest sample, and its time in ms from the start of the bucket. */
  last?: Column;
  tl?: Column;
  /** Number of explicit gaps. */
  g?: Column;
  /** Increase of a counter. */
  inc?: Column;
}

/**
 * The data of a tier's entry. Its first properties, in this order, are the head that stores parse (`blockHead`).
 * `u`, `x`, `a` and `k` are only in the last block of a roll.
 */
export interface Block {
  /** Length of a bucket, ms. */
  s: number;
  /** Number of buckets, end of the last one (ms since 1970), and number of buckets that they become in the next tier. */
  c: number;
  h: number;
  w: number;
  /** Version and tag up to which the source is rolled, for this key. */
  u?: string;
  /** Blocks of this key before this version are released. */
  x?: number;
  /** End of the youngest bucket of this key that was released, ms since 1970. */
  a?: number;
  /** Number of the first bucket since 1970, and the distances to the others unless all are 1. */
  b: number;
  d?: Column;
  f: Record<string, FieldColumns>;
  /** Last readings of counters, from which the next increases are computed: time, value, growth per second. */
  k?: Record<string, [t: number, v: number, rate?: number]>;
}

/** Converts columns to blocks, in time order. `nextStep`: step of the next tier, ms. */
export function blocksOf(columns: Columns, nextStep: number): Block[] {
  const buckets = columns.buckets();
  const blocks: Block[] = [];
  for (let i = 0; i < buckets.length; i += BLOCK_BUCKETS)
    blocks.push(blockOf(columns, buckets.slice(i, i + BLOCK_BUCKETS), nextStep));
  return blocks;
}

function blockOf({ step, fields }: Columns, buckets: number[], nextStep: number): Block {
  const first = buckets[0] as number;
  const distances: number[] = [];
  let weight = 0;
  let lastNext = Number.NaN;
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[i] as number;
    if (i > 0) distances.push(bucket - (buckets[i - 1] as number));
    const next = Math.floor((bucket * step) / nextStep);
    if (next !== lastNext) weight++;
    lastNext = next;
  }
  const d = column(distances);
  const f = Object.create(null) as Block['f']; // a field may be called __proto__
  for (const [field, cells] of fields) {
    if (buckets.some((bucket) => cells.has(bucket)))
      f[field] = fieldColumns(field, cells, buckets, step);
  }
  return {
    s: step,
    c: buckets.length,
    h: ((buckets.at(-1) as number) + 1) * step,
    w: weight,
    b: first,
    ...(distances.length > 0 && d !== 1 && { d }),
    f,
  };
}

function fieldColumns(field: string, cells: Cells, buckets: number[], step: number): FieldColumns {
  const length = buckets.length;
  const [n, sum, min, max] = [zeros(length), zeros(length), zeros(length), zeros(length)];
  const [last, tl, g, inc] = [zeros(length), zeros(length), zeros(length), zeros(length)];
  for (let i = 0; i < length; i++) {
    const bucket = buckets[i] as number;
    const cell = cells.get(bucket);
    if (!cell) continue;
    n[i] = cell.n;
    g[i] = cell.gaps;
    if (cell.n === 0) continue;
    sum[i] = cell.n === 1 ? cell.sum : digits15(cell.sum);
    min[i] = cell.min;
    max[i] = cell.max;
    last[i] = cell.last;
    tl[i] = cell.lastAt - bucket * step;
    if (cell.increase !== 0) inc[i] = digits15(cell.increase);
  }
  if (isWordField(field)) return { n: column(n) };
  const isSum = (value: number, i: number): boolean => value === sum[i];
  return {
    n: column(n),
    sum: column(sum),
    ...(!min.every(isSum) && { min: column(min) }),
    ...(!max.every(isSum) && { max: column(max) }),
    ...(!last.every(isSum) && { last: column(last) }),
    ...(!tl.every(isZero) && { tl: column(tl) }),
    ...(!g.every(isZero) && { g: column(g) }),
    ...(!inc.every(isZero) && { inc: column(inc) }),
  };
}

// oxlint-disable-next-line no-new-array -- rolls fill many, and this is the fastest way
const zeros = (length: number): number[] => new Array<number>(length).fill(0);
const isZero = (value: number): boolean => value === 0;

function column(values: number[]): Column {
  const [first = 0] = values;
  return values.every((value) => value === first) ? first : values;
}

const at = (values: Column | undefined, i: number, otherwise: number): number =>
  values === undefined ? otherwise : typeof values === 'number' ? values : (values[i] as number);

/** Parses the block of a tier's entry from the entry's JSON text. */
export const parseBlock = (text: string): Block => (JSON.parse(text) as { d: Block }).d;

/**
 * Adds a block to columns whose samples have earlier versions. The columns' step is a multiple of the block's. Buckets outside
 * `within` (ms) are left out.
 */
export function addBlock(
  columns: Columns,
  block: Block,
  within?: { from: number; to: number },
): void {
  const starts = startsOf(block);
  for (const [field, values] of Object.entries(block.f)) {
    const isWord = isWordField(field);
    for (let i = 0; i < block.c; i++) {
      const start = starts[i] as number;
      if (within && (start + block.s <= within.from || start >= within.to)) continue;
      const n = at(values.n, i, 0);
      const gaps = at(values.g, i, 0);
      if (n === 0 && gaps === 0) continue;
      const cell = columns.cell(field, start);
      if (isWord) cell.n += n;
      else addCell(cell, cellAt(values, i, start));
    }
  }
}

function startsOf({ s, c, b, d }: Block): number[] {
  const starts = [b * s];
  for (let i = 1, bucket = b; i < c; i++) {
    bucket += at(d, i - 1, 1);
    starts.push(bucket * s);
  }
  return starts;
}

function cellAt(values: FieldColumns, i: number, start: number): Cell {
  const n = at(values.n, i, 0);
  const sum = at(values.sum, i, 0);
  return {
    n,
    sum,
    min: n === 0 ? Infinity : at(values.min, i, sum),
    max: n === 0 ? -Infinity : at(values.max, i, sum),
    last: at(values.last, i, sum),
    lastAt: n === 0 ? -Infinity : start + at(values.tl, i, 0),
    gaps: at(values.g, i, 0),
    increase: at(values.inc, i, 0),
  };
}

/** Returns the last readings of counters that a block keeps. */
export const carryOf = ({ k = {} }: Block): Carry =>
  new Map(
    Object.entries(k).map(([field, [t, v, rate]]) => [
      field,
      rate === undefined ? { t, v } : { t, v, rate },
    ]),
  );

/** Returns the last readings of counters in the form of a block. */
export const keptCarry = (carry: Carry): NonNullable<Block['k']> =>
  Object.fromEntries(
    [...carry].map(([field, { t, v, rate }]) => [
      field,
      rate === undefined ? [t, v] : [t, v, digits15(rate)],
    ]),
  );
