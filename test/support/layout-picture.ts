import { PNG } from 'pngjs';

/** A rectangle of a page in CSS pixels, with the name that a message gives it. */
export interface Tile {
  name: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A page as squares of `CELL` pixels, each of them one grey: 0 is black, 255 is white. */
export interface LayoutPicture {
  columns: number;
  rows: number;
  greys: Uint8Array;
}

/** Width and height of a square, in pixels of the screenshot. */
const CELL = 15;
/**
 * Difference of two greys, of 255, that counts. Antialiasing and a text that is one digit longer stay below it; a line of
 * 2 px through a square is about 25.
 */
const GREY_TOLERANCE = 14;
/** Share of a tile's squares that may differ, and how many at most: a line of text of another length. */
const TILE_TOLERANCE = 0.06;
const MOST_DIFFERING = 20;

/** Returns the average brightness of each square of a screenshot. What does not fill a square at the right and below is left out. */
export function layoutPicture(screenshot: Uint8Array): LayoutPicture {
  const { width, height, data } = PNG.sync.read(screenshot);
  const columns = Math.floor(width / CELL);
  const rows = Math.floor(height / CELL);
  const sums = new Float64Array(columns * rows);
  for (let y = 0; y < rows * CELL; y++)
    for (let x = 0; x < columns * CELL; x++) {
      const at = (y * width + x) * 4;
      const grey = 0.3 * (data[at] ?? 0) + 0.59 * (data[at + 1] ?? 0) + 0.11 * (data[at + 2] ?? 0);
      sums[Math.floor(y / CELL) * columns + Math.floor(x / CELL)]! += grey; // inside by the loops' bounds
    }
  return { columns, rows, greys: Uint8Array.from(sums, (sum) => Math.round(sum / CELL ** 2)) };
}

export function readPicture(bytes: Uint8Array): LayoutPicture {
  const { width, height, data } = PNG.sync.read(bytes);
  const greys = Uint8Array.from({ length: width * height }, (_, n) => data[n * 4] ?? 0);
  return { columns: width, rows: height, greys };
}

/** A PNG with one pixel for each square: 2 to 4 kB for a board. */
export function writePicture({ columns, rows, greys }: LayoutPicture): Uint8Array {
  const data = Buffer.from(Array.from(greys, (grey) => [grey, grey, grey, 255]).flat());
  return PNG.sync.write({ width: columns, height: rows, data }, { colorType: 0 });
}

/**
 * Names the tiles in which two pictures differ: those of the page, or of the picture's size. A square may have any grey that
 * the other picture has there or in one of the eight squares around, so that a shift of a few pixels does not count.
 */
export function pictureDifferences(
  now: LayoutPicture,
  kept: LayoutPicture,
  tiles: readonly Tile[],
): string[] {
  if (now.columns !== kept.columns || Math.abs(now.rows - kept.rows) > 1)
    return [
      `the page has ${now.columns} x ${now.rows} squares, the picture ${kept.columns} x ${kept.rows}`,
    ];
  return tiles.flatMap((tile) => {
    const cells = cellsOf(tile, now);
    const differing = cells.filter(
      ([x, y]) => differs(now, kept, x, y) || differs(kept, now, x, y),
    ).length;
    return differing <= allowed(cells.length)
      ? []
      : [`${tile.name} differs from its picture in ${differing} of ${cells.length} squares`];
  });
}

const allowed = (cells: number): number =>
  Math.min(MOST_DIFFERING, Math.max(2, cells * TILE_TOLERANCE));

function cellsOf({ left, top, right, bottom }: Tile, { columns, rows }: LayoutPicture): Cell[] {
  const cells: Cell[] = [];
  for (let y = Math.floor(top / CELL); y < Math.min(rows, bottom / CELL); y++)
    for (let x = Math.floor(left / CELL); x < Math.min(columns, right / CELL); x++)
      cells.push([x, y]);
  return cells;
}

type Cell = [x: number, y: number];

/** Whether a square of one picture has a grey that the other does not have near it. */
function differs(one: LayoutPicture, other: LayoutPicture, x: number, y: number): boolean {
  const grey = one.greys[y * one.columns + x] ?? 0;
  let [least, most] = [255, 0];
  for (let row = Math.max(0, y - 1); row <= Math.min(other.rows - 1, y + 1); row++)
    for (let column = Math.max(0, x - 1); column <= Math.min(other.columns - 1, x + 1); column++) {
      const near = other.greys[row * other.columns + column] ?? 0;
      least = Math.min(least, near);
      most = Math.max(most, near);
    }
  return grey < least - GREY_TOLERANCE || grey > most + GREY_TOLERANCE;
}
