import { MAX, MIN } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import type { Frame } from './frame.ts';
import type { Scene } from './scene.ts';
import { isDense } from './trace.ts';

/** What a picture was drawn from, in figures: equal figures, equal pixels (to half a device pixel). */
export class PictureKey {
  #figures: number[] = [];
  #count = 0;
  #same = false;

  /** The next picture is another one. */
  forget(): void {
    this.#figures = [];
  }

  /** True where a pixel can have changed. `columnar`: of dense lines the columns are drawn, not the samples. */
  changes({ lines, marks }: Scene, frame: Frame, columnar: boolean): boolean {
    const perPx = (frame.max - frame.min) / frame.height / 2;
    this.#count = 0;
    this.#same = true;
    this.#note(frame.firstId, frame.columnMs, frame.min, frame.max, marks.length);
    for (const { series } of lines) {
      const { columns } = series;
      const o = columns.offset(columns.lastId);
      this.#note(series.edits, columns.lastId);
      if (!columnar || !isDense(series, frame)) this.#note(lastTimeIn(series, frame) ?? -Infinity);
      else if (o >= 0) {
        // of the newest column only its lowest and highest value are drawn yet
        const [low, high] = [columns.cells[o + MIN], columns.cells[o + MAX]] as [number, number];
        this.#note(Math.round(low / perPx), Math.round(high / perPx));
      }
    }
    return !this.#same;
  }

  #note(...figures: number[]): void {
    for (const figure of figures) {
      if (this.#figures[this.#count] !== figure) this.#same = false;
      this.#figures[this.#count++] = figure;
    }
  }
}

/** The time of the newest sample that is drawn: the first one behind the view still is, the line leaves towards it. */
function lastTimeIn(series: Series, { toT }: Frame): number | undefined {
  return series.times[Math.min(series.end - 1, series.indexAt(toT))];
}
