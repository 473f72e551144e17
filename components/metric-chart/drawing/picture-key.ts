import { MAX, MIN } from '../samples/columns.ts';
import type { Series, Spread } from '../samples/series.ts';
import type { Frame } from './frame.ts';
import type { PlotLine } from './scene.ts';
import { isDense } from './trace.ts';

/** The figures that a picture was drawn from. Equal figures give equal pixels, to half a device pixel. */
export class PictureKey {
  #figures: number[] = [];
  #count = 0;
  #same = false;

  /** Makes the next picture count as changed. */
  forget(): void {
    this.#figures = [];
  }

  /** Whether a pixel can have changed. `columnar`: of dense lines the columns are drawn, not the samples. */
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
        // Only the lowest and highest value of the newest column are drawn so far.
        const [low, high] = [columns.cells[o + MIN], columns.cells[o + MAX]] as [number, number];
        this.#note(Math.round(low / perPx), Math.round(high / perPx));
      }
    }
    return !this.#same;
  }

  /** Live samples change the newest bucket alone. */
  #noteNewest({ values, end }: Series, { mins, maxs }: Spread, perPx: number): void {
    for (const column of [values, mins, maxs])
      this.#note(Math.round((column[end - 1] ?? 0) / perPx));
  }

  #note(...figures: number[]): void {
    for (const figure of figures) {
      if (this.#figures[this.#count] !== figure) this.#same = false;
      this.#figures[this.#count++] = figure;
    }
  }
}

/** Time of the newest sample that is drawn. The first one behind the view counts: the line runs towards it. */
function lastTimeIn(series: Series, { toT }: Frame): number | undefined {
  return series.times[Math.min(series.end - 1, series.indexAt(toT))];
}
