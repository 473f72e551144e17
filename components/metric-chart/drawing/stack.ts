import { type Aggregate, type Extent, LAST, T_LAST } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import { type Frame, yOf } from './frame.ts';
import type { Fill } from './textures.ts';

/** Upper edges of stacked lines, per line and column; NaN where the line says nothing. */
export class Stack {
  #edges: Float64Array = new Float64Array(0);
  #columns = 0;

  /**
   * Adds the lines up, column by column. A value holds until the line's next one, but not past `gapMs` or an explicit
   * gap: there the line leaves the stack, it does not become zero. Widens `into` by all sums.
   */
  fill(lines: readonly Series[], frame: Frame, options: StackOptions, into: Extent): void {
    this.#columns = frame.lastId - frame.firstId + 1;
    const size = lines.length * this.#columns;
    if (this.#edges.length < size) this.#edges = new Float64Array(size);
    const sums = new Float64Array(this.#columns);
    for (const [n, series] of lines.entries()) this.#add(n, series, frame, options, sums);
    for (const edge of this.#edges.subarray(0, size)) {
      if (edge < into.min) into.min = edge;
      if (edge > into.max) into.max = edge;
    }
    if (into.min <= into.max) into.min = Math.min(into.min, 0);
  }

  /** Paints the band between line `n` and the one below it. */
  paint(ctx: CanvasRenderingContext2D, n: number, frame: Frame, fill: Fill): void {
    const thin = Math.max(1, Math.floor(frame.ratio));
    const edges = this.#edges.subarray(n * this.#columns, (n + 1) * this.#columns);
    for (let i = 0; i < this.#columns; ) {
      const edge = edges[i] as number;
      const below = this.#below(n, i);
      let end = i + 1;
      while (end < this.#columns && edges[end] === edge && this.#below(n, end) === below) end++;
      if (!Number.isNaN(edge)) {
        const y = yOf(frame, edge);
        const x = frame.left + i * frame.columnPx;
        const width = (end - i) * frame.columnPx;
        ctx.fillStyle = fill.style;
        ctx.fillRect(x, y, width, yOf(frame, below) - y);
        if (fill.edge) {
          ctx.fillStyle = fill.edge;
          ctx.fillRect(x, Math.round(y), width, thin);
        }
      }
      i = end;
    }
  }

  #below(n: number, i: number): number {
    for (let m = n - 1; m >= 0; m--) {
      const edge = this.#edges[m * this.#columns + i] as number;
      if (!Number.isNaN(edge)) return edge;
    }
    return 0;
  }

  #add(n: number, series: Series, frame: Frame, options: StackOptions, sums: Float64Array): void {
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
      const sum = (sums[i] as number) + figure;
      this.#edges[n * this.#columns + i] = holds ? sum : Number.NaN;
      if (holds) sums[i] = sum;
    }
  }
}

export interface StackOptions {
  aggregate: Aggregate;
  gapMs: number;
}

function valueBefore(series: Series, t: number): { v: number; t: number } {
  const i = series.indexAt(t) - 1;
  if (i < series.start) return { v: Number.NaN, t: Number.NaN };
  return { v: series.values[i] as number, t: series.times[i] as number };
}

/** Does a value of time `t` still stand at `until`: no gap sample since, no silence, and the line goes on? */
function holdsUntil(series: Series, t: number, until: number, gapMs: number): boolean {
  if (!(until - t <= gapMs)) return false;
  const next = series.indexAt(t) + 1;
  return next < series.end && !Number.isNaN(series.values[next]);
}
