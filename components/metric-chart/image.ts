import type { Palette } from './drawing.ts';

export interface ImageOptions {
  title: string;
  items: readonly { label: string; color: string }[];
  palette: Palette;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

/** A picture of a chart at full resolution, on its own background, with its title and legend: it must speak for itself. */
export function chartImage(
  chart: HTMLCanvasElement,
  { title, items, palette, ratio }: ImageOptions,
  type: string,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const edge = Math.round(12 * ratio);
  const row = Math.round(24 * ratio);
  canvas.width = chart.width + 2 * edge;
  canvas.height = chart.height + 2 * edge + (title ? row : 0) + (items.length > 0 ? row : 0);
  const ctx = canvas.getContext('2d');
  if (!ctx) return Promise.reject(new Error('this browser gives no canvas to draw on'));
  ctx.fillStyle = palette.surface;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.textBaseline = 'middle';
  ctx.font = `600 ${14 * ratio}px ${palette.family}`;
  ctx.fillStyle = palette.text;
  if (title) ctx.fillText(title, edge, edge + row / 2);
  ctx.drawImage(chart, edge, edge + (title ? row : 0));
  drawItems(ctx, items, palette, { x: edge, y: canvas.height - edge - row / 2, ratio });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error(`no image of type ${type}`));
    }, type);
  });
}

function drawItems(
  ctx: CanvasRenderingContext2D,
  items: ImageOptions['items'],
  palette: Palette,
  at: { x: number; y: number; ratio: number },
): void {
  ctx.font = `${12 * at.ratio}px ${palette.family}`;
  let { x } = at;
  for (const { label, color } of items) {
    ctx.fillStyle = color;
    ctx.fillRect(x, at.y - 2 * at.ratio, 14 * at.ratio, 3 * at.ratio);
    ctx.fillStyle = palette.text;
    ctx.fillText(label, x + 20 * at.ratio, at.y);
    x += ctx.measureText(label).width + 36 * at.ratio;
  }
}
