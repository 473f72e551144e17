import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { make, show } from './element-laws.ts';
import { until } from './page.ts';

/** The time of the newest sample in these tests: ms. */
export const NOON: number = Date.UTC(2026, 5, 15, 12);

/** `count` records a second apart, the last one at `NOON`. */
export const records = (
  count: number,
  of: (i: number) => Record<string, unknown>,
  stepMs = 1_000,
): { time: number }[] =>
  Array.from({ length: count }, (_, i) => ({ time: NOON - (count - 1 - i) * stepMs, ...of(i) }));

/** A chart of 600 × about 200 pixels, in English and UTC. */
export function chart(attributes: Record<string, string> = {}): LpMetricChart {
  return make<LpMetricChart>('lp-metric-chart', {
    lang: 'en',
    'time-zone': 'UTC',
    label: 'Test',
    class: 'chart',
    ...attributes,
  });
}

/** Adds the chart to the page with its data, and waits until it is drawn. */
export async function drawn(element: LpMetricChart, data: unknown): Promise<LpMetricChart> {
  await show(element, data);
  await until(() => element.chart);
  await settled(element);
  return element;
}

/** Resolves when all animation frames requested so far have passed. */
export async function settled(element: LpMetricChart): Promise<void> {
  await element.updateComplete;
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  // A redraw may be delayed by the limit `fps`.
  await new Promise((resolve) => setTimeout(resolve, 110));
  await new Promise(requestAnimationFrame);
}

export const canvasOf = (element: LpMetricChart): HTMLCanvasElement =>
  element.renderRoot.querySelector('canvas') as HTMLCanvasElement;

/** Returns red, green and blue of a CSS colour such as `rgb(1, 2, 3)`. */
export const rgb = (text: string): number[] => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);

/** Returns, for each column of device pixels of the plot, the number of pixels of a colour (default: the first line's). */
export function ink(element: LpMetricChart, color: number[]): number[] {
  const canvas = canvasOf(element);
  const { left, right, top, bottom } = (element.chart as NonNullable<typeof element.chart>)
    .chartArea;
  const k = canvas.width / canvas.clientWidth;
  const [x0, y0, w, h] = [left * k, top * k, (right - left) * k, (bottom - top) * k].map(
    Math.round,
  ) as [number, number, number, number];
  const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
    x0,
    y0 - 2,
    w,
    h + 4,
  );
  return Array.from({ length: w }, (_, x) => {
    let count = 0;
    for (let y = 0; y < h + 4; y++) {
      const o = (y * w + x) * 4;
      const near = [0, 1, 2].every(
        (c) => Math.abs((data[o + c] as number) - (color[c] as number)) < 70,
      );
      if (near && (data[o + 3] as number) > 30) count++;
    }
    return count;
  });
}

/** Returns the colour of a token in the chart's theme. */
export function token(element: LpMetricChart, name: string): number[] {
  const wearer = element.renderRoot.querySelector(
    `.probe > .${name.replace('--_', '')}`,
  ) as HTMLElement;
  return rgb(getComputedStyle(wearer).color);
}

/** Returns the share of columns with drawn pixels, between two fractions of the width. */
export function inked(columns: number[], from: number, to: number): number {
  const part = columns.slice(Math.ceil(columns.length * from), Math.floor(columns.length * to));
  return part.filter((count) => count > 0).length / part.length;
}
