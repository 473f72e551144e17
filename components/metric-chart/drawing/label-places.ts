import type { Series } from '../samples/series.ts';
import { type Frame, timeAtX, yOf } from './frame.ts';

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

/** Maximum number of samples per line that are compared with a box. */
const MOST_SAMPLES = 64;
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
  if (hidden || axis === 'right') return false;
  const { times, values, start, end } = series;
  const from = Math.max(start, series.indexAt(timeAtX(frame, box.left)) - 1);
  const to = Math.min(end - 1, series.indexAt(timeAtX(frame, box.right)));
  const stride = Math.max(1, Math.floor((to - from) / MOST_SAMPLES));
  const apart = APART_PX * frame.ratio;
  let before = Number.NaN;
  for (let i = from; i <= to && times[i] !== undefined; i += stride) {
    const y = yOf(frame, values[i] as number);
    const [high, low] = Number.isNaN(before) ? [y, y] : [Math.min(y, before), Math.max(y, before)];
    if (high <= box.bottom + apart && low >= box.top - apart) return true;
    before = y;
  }
  return false;
}
