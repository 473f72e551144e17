import type { PNG } from 'pngjs';

/** A rectangle of a picture, in its pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Areas that count as filled. */
  plots: { from: number; to: number }[];
}

/** Maximum difference from the card's colour, in each of red, green and blue, that counts as blank. */
const TOLERANCE = 6;

/** Returns the height of the largest blank band as a fraction of the area's height: 0 to 1. */
export function largestBlankBand(picture: PNG, area: Area): number {
  let largest = 0;
  let run = 0;
  for (let y = area.top; y < area.top + area.height; y++) {
    const isPlot = area.plots.some(({ from, to }) => y >= from && y < to);
    run = !isPlot && isBlank(picture, area, y) ? run + 1 : 0;
    largest = Math.max(largest, run);
  }
  return largest / area.height;
}

function isBlank({ data, width }: PNG, { left, top, width: wide }: Area, y: number): boolean {
  const ground = (top * width + left) * 4;
  for (let at = (y * width + left) * 4; at < (y * width + left + wide) * 4; at += 4)
    for (let channel = 0; channel < 3; channel++)
      if (Math.abs((data[at + channel] ?? 0) - (data[ground + channel] ?? 0)) > TOLERANCE)
        return false;
  return true;
}
