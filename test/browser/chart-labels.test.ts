import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { canvasOf, chart, drawn, NOON, records, settled } from '../support/chart-page.ts';

interface Label {
  text: string;
  left: number;
  right: number;
  y: number;
  /** True for the time axis, false for the value axis. */
  time: boolean;
}

// oxlint-disable-next-line typescript/unbound-method -- called with its own this below
const fillText = CanvasRenderingContext2D.prototype.fillText;
let written: Label[] = [];

/** The labels of one drawing, in device pixels. */
function labelsOf(element: LpMetricChart): Label[] {
  written = [];
  element.drawNow();
  return written;
}

const STEP_MS = 700; // Samples then fall on all parts of a column.
const wave = (i: number): Record<string, number> => ({ a: 50 + 20 * Math.sin(i / 20), b: 30 });

describe('labels of a chart', () => {
  before(() => {
    CanvasRenderingContext2D.prototype.fillText = function spy(text, x, y) {
      const { width } = this.measureText(text);
      const left = this.textAlign === 'center' ? x - width / 2 : x - width;
      written.push({ text, left, right: left + width, y, time: this.textAlign === 'center' });
      fillText.call(this, text, x, y);
    };
  });
  after(() => {
    CanvasRenderingContext2D.prototype.fillText = fillText;
  });
  afterEach(() => document.body.replaceChildren());

  for (const [lang, window] of [
    ['en', '30s'],
    ['en', '5m'],
    ['de', '1h'],
    ['ar', '24h'],
  ] as const) {
    for (const width of [160, 200, 260, 320, 600, 1_200]) {
      it(`do not overlap, are not cut and do not jump: ${lang}, ${window}, ${width} px`, async () => {
        const windowMs = { '30s': 3e4, '5m': 3e5, '1h': 36e5, '24h': 864e5 }[window];
        const stepMs = Math.max(STEP_MS, windowMs / 400);
        const element = chart({ lang, window, dir: lang === 'ar' ? 'rtl' : 'ltr' });
        element.style.setProperty('inline-size', `${width}px`);
        await drawn(
          element,
          records(401, (i) => ({ ...wave(i) }), stepMs),
        );
        const edge = canvasOf(element).width;
        const frames: Label[][] = [];
        for (let i = 1; i <= 200; i++) {
          element.data = { time: NOON + i * stepMs, ...wave(400 + i) };
          const labels = labelsOf(element);
          if (labels.length > 0) frames.push(labels);
        }
        expect(frames.length).to.be.greaterThan(50);
        for (const labels of frames) expectApart(labels, edge);
        expectStill(frames);
        const withTime = frames.filter((labels) => labels.some(({ time }) => time));
        expect(withTime.length / frames.length, 'frames that have a time label').to.be.greaterThan(
          0.8,
        );
      });
    }
  }

  it('are shown at every size of a chart', async () => {
    const element = await drawn(chart({ window: '5m' }), records(301, wave));
    for (const width of [600, 596, 400, 250, 180, 250, 596, 600]) {
      element.style.setProperty('inline-size', `${width}px`);
      await settled(element);
      const labels = (element.chart?.scales['x']?.ticks ?? []).map(({ label }) => label);
      expect(labels.length, `${width} px`).to.be.greaterThan(0);
    }
  });
});

/** No label is cut by the canvas, and none touches another. */
function expectApart(labels: Label[], edge: number): void {
  for (const axis of [true, false]) {
    const own = labels.filter(({ time }) => time === axis);
    for (const { left, right, text } of own) {
      expect(left, text).to.be.at.least(-0.5);
      expect(right, text).to.be.at.most(edge + 0.5);
    }
    for (const [n, label] of own.entries()) {
      const next = own[n + 1];
      if (!next) continue;
      if (axis) expect(next.left - label.right, `${label.text} ${next.text}`).to.be.greaterThan(4);
      else expect(Math.abs(next.y - label.y), label.text).to.be.at.least(12);
    }
  }
}

/**
 * From one drawing to the next, a value's label stays and a time's label moves only to the left, by
 * whole pixels.
 */
function expectStill(frames: Label[][]): void {
  for (const [n, labels] of frames.entries()) {
    for (const label of frames[n + 1] ?? []) {
      const before = labels.find(({ text, time }) => text === label.text && time === label.time);
      if (!before) continue;
      const moved = label.left - before.left;
      if (moved > 100) continue; // The same time of another day.
      expect(label.y, label.text).to.equal(before.y);
      expect(moved, label.text).to.be.at.most(0);
      expect(moved % 1, label.text).to.equal(0);
      if (!label.time) expect(moved).to.equal(0);
    }
  }
}
