/**
 * Place and scales of one drawing of a plot. Lengths are whole device pixels, so that lines are crisp at every pixel ratio.
 * Times slide by whole columns, so that a line keeps its shape while it moves.
 */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
  /** Width of a column. */
  columnPx: number;
  columnMs: number;
  /** The first and the last column in view. */
  firstId: number;
  lastId: number;
  fromT: number;
  toT: number;
  /** Ends of the value axis; their powers of ten where it is logarithmic. */
  min: number;
  max: number;
  log: boolean;
}

/** A span of time in ms. */
export interface Span {
  fromT: number;
  toT: number;
}

/** The box that the axes leave, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A frame's place on the canvas, which does not change with time. */
export type FrameBox = Pick<Frame, 'left' | 'top' | 'width' | 'height' | 'ratio' | 'columnPx'>;

/** Returns the frame's place on the canvas: whole device pixels, whole columns. */
export function frameBox(box: Box, ratio: number): FrameBox {
  const left = Math.round(box.left * ratio);
  const top = Math.round(box.top * ratio);
  const columnPx = Math.max(1, Math.round(ratio));
  const columns = Math.max(1, Math.floor((Math.round(box.right * ratio) - left) / columnPx));
  const height = Math.max(1, Math.round(box.bottom * ratio) - top);
  return { left, top, width: columns * columnPx, height, ratio, columnPx };
}

/** Returns the frame of the columns that show `spanMs` up to `toT`: the last one holds `toT`. Its value range is set later. */
export function frameAt(box: FrameBox, spanMs: number, toT: number): Frame {
  const columns = box.width / box.columnPx;
  const columnMs = spanMs / columns;
  const lastId = Math.floor(toT / columnMs);
  const firstId = lastId - columns + 1;
  const fromT = firstId * columnMs;
  return {
    ...box,
    columnMs,
    firstId,
    lastId,
    fromT,
    toT: (lastId + 1) * columnMs,
    min: 0,
    max: 1,
    log: false,
  };
}

/** Returns the device pixel of a time. */
export const xOf = (frame: Frame, t: number): number =>
  frame.left + (t / frame.columnMs - frame.firstId) * frame.columnPx;

/** Returns the time at a device pixel. */
export const timeAtX = (frame: Frame, x: number): number =>
  ((x - frame.left) / frame.columnPx + frame.firstId) * frame.columnMs;

/** Largest distance from the plot that canvases draw correctly; far out of sight. */
export const FAR = 1e6;

/** Returns a value in units of the axis: its logarithm where the axis is logarithmic. */
export const onAxis = (log: boolean, v: number): number =>
  log ? Math.log10(v > LEAST_LOG ? v : LEAST_LOG) : v;

/** Zero and negative values are placed here on a logarithmic axis. */
const LEAST_LOG = 1e-300;

/** Returns the device pixel of a value. */
export function yOf(frame: Frame, value: number): number {
  const v = onAxis(frame.log, value);
  const share = (frame.max - v) / (frame.max - frame.min);
  return frame.top + Math.min(FAR, Math.max(-FAR, share * frame.height));
}

/** Returns the largest size (CSS pixels) up to `size` that is whole in CSS and, where one is near, in device pixels. */
export function wholeSize(size: number, ratio: number): number {
  const whole = Math.floor(size);
  for (let n = whole; n > whole - 8 && n > 0; n--) {
    if (Math.abs(n * ratio - Math.round(n * ratio)) < 1e-6) return n;
  }
  return whole;
}
