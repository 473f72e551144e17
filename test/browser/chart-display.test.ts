import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { display, emulate } from '../support/cdp.ts';
import {
  canvasOf,
  chart,
  drawn,
  ink,
  inked,
  NOON,
  records,
  settled,
  token,
} from '../support/chart-page.ts';
import { show } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { until } from '../support/page.ts';

const wave = (i: number): Record<string, number> => ({ value: 50 + 20 * Math.sin(i / 20) });
const line1 = (element: LpMetricChart): number[] => ink(element, token(element, '--_series-1'));

/** Rows of one column of device pixels that are painted: y and opacity. */
function painted(element: LpMetricChart, x: number): { y: number; alpha: number }[] {
  const canvas = canvasOf(element);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  const { data } = ctx.getImageData(x, 0, 1, canvas.height);
  return Array.from({ length: canvas.height }, (_, y) => ({
    y,
    alpha: data[y * 4 + 3] as number,
  })).filter(({ alpha }) => alpha > 0);
}

/** All pixels of a chart. */
const pixelsOf = (element: LpMetricChart): string => {
  const canvas = canvasOf(element);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  return ctx.getImageData(0, 0, canvas.width, canvas.height).data.join();
};

describe('a chart on displays and paper', () => {
  afterEach(async () => {
    document.body.replaceChildren();
    await emulate('');
    await display(1);
  });

  for (const ratio of [1, 1.5, 2, 3]) {
    itInChromium(`is sharp at ${ratio} device pixels per pixel`, async () => {
      await display(ratio);
      const element = await drawn(
        chart({ window: '1m', min: '0', max: '100' }),
        records(61, () => ({ value: 130 })), // Above the axis only the grid is visible.
      );
      const canvas = canvasOf(element);
      expect(canvas.width).to.equal(canvas.clientWidth * ratio);
      const { left } = element.chart?.chartArea ?? { left: 0 };
      const rows = painted(element, Math.round(left * ratio) + 3);
      const thin = Math.max(1, Math.floor(ratio));
      expect(rows.length).to.be.greaterThan(thin);
      expect(rows.length % thin).to.equal(0);
      for (const { alpha } of rows) expect(alpha).to.equal(255);
      for (let n = 0; n < rows.length; n += thin)
        expect(rows[n + thin - 1]?.y).to.equal((rows[n]?.y ?? 0) + thin - 1);
    });
  }

  itInChromium('is drawn again, sharp, when its window moves to another display', async () => {
    await display(1);
    const element = await drawn(chart(), records(301, wave));
    const { width } = canvasOf(element);
    await display(2, 1_001); // With another width too: this emulation does not report a change of the ratio alone to the page.
    await until(() => canvasOf(element).width > 1.9 * width);
    await settled(element);
    expect(inked(line1(element), 0.1, 0.9)).to.be.greaterThan(0.96);
  });

  itInChromium(
    'is sharp from the next sample on where the browser does not report a change of display',
    async () => {
      await display(1);
      const element = await drawn(chart(), records(301, wave));
      const { width } = canvasOf(element);
      await display(2);
      element.data = { time: NOON + 1_000, value: 50 };
      await settled(element);
      expect(canvasOf(element).width).to.be.greaterThan(1.9 * width);
    },
  );

  itInChromium('returns its image in device pixels', async () => {
    await display(2);
    const element = await drawn(chart(), records(301, wave));
    const bitmap = await createImageBitmap(await element.toBlob());
    expect(bitmap.width).to.be.at.least(2 * canvasOf(element).clientWidth);
  });

  itInChromium('shows bars and bands without colour in forced-colors mode', async () => {
    for (const type of ['bar', 'stacked']) {
      const element = chart({ type, window: '10s' });
      await emulate('', { 'forced-colors': 'none' });
      await drawn(
        element,
        records(11, () => ({ a: 40, b: 40, c: 40 })),
      );
      await emulate('', { 'forced-colors': 'active' });
      await until(() => element.renderRoot.querySelectorAll('.swatch path').length > 0);
      await settled(element);
      const text = token(element, '--_text');
      expect(share(element, text, 0), `${type} 1`).to.be.greaterThan(0.95);
      for (const n of [1, 2])
        expect(share(element, text, n), `${type} ${n + 1}`).to.be.within(0.1, 0.8);
      element.remove();
    }
  });

  itInChromium(
    'distinguishes lines by dashes on paper, and has its colours again afterwards',
    async () => {
      const element = await drawn(
        chart(),
        records(301, () => ({ a: 20, b: 60 })),
      );
      const second = (): number => inked(ink(element, token(element, '--_series-2')), 0.1, 0.9);
      expect(second()).to.be.greaterThan(0.96);
      await emulate('print');
      await until(() => second() < 0.9);
      expect(second()).to.be.greaterThan(0.4);
      await emulate('');
      await until(() => second() > 0.96);
    },
  );

  itInChromium('fits the paper, however narrow it is', async () => {
    const element = await drawn(chart(), records(301, wave));
    await emulate('print');
    element.style.setProperty('inline-size', '300px');
    // No observer reports sizes while a page is printed: the drawing must fit by itself.
    const { width } = canvasOf(element).getBoundingClientRect();
    expect(width).to.be.at.most(300);
  });

  itInChromium(
    'is drawn with the size and resolution of the paper, and for the screen again afterwards',
    async () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('@media print { .chart { inline-size: 300px } }');
      document.adoptedStyleSheets.push(sheet);
      const element = await drawn(chart(), records(301, wave));
      const canvas = canvasOf(element);
      const screen = { width: canvas.width, wide: canvas.style.width };
      await emulate('print');
      // Chart.js sets the size in the page and the pixels one after the other.
      const wide = (): number => Number.parseFloat(canvas.style.width);
      await until(() => wide() < 300 && canvas.width >= wide() * 3);
      await emulate('');
      await until(() => canvas.style.width === screen.wide && canvas.width === screen.width);
      document.adoptedStyleSheets.pop();
    },
  );

  itInChromium('is printed although it was never near the viewport', async () => {
    await drawn(chart(), records(301, wave));
    const far = chart();
    far.style.setProperty('margin-block-start', '5000px');
    await show(far, records(301, wave));
    expect(far.chart).to.equal(undefined);
    await emulate('print');
    await until(() => far.chart);
    expect(inked(ink(far, token(far, '--_series-1')), 0.1, 0.9)).to.be.greaterThan(0.96);
  });

  itInChromium(
    'animates nothing but its data, whatever motion preference is set, and whenever it changes',
    async () => {
      await emulate('', { 'prefers-reduced-motion': 'no-preference' });
      const element = await drawn(chart(), records(301, wave));
      const before = pixelsOf(element);
      await emulate('', { 'prefers-reduced-motion': 'reduce' });
      await settled(element);
      expect(element.chart?.options.animation).to.equal(false);
      expect(pixelsOf(element)).to.equal(before);
      element.data = { time: NOON + 5_000, value: 50 };
      element.drawNow();
      const moved = pixelsOf(element);
      await settled(element);
      expect(pixelsOf(element)).to.equal(moved);
    },
  );
});

/**
 * Share of a line's pixels that have a colour: `n` of three bars side by side, or of three equal
 * bands from below.
 */
function share(element: LpMetricChart, color: number[], n: number): number {
  const canvas = canvasOf(element);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  const box = placeOf(element, n);
  const { data } = ctx.getImageData(box.x, box.y, box.width, box.height);
  let worn = 0;
  for (let o = 0; o < data.length; o += 4) {
    const near = [0, 1, 2].every(
      (c) => Math.abs((data[o + c] as number) - (color[c] as number)) < 90,
    );
    if (near && (data[o + 3] as number) > 128) worn++;
  }
  return worn / (data.length / 4);
}

function placeOf(element: LpMetricChart, n: number): DOMRect {
  const { top, bottom, left, right } = element.chart?.chartArea ?? new DOMRect();
  const y = element.chart?.scales['y'];
  if (element.type === 'stacked') {
    const at = (v: number): number => y?.getPixelForValue(v) ?? 0;
    return new DOMRect((left + right) / 2, at(40 * n + 35), 24, at(40 * n + 5) - at(40 * n + 35));
  }
  return barOf(element, n, (top + bottom) / 2, bottom - 8);
}

/** The inside of the middle group's bar `n`: bars are found by the pixels just above the axis. */
function barOf(element: LpMetricChart, n: number, top: number, bottom: number): DOMRect {
  const canvas = canvasOf(element);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  const { data } = ctx.getImageData(0, bottom, canvas.width, 1);
  const edges: number[] = [];
  const isPainted = (x: number): boolean => (data[x * 4 + 3] as number) > 200;
  for (let x = canvas.width >> 1; edges.length < 2 && x < canvas.width; x++) {
    if (edges.length === 0 && !isPainted(x - 1) && isPainted(x)) edges.push(x);
    else if (edges.length === 1 && isPainted(x - 1) && !isPainted(x)) edges.push(x);
  }
  const [from = 0, to = 0] = edges;
  const each = (to - from) / 3;
  return new DOMRect(Math.ceil(from + each * n) + 1, top, Math.floor(each) - 2, bottom - top);
}
