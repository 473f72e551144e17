import { type Aggregate, type Extent, LAST, T_LAST } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import { type Frame, yOf } from './frame.ts';
import type { Fill } from './textures.ts';

/** How lines are stacked. */
export interface StackOptions {
  /** Aggregate of a column with several samples. */
  aggregate: Aggregate;
  /** Time in ms that a value is valid without a new sample. */
  gapMs: number;
  /** Each column adds up to 1: shares of the sum of the absolute values. */
  shares: boolean;
}

/**
 * Stacked lines, per line and pixel column. Positive values stack upwards from zero, negative values downwards: a value
 * is never hidden behind one of the other sign.
 */
export class Stack {
  /** End of each band that is further from zero, by line and column; NaN if the line has no value. */
  #edges: Float64Array = new Float64Array(0);
  /** End of each band that is nearer to zero. */
  #bases: Float64Array = new Float64Array(0);
  #columns = 0;

  /**
   * Adds up the lines, column by column, and widens `into` by the sums. A value holds until the next one of its line, at
   * most for `gapMs`, and not past an explicit gap: there the line leaves the stack rather than counting as zero. So lines
   * whose sources report at different times add up at the newest column too.
   */
  fill(lines: readonly Series[], frame: Frame, options: StackOptions, into: Extent): void {
    this.#columns = frame.lastId - frame.firstId + 1;
    const size = lines.length * this.#columns;
    if (this.#edges.length < size) {
      this.#edges = new Float64Array(size);
      this.#bases = new Float64Array(size);
    }
    for (const [n, series] of lines.entries()) this.#values(n, series, frame, options);
    this.#addUp(lines.length, options.shares, into);
    if (into.min <= into.max) {
      into.min = Math.min(into.min, 0);
      into.max = Math.max(into.max, 0);
    }
  }

  /** Paints the band of line `n`: runs of columns of equal height as one rectangle. */
  paint(ctx: CanvasRenderingContext2D, n: number, frame: Frame, fill: Fill): void {
    const thin = Math.max(1, Math.floor(frame.ratio));
    const edges = this.#edges.subarray(n * this.#columns, (n + 1) * this.#columns);
    const bases = this.#bases.subarray(n * this.#columns, (n + 1) * this.#columns);
    for (let i = 0; i < this.#columns; ) {
      const edge = edges[i] as number;
      const base = bases[i] as number;
      let end = i + 1;
      while (end < this.#columns && edges[end] === edge && bases[end] === base) end++;
      if (!Number.isNaN(edge)) {
        const y = yOf(frame, edge);
        const x = frame.left + i * frame.columnPx;
        const width = (end - i) * frame.columnPx;
        ctx.fillStyle = fill.style;
        ctx.fillRect(x, y, width, yOf(frame, base) - y);
        if (fill.edge) {
          ctx.fillStyle = fill.edge;
          ctx.fillRect(x, Math.round(y), width, thin);
        }
      }
      i = end;
    }
  }

  /** Returns where the band of line `n` ends in the column of time `t`; NaN if it has none. */
  edgeAt(n: number, t: number, frame: Frame): number {
    const i = Math.floor(t / frame.columnMs) - frame.firstId;
    return i >= 0 && i < this.#columns
      ? (this.#edges[n * this.#columns + i] as number)
      : Number.NaN;
  }

  /** Writes the values of line `n` to the arrays that will hold its edges. */
  #values(n: number, series: Series, frame: Frame, options: StackOptions): void {
    const { columns } = series;
    let { v, t } = valueBefore(series, frame.fromT);
    for (let i = 0; i < this.#columns; i++) {
      const id = frame.firstId + i;
      const o = columns.offset(id);
      const own = o >= 0 && columns.lastId >= id;
      if (own) {
        v = columns.cells[o + LAST] as number;
        t = columns.cells[o + T_LAST] as number;
      }
      const figure = own ? columns.figure(o, options.aggregate) : v;
      const holds = own || holdsUntil(series, t, id * frame.columnMs, options.gapMs);
      this.#edges[n * this.#columns + i] = holds ? figure : Number.NaN;
    }
  }

  #addUp(lines: number, shares: boolean, into: Extent): void {
    const edges = this.#edges;
    for (let i = 0; i < this.#columns; i++) {
      let up = 0;
      let down = 0;
      const all = shares ? this.#sizeOf(lines, i) : 1;
      for (let o = i; o < lines * this.#columns; o += this.#columns) {
        const v = (edges[o] as number) / all;
        const base = v < 0 ? down : up;
        this.#bases[o] = base;
        edges[o] = base + v;
        if (v < 0) down += v;
        else if (v >= 0) up += v;
        else continue; // NaN: no value
        if (base + v > into.max) into.max = base + v;
        if (base + v < into.min) into.min = base + v;
      }
    }
  }

  /** Returns the sum of the absolute values of a column; 1 if all are zero. */
  #sizeOf(lines: number, i: number): number {
    let sum = 0;
    for (let o = i; o < lines * this.#columns; o += this.#columns) {
      const v = this.#edges[o] as number;
      if (!Number.isNaN(v)) sum += Math.abs(v);
    }
    return sum || 1;
  }
}

function valueBefore(series: Series, t: number): { v: number; t: number } {
  const i = series.indexAt(t) - 1;
  if (i < series.start) return { v: Number.NaN, t: Number.NaN };
  return { v: series.values[i] as number, t: series.times[i] as number };
}

/**
 * Whether a value of time `t` is still valid at `until`: no time without samples longer than `gapMs`, and no explicit gap
 * since.
 */
function holdsUntil(series: Series, t: number, until: number, gapMs: number): boolean {
  if (!(until - t <= gapMs)) return false;
  const next = series.indexAt(t) + 1;
  return next >= series.end || !Number.isNaN(series.values[next]);
}
