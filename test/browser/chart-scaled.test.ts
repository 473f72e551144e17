import { expect } from '@open-wc/testing';
import { resetMouse, sendMouse } from '@web/test-runner-commands';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import type { LpPointEvent } from '../../components/metric-chart/lp-metric-chart.ts';
import { touch } from '../support/cdp.ts';
import { chart, drawn, NOON, records, settled } from '../support/chart-page.ts';
import { itInChromium } from '../support/engine.ts';
import { nextEvent, until } from '../support/page.ts';

const rising = (i: number): Record<string, number> => ({ value: i });

/** How a page is scaled, and where in the window a share of the chart's width is shown. */
const WAYS: Record<string, { style: string; place: (box: DOMRect, share: number) => number[] }> = {
  'zoom: 1.5': {
    style: 'zoom: 1.5',
    place: (box, share) => [box.left + share * box.width, box.top + box.height / 2],
  },
  'scale(1.5)': {
    style: 'transform: scale(1.5); transform-origin: 0 0',
    place: (box, share) => [box.left + share * box.width, box.top + box.height / 2],
  },
  'scale(0.5)': {
    style: 'transform: scale(0.5); transform-origin: 0 0',
    place: (box, share) => [box.left + share * box.width, box.top + box.height / 2],
  },
  'rotate(90deg)': {
    style: 'transform: translate(300px, 0) rotate(90deg); transform-origin: 0 0',
    place: (box, share) => [box.left + box.width / 2, box.top + share * box.height],
  },
};

/** A chart of 400 pixels in a box that is scaled. */
async function scaled(style: string): Promise<{ element: LpMetricChart; plot: HTMLElement }> {
  const element = await drawn(chart(), records(301, rising));
  const box = document.createElement('div');
  box.setAttribute('style', `${style}; inline-size: 400px`);
  element.style.setProperty('inline-size', '400px');
  document.body.append(box);
  box.append(element);
  const plot = element.renderRoot.querySelector('.plot') as HTMLElement;
  await until(() => Math.abs((element.chart?.width ?? 0) - plot.clientWidth) <= 1);
  await settled(element);
  return { element, plot };
}

/** The share of the plot's width at which the chart shows a time. */
const shareOf = ({ chart: inner }: LpMetricChart, t: number): number =>
  (inner?.scales['x']?.getPixelForValue(t) ?? Number.NaN) / (inner?.width ?? Number.NaN);

describe('a chart on a scaled page', () => {
  afterEach(async () => {
    await resetMouse();
    document.body.replaceChildren();
  });

  for (const [name, { style, place }] of Object.entries(WAYS)) {
    it(`reads the time under the pointer: ${name}`, async () => {
      const { element, plot } = await scaled(style);
      for (const t of [NOON - 230_000, NOON - 150_000, NOON - 40_000]) {
        const [x = 0, y = 0] = place(plot.getBoundingClientRect(), shareOf(element, t));
        const read = nextEvent(element, 'lp-point');
        await sendMouse({ type: 'move', position: [Math.round(x), Math.round(y)] });
        expect((await read).t).to.be.closeTo(t, 2_500);
      }
    });

    it(`shows the span that is dragged over: ${name}`, async () => {
      const { element, plot } = await scaled(style);
      const at = (t: number): [number, number] => {
        const [x = 0, y = 0] = place(plot.getBoundingClientRect(), shareOf(element, t));
        return [Math.round(x), Math.round(y)];
      };
      const [from, to] = [at(NOON - 200_000), at(NOON - 100_000)];
      await sendMouse({ type: 'move', position: from });
      await sendMouse({ type: 'down', button: 'left' });
      await sendMouse({ type: 'move', position: to });
      await sendMouse({ type: 'up', button: 'left' });
      await settled(element);
      const { min = 0, max = 0 } = element.chart?.scales['x'] ?? {};
      expect(min).to.be.closeTo(NOON - 200_000, 3_000);
      expect(max).to.be.closeTo(NOON - 100_000, 3_000);
    });
  }
});

describe('a chart on a touch screen', () => {
  afterEach(() => document.body.replaceChildren());

  const tooltip = (element: LpMetricChart): HTMLElement =>
    element.renderRoot.querySelector('.tooltip') as HTMLElement;

  itInChromium('shows the values at a tap until something else is tapped', async () => {
    const element = await drawn(chart(), records(301, rising));
    const box = (element.renderRoot.querySelector('.plot') as HTMLElement).getBoundingClientRect();
    const [x, y] = [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
    const read = nextEvent(element, 'lp-point') as Promise<LpPointEvent>;
    await touch('touchStart', [{ x, y, id: 0 }]);
    await touch('touchEnd');
    expect((await read).points[0]?.value).to.be.within(120, 180);
    await settled(element);
    expect(tooltip(element).hidden).to.equal(false);
    element.data = { time: NOON + 1_000, value: 301 };
    await settled(element);
    expect(tooltip(element).hidden).to.equal(false);
    await touch('touchStart', [{ x, y: Math.round(box.bottom + 300), id: 0 }]);
    await touch('touchEnd');
    await until(() => tooltip(element).hidden);
  });

  itInChromium('keeps showing values where a finger that moved over it was lifted', async () => {
    const element = await drawn(chart(), records(301, rising));
    const box = (element.renderRoot.querySelector('.plot') as HTMLElement).getBoundingClientRect();
    const y = Math.round(box.top + box.height / 2);
    const at = (share: number): number => Math.round(box.left + box.width * share);
    await touch('touchStart', [{ x: at(0.3), y, id: 0 }]);
    for (let i = 1; i <= 10; i++) await touch('touchMove', [{ x: at(0.3 + i * 0.03), y, id: 0 }]);
    await touch('touchEnd');
    await settled(element);
    expect(tooltip(element).hidden).to.equal(false);
    expect(tooltip(element).textContent).to.match(/1[5-9]\d|2\d\d/);
  });
});
