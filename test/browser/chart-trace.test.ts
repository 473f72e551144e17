import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { canvasOf, chart, drawn, NOON, records, settled } from '../support/chart-page.ts';

const DAY_MS = 86_400_000;
const PEAK_EVERY = 4_321;
const isPeak = (i: number): boolean => i % PEAK_EVERY === 1_000;

/**
 * How much of the pixels around a place is painted, 0 … 1, relative to the most painted one; grid
 * and axes are not drawn.
 */
function inkAt(element: LpMetricChart, t: number, v: number): number {
  const { x, y } = element.chart?.scales ?? {};
  const [left, top] = [x?.getPixelForValue(t) ?? 0, y?.getPixelForValue(v) ?? 0];
  const ratio = canvasOf(element).width / canvasOf(element).clientWidth;
  const ctx = canvasOf(element).getContext('2d') as CanvasRenderingContext2D;
  const { data } = ctx.getImageData(left * ratio - 2, top * ratio - 1, 4, 3);
  return Math.max(...data.filter((_, o) => o % 4 === 3)) / 255;
}

describe('a line with more samples than pixels', () => {
  afterEach(() => document.body.replaceChildren());

  for (const [name, width] of [
    ['thin', '1'],
    ['wide', '3'],
  ] as const) {
    for (const type of ['line', 'area']) {
      it(`shows every peak of a day and no other ones (${type}, ${name})`, async () => {
        const element = chart({ type, window: '24h', min: '0', max: '97' });
        element.style.setProperty('--lp-chart-line-width', width);
        element.style.setProperty('--lp-chart-grid', 'transparent');
        await drawn(
          element,
          records(86_401, (i) => ({ value: isPeak(i) ? 93 : 31 })),
        );
        const timeOf = (i: number): number => NOON - DAY_MS + i * 1_000;
        for (let i = 1_000; i < 86_000; i += PEAK_EVERY) {
          expect(inkAt(element, timeOf(i), 92.5), `peak ${i}`).to.be.greaterThan(0.3);
          expect(inkAt(element, timeOf(i), 60), `its stem ${i}`).to.be.greaterThan(0.3);
          expect(inkAt(element, timeOf(i + PEAK_EVERY / 2), 92.5), `${i}`).to.equal(0);
          expect(inkAt(element, timeOf(i + PEAK_EVERY / 2), 31), `${i}`).to.be.greaterThan(0.3);
        }
      });
    }

    it(`keeps gaps, and shows a single value between two gaps (${name})`, async () => {
      const element = chart({ window: '24h', min: '0', max: '97', 'gap-after': '30s' });
      element.style.setProperty('--lp-chart-line-width', width);
      element.style.setProperty('--lp-chart-grid', 'transparent');
      const quiet = (i: number): boolean => i > 30_000 && i < 60_000 && i !== 45_000;
      await drawn(
        element,
        records(86_401, () => ({ value: 31 })).filter((_, i) => !quiet(i)),
      );
      await settled(element);
      const at = (i: number): number => inkAt(element, NOON - DAY_MS + i * 1_000, 31);
      for (const i of [10_000, 29_000, 45_000, 61_000, 80_000])
        expect(at(i), `${i}`).to.be.greaterThan(0.3);
      for (const i of [32_000, 42_000, 48_000, 58_000]) expect(at(i), `${i}`).to.equal(0);
    });
  }
});

describe('a line of few samples that reaches back before its window', () => {
  afterEach(() => document.body.replaceChildren());

  for (const [window, curve, enters] of [
    ['today', 'linear', false],
    ['today', 'smooth', false],
    ['today', 'step', true],
    ['duration', 'linear', true],
  ] as const)
    it(`${enters ? 'enters' : 'does not enter'} at the left edge of a window of ${window} (${curve})`, async () => {
      const midnight = new Date().setUTCHours(0, 0, 0, 0);
      const passed = Date.now() - midnight;
      const element = chart({
        window: window === 'today' ? window : `${Math.ceil(passed / 1_000)}s`,
        curve,
        'time-zone': 'UTC',
        'gap-after': 'never',
        min: '0',
        max: '100',
      });
      element.style.setProperty('--lp-chart-grid', 'transparent');
      const samples = Array.from({ length: 10 }, (_, i) => ({
        time: midnight + ((i + 1) * passed) / 11,
        value: 10,
      }));
      await drawn(element, [{ time: midnight - passed / 11, value: 90 }, ...samples]);
      const highest = (from: number, to: number): number =>
        Math.max(
          ...Array.from({ length: 60 }, (_, i) => {
            const t = midnight + (passed / 11) * (from + ((to - from) * i) / 60);
            return Math.max(...[25, 35, 45, 90].map((v) => inkAt(element, t, v)));
          }),
        );
      expect(highest(0.1, 0.95) > 0.3).to.equal(enters);
      expect(highest(1.1, 9)).to.equal(0);
    });
});
