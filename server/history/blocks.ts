import { add, type Carry, type Cells, type Columns, digits15, isSame } from './cells.ts';
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
  const buckets = columns.sorted();
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
    const places = placesOf(cells, buckets);
    if (places) f[field] = fieldColumns(field, cells, places, step);
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

/** Returns the places of buckets in sorted cells, -1 for those that they lack; undefined if they lack all. */
function placesOf({ buckets: own }: Cells, buckets: number[]): number[] | undefined {
  let place = placeFrom(own, buckets[0] as number);
  let isEmpty = true;
  const places = buckets.map((bucket) => {
    if (own[place] !== bucket) return -1;
    isEmpty = false;
    return place++;
  });
  return isEmpty ? undefined : places;
}

/** Returns the place of the first of ascending numbers that is at least `from`. */
function placeFrom(numbers: number[], from: number): number {
  let low = 0;
  for (let high = numbers.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function fieldColumns(field: string, cells: Cells, places: number[], step: number): FieldColumns {
  const n = columnOf(cells.n, places);
  const g = columnOf(cells.gaps, places);
  if (isWordField(field)) return { n: column(n) };
  const sum = columnOf(cells.sum, places);
  const tl = places.map((place, i) =>
    n[i] === 0 ? 0 : (cells.lastAt[place] as number) - (cells.buckets[place] as number) * step,
  );
  const columns: FieldColumns = { n: column(n), sum: 0 };
  if (n.every((count) => count <= 1)) columns.sum = column(sum);
  else {
    for (let i = 0; i < sum.length; i++) sum[i] = digits15(sum[i] as number);
    columns.sum = column(sum);
    for (const name of ['min', 'max', 'last'] as const) {
      const values = columnOf(cells[name], places);
      for (let i = 0; i < values.length; i++) if (n[i] === 0) values[i] = 0;
      if (!isSame(values, sum)) columns[name] = column(values);
    }
  }
  if (!isZero(tl)) columns.tl = column(tl);
  if (!isZero(g)) columns.g = column(g);
  const inc = columnOf(cells.increase, places).map(digits15);
  if (!isZero(inc)) columns.inc = column(inc);
  return columns;
}

/** Returns the values at these places, 0 where there is none. */
const columnOf = (values: number[], places: number[]): number[] =>
  places.map((place) => (place < 0 ? 0 : (values[place] as number)));

const isZero = (values: number[]): boolean => values.every((value) => value === 0);

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
    const cells = columns.cells(field);
    for (let i = 0; i < block.c; i++) {
      const start = starts[i] as number;
      if (within && (start + block.s <= within.from || start >= within.to)) continue;
      const n = at(values.n, i, 0);
      const gaps = at(values.g, i, 0);
      if (n === 0 && gaps === 0) continue;
      const place = cells.place(columns.bucket(start));
      add(cells.n, place, n);
      if (isWord) continue;
      add(cells.gaps, place, gaps);
      if (n > 0) addBucket(cells, place, { values, i, start });
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

/** Adds the numbers of a bucket that holds samples. `start` in ms since 1970. */
function addBucket(
  cells: Cells,
  place: number,
  { values, i, start }: { values: FieldColumns; i: number; start: number },
): void {
  const sum = at(values.sum, i, 0);
  add(cells.sum, place, sum);
  add(cells.increase, place, at(values.inc, i, 0));
  cells.addRange(place, at(values.min, i, sum), at(values.max, i, sum));
  cells.addLast(place, at(values.last, i, sum), start + at(values.tl, i, 0));
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
