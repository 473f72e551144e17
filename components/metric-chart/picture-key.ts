import { MAX, MIN } from './columns.ts';
import type { Frame } from './frame.ts';
import type { Scene } from './scene.ts';
import type { Series } from './series.ts';
import { isDense } from './trace.ts';

/** Equal keys, equal pixels (to half a device pixel). `columnar`: of dense lines the columns are drawn, not the samples. */
export function pictureKey({ lines, marks }: Scene, frame: Frame, columnar: boolean): string {
  const perPx = (frame.max - frame.min) / frame.height / 2;
  let key = `${frame.firstId} ${frame.columnMs} ${frame.min} ${frame.max} ${marks.length}`;
  for (const { series } of lines) {
    const { columns } = series;
    const o = columns.offset(columns.lastId);
    key += ` ${series.edits} ${columns.lastId}`;
    if (!columnar || !isDense(series, frame)) key += ` ${lastTimeIn(series, frame)}`;
    else if (o >= 0) {
      // of the newest column only its lowest and highest value are drawn yet
      const [low, high] = [columns.cells[o + MIN], columns.cells[o + MAX]] as [number, number];
      key += ` ${Math.round(low / perPx)} ${Math.round(high / perPx)}`;
    }
  }
  return key;
}

/** The time of the newest sample that is drawn: the first one behind the view still is, the line leaves towards it. */
function lastTimeIn(series: Series, { toT }: Frame): number | undefined {
  return series.times[Math.min(series.end - 1, series.indexAt(toT))];
}
