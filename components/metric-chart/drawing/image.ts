import type { Palette } from './drawing.ts';
import { fillOf } from './textures.ts';

/** Options of the image of a chart. */
export interface ImageOptions {
  title: string;
  items: readonly ImageItem[];
  palette: Palette;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

/** A line in the image's legend. */
export interface ImageItem {
  label: string;
  color: string;
  dash: readonly number[];
  texture: string;
}

type Context = CanvasRenderingContext2D;

/** In CSS pixels: of the image's edge, of a row of text, and before and after a label. */
const EDGE_PX = 12;
const ROW_PX = 24;
const KEY_PX = 20;
const APART_PX = 16;

/** Returns a picture of a chart at full resolution, with background, title and legend, so that it needs no page around it. */
export function chartImage(
  chart: HTMLCanvasElement,
  { title, items, palette, ratio }: ImageOptions,
  type: string,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const ctx = canvas.getContext('2d');
  if (!ctx)
    return Promise.reject(new Error('the browser has no 2D canvas, so no image can be made'));
  const [edge, row] = [Math.round(EDGE_PX * ratio), Math.round(ROW_PX * ratio)];
  const head = title ? row : 0;
  const itemsFont = `${12 * ratio}px ${palette.family}`;
  ctx.font = itemsFont;
  const rows = rowsOf(ctx, items, chart.width, ratio);
  canvas.width = chart.width + 2 * edge;
  canvas.height = chart.height + 2 * edge + head + rows.length * row;
  ctx.fillStyle = palette.surface;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.textBaseline = 'middle';
  ctx.font = `600 ${14 * ratio}px ${palette.family}`;
  ctx.fillStyle = palette.text;
  if (title) ctx.fillText(title, edge, edge + row / 2, chart.width);
  ctx.drawImage(chart, edge, edge + head);
  ctx.font = itemsFont;
  for (const [n, each] of rows.entries()) {
    const y = edge + head + chart.height + (n + 0.5) * row;
    for (const { item, x } of each) drawItem(ctx, item, { x: edge + x, y, ratio, palette });
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error(`the browser cannot make an image of type ${type}: use image/png`));
    }, type);
  });
}

interface Placed {
  item: ImageItem;
  x: number;
}

/** Places the legend's items in rows: an item without room begins the next one. */
function rowsOf(
  ctx: Context,
  items: readonly ImageItem[],
  width: number,
  ratio: number,
): Placed[][] {
  const rows: Placed[][] = [];
  let x = 0;
  for (const item of items) {
    const own = KEY_PX * ratio + ctx.measureText(item.label).width;
    if (rows.length === 0 || x + own > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ item, x });
    x += own + APART_PX * ratio;
  }
  return rows;
}

function drawItem(
  ctx: Context,
  { label, color, dash, texture }: ImageItem,
  { x, y, ratio, palette }: { x: number; y: number; ratio: number; palette: Palette },
): void {
  if (texture) {
    ctx.fillStyle = fillOf(ctx, { color, texture, surface: palette.surface, ratio }).style;
    ctx.fillRect(x, y - 4 * ratio, 14 * ratio, 8 * ratio);
  } else {
    ctx.strokeStyle = color;
    ctx.lineWidth = 3 * ratio;
    ctx.setLineDash(dash.map((n) => n * ratio));
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + 14 * ratio, y);
    ctx.stroke();
  }
  ctx.fillStyle = palette.text;
  ctx.fillText(label, x + KEY_PX * ratio, y);
}
