import { expect } from '@open-wc/testing';
import { resetMouse, sendMouse } from '@web/test-runner-commands';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
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
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

const still = (): Record<string, number> => ({ value: 20 });
const warned = (element: LpMetricChart): number =>
  inked(ink(element, token(element, '--_warn')), 0.02, 0.98);

/** The column of a time, in device pixels from the plot's left edge. */
function columnOf(element: LpMetricChart, t: number): number {
  const ratio = canvasOf(element).width / canvasOf(element).clientWidth;
  const x = element.chart?.scales['x']?.getPixelForValue(t) ?? Number.NaN;
  return Math.round((x - (element.chart?.chartArea.left ?? 0)) * ratio);
}

describe('marks on a chart', () => {
  afterEach(async () => {
    await resetMouse();
    document.body.replaceChildren();
  });

  for (const type of ['line', 'area', 'bar', 'stacked']) {
    it(`show its limits as dashed lines across the whole plot, over ${type} too`, async () => {
      const isFilled = type === 'bar' || type === 'stacked'; // Lines past a limit have its colour.
      const limits = { warn: isFilled ? '10' : '30', min: '0', max: '40' };
      const element = await drawn(chart({ type, ...limits }), records(301, still));
      expect(warned(element)).to.be.within(0.4, 0.8);
    });
  }

  it('colour the parts of a single line that are past a limit', async () => {
    const wave = (i: number): Record<string, number> => ({ value: i < 150 ? 10 : 35 });
    const limits = { warn: '20', danger: '30', min: '0', max: '40', curve: 'step' };
    const element = await drawn(chart(limits), records(301, wave));
    const bad = ink(element, token(element, '--_danger'));
    expect(inked(bad, 0.55, 0.98)).to.be.greaterThan(0.95);
    expect(inked(bad, 0.02, 0.45)).to.be.lessThan(0.8);
  });

  it('colour a single line that is past a limit below the axis', async () => {
    const limits = { warn: '10', min: '15', max: '40' };
    const element = await drawn(chart(limits), records(301, still));
    expect(warned(element)).to.be.greaterThan(0.95);
  });

  it('do not show limits beyond the axis, and do not extend the axis', async () => {
    const element = await drawn(chart({ warn: '900' }), records(301, still));
    expect(warned(element)).to.equal(0);
    expect(element.chart?.scales['y']?.max).to.be.lessThan(900);
  });

  it('follow a change of the limit', async () => {
    const element = await drawn(chart({ min: '0', max: '40' }), records(301, still));
    expect(warned(element)).to.equal(0);
    element.warn = 30;
    await settled(element);
    expect(warned(element)).to.be.greaterThan(0.4);
  });

  it('are drawn at the time and in the colour of a feed’s entries, and are read with the values', async () => {
    const feed = freshChannel();
    const element = await drawn(
      chart({ src: await serverUrl(), annotations: feed }),
      records(301, still),
    );
    const times = { calm: NOON - 205_500, bad: NOON - 63_500 }; // On no line of the grid.
    await post(feed, { ts: times.calm, text: 'deployed', level: 'info' });
    await post(feed, { ts: times.bad, text: 'on fire', level: 'error' });
    const inkOf = (name: string, t: number): number =>
      Math.max(
        ...ink(element, token(element, name)).slice(
          columnOf(element, t) - 2,
          columnOf(element, t) + 3,
        ),
      );
    await until(() => inkOf('--_danger', times.bad) > 50);
    expect(inkOf('--_accent', times.calm)).to.be.greaterThan(50);
    expect(inkOf('--_danger', times.calm)).to.equal(0);
    // The count of a feed's entry is not a line of this chart.
    expect(element.toCSV().split('\r\n')[0]).to.equal('time,value');
    const { left, top } = canvasOf(element).getBoundingClientRect();
    const x = element.chart?.scales['x']?.getPixelForValue(times.bad) ?? 0;
    await sendMouse({ type: 'move', position: [Math.round(left + x), Math.round(top + 60)] });
    await until(() =>
      element.renderRoot.querySelector('[part=tooltip]')?.textContent?.includes('on fire'),
    );
  });
});

describe('a histogram', () => {
  afterEach(() => document.body.replaceChildren());

  it('draws the distribution of the samples in view, and tells it as a table', async () => {
    const element = chart({ type: 'histogram', window: '19s', unit: 'celsius' });
    await show(
      element,
      records(60, (i) => ({ value: i < 40 ? 99 : 1 + (i % 2) * 3 })),
    );
    const rows = (): string[] =>
      [...element.renderRoot.querySelectorAll('.histogram tbody tr')].map((row) =>
        (row.textContent ?? '').trim().replaceAll(/\s+/g, ' '),
      );
    await until(() => rows().length > 0);
    expect(rows()).to.deep.equal(['1 – 2 °C10', '2 – 3 °C0', '3 – 4 °C0', '4 – 5 °C10']);
    expect(element.renderRoot.querySelectorAll('.histogram rect')).to.have.length(4);
    expect(element.renderRoot.querySelector('canvas')?.hidden).to.equal(true);
    expect(element.chart, 'no plot is made').to.equal(undefined);
    await expect(element).to.be.accessible();
    element.type = 'line';
    await until(() => element.chart);
    expect(element.renderRoot.querySelector('.histogram')).to.equal(null);
  });
});
