import { MAX, MIN } from '../samples/columns.ts';
import type { Series, Spread } from '../samples/series.ts';
import type { Frame } from './frame.ts';
import type { PlotLine } from './scene.ts';
import { isDense } from './trace.ts';

/**
 * The values that decide how a chart is drawn, by which an unchanged chart is not drawn again. Equal values give equal pixels,
 * to half a device pixel.
 */
export class DrawingKey {
  #values: number[] = [];
  #count = 0;
  #same = false;

  /** Makes the next call of `changes` return true. */
  forget(): void {
    this.#values = [];
  }

  /**
   * Returns whether a pixel may differ since the last call. `columnar`: dense lines are drawn from columns (the lowest and the
   * highest value per device pixel), not from samples.
   */
  changes(
    lines: readonly PlotLine[],
    marks: number,
    frame: Frame,
    { columnar, right }: { columnar: boolean; right: Frame | undefined },
  ): boolean {
    const perPx = (frame.max - frame.min) / frame.height / 2;
    this.#count = 0;
    this.#same = true;
    this.#note(
      frame.firstId,
      frame.columnMs,
      frame.min,
      frame.max,
      marks,
      right?.min ?? 0,
      right?.max ?? 0,
    );
    for (const { series } of lines) {
      const { columns } = series;
      const o = columns.offset(columns.lastId);
      this.#note(series.edits, columns.lastId);
      if (series.spread) this.#noteNewest(series, series.spread, perPx);
      if (!columnar || !isDense(series, frame)) this.#note(lastTimeIn(series, frame) ?? -Infinity);
      else if (o >= 0) {
        // Of the newest column only the lowest and the highest value are drawn, so far.
        const [low, high] = [columns.cells[o + MIN], columns.cells[o + MAX]] as [number, number];
        this.#note(Math.round(low / perPx), Math.round(high / perPx));
      }
    }
    return !this.#same;
  }

  /** Adds the newest bucket, the only one that live samples change. */
  #noteNewest({ values, end }: Series, { mins, maxs }: Spread, perPx: number): void {
    for (const column of [values, mins, maxs])
      this.#note(Math.round((column[end - 1] ?? 0) / perPx));
  }

  #note(...values: number[]): void {
    for (const value of values) {
      if (this.#values[this.#count] !== value) this.#same = false;
      this.#values[this.#count++] = value;
    }
  }
}

/** Returns the time of the newest sample that is drawn: the first one after the view, because the line leads to it. */
function lastTimeIn(series: Series, { toT }: Frame): number | undefined {
  return series.times[Math.min(series.end - 1, series.indexAt(toT))];
}
