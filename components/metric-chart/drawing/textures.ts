/**
 * Textures on a tile of 8 × 8 CSS pixels that distinguish bars and bands where colours do not, by the line's number. The
 * first one is filled.
 */
export const TEXTURES: readonly string[] = [
  '',
  'M-2 2 2-2M0 8 8 0M6 10 10 6',
  'M1 2h2M5 6h2',
  'M0 2h8M0 6h8',
  'M-2 6 2 10M0 0 8 8M6-2 10 2',
  'M2 0v8M6 0v8',
  'M0 4h8M4 0v8',
  'M0 0 8 8M0 8 8 0',
];

/** Fill of an area. */
export interface Fill {
  style: string | CanvasPattern;
  /** Colour of its outline, if it has one. */
  edge: string | undefined;
}

/** How a bar or band is filled. */
export interface FillOptions {
  color: string;
  /** One of `TEXTURES`; '' = filled. */
  texture: string;
  /** Colour between the strokes. */
  surface: string;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

const TILE_PX = 8;
const MAX_KEPT = 64;
const kept = new Map<string, CanvasPattern>();

/** Returns the fill for a colour, with its texture where it has one. Textures are cached: every drawing needs them. */
export function fillOf(ctx: CanvasRenderingContext2D, options: FillOptions): Fill {
  const { color, texture, surface, ratio } = options;
  if (!texture) return { style: color, edge: undefined };
  const key = `${color} ${surface} ${ratio} ${texture}`;
  const style = kept.get(key) ?? patternOf(ctx, options);
  if (!style) return { style: color, edge: undefined };
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, style);
  return { style, edge: color };
}

function patternOf(
  ctx: CanvasRenderingContext2D,
  { color, texture, surface, ratio }: FillOptions,
): CanvasPattern | null {
  const size = Math.round(TILE_PX * ratio);
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.fillStyle = surface;
  pen.fillRect(0, 0, size, size);
  pen.scale(size / TILE_PX, size / TILE_PX);
  pen.strokeStyle = color;
  pen.lineWidth = 2;
  pen.stroke(new Path2D(texture));
  return ctx.createPattern(tile, 'repeat');
}
