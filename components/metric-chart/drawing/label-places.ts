import type { Extent } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import { type Frame, timeAtX, yOf } from './frame.ts';
import { isDense } from './trace.ts';

/** A line that texts must not cover. */
export interface PassingLine {
  series: Series;
  hidden: boolean;
  axis: 'left' | 'right';
}

/** A box on the canvas, in device pixels. */
export interface TextBox {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Distance that lines keep from a text, in CSS pixels. */
const APART_PX = 2;

/** The place of each mark's text at the last drawing: it stays there while no line passes, so that texts do not jump. */
const places = new WeakMap<object, number>();

/** Returns the first of the boxes that no line passes, that of the last drawing before others; the first if none is free. */
export function freeBox(
  mark: object,
  boxes: readonly TextBox[],
  lines: readonly PassingLine[],
  frame: Frame,
): TextBox {
  const isFree = (box: TextBox | undefined): boolean =>
    box !== undefined && !lines.some((line) => passes(line, box, frame));
  const last = places.get(mark) ?? 0;
  const index = isFree(boxes[last]) ? last : Math.max(0, boxes.findIndex(isFree));
  places.set(mark, index);
  return boxes[index] as TextBox;
}

/** Whether a line is in a box, or crosses it between two samples. */
function passes({ series, hidden, axis }: PassingLine, box: TextBox, frame: Frame): boolean {
  if (hidden || axis === 'right' || series.end === series.start) return false;
  const { min, max } = extentOver(series, box, frame);
  const apart = APART_PX * frame.ratio;
  return max >= min && yOf(frame, max) <= box.bottom + apart && yOf(frame, min) >= box.top - apart;
}

/** Returns the lowest and the highest value over the width of a box, with the neighbouring samples. */
function extentOver(series: Series, { left, right }: TextBox, frame: Frame): Extent {
  const extent: Extent = { min: Infinity, max: -Infinity };
  if (isDense(series, frame) && series.columns.columnMs === frame.columnMs) {
    const idAt = (x: number): number =>
      frame.firstId + Math.floor((x - frame.left) / frame.columnPx);
    series.columns.extent(idAt(left), idAt(right), extent);
    return extent;
  }
  const { times, start, end } = series;
  const first = Math.max(start, series.indexAt(timeAtX(frame, left)) - 1);
  const last = Math.min(end - 1, series.indexAt(timeAtX(frame, right)));
  return series.extent(times[first] as number, times[last] as number, extent);
}
