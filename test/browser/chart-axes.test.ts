import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import {
  canvasOf,
  chart,
  drawn,
  ink,
  inked,
  records,
  settled,
  token,
} from '../support/chart-page.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync('.chart { inline-size: 600px; --lp-chart-height: 220px }');

/** The value axis of a side, as Chart.js reports it. */
const axis = (element: LpMetricChart, id: 'y' | 'y2'): { min: number; max: number } =>
  (element.chart?.scales[id] ?? { min: Number.NaN, max: Number.NaN }) as {
    min: number;
    max: number;
  };

/** A chart with children. */
function chartOf(
  attributes: Record<string, string>,
  ...children: [string, Record<string, string>][]
): LpMetricChart {
  const element = chart(attributes);
  for (const [tag, own] of children) {
    const child = document.createElement(tag);
    for (const [name, value] of Object.entries(own)) child.setAttribute(name, value);
    element.append(child);
  }
  return element;
}

/** The colour in the middle of the plot at the height of a value. */
function colorAt(element: LpMetricChart, value: number, share = 0.5): number[] {
  const canvas = canvasOf(element);
  const k = canvas.width / canvas.clientWidth;
  const { left, right } = element.chart?.chartArea ?? { left: 0, right: 0 };
  const x = Math.round((left + (right - left) * share) * k);
  const y = Math.round((element.chart?.scales['y']?.getPixelForValue(value) ?? 0) * k);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  return [...ctx.getImageData(x, y, 1, 1).data];
}

describe('axes of a chart', () => {
  before(() => {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  afterEach(() => document.body.replaceChildren());

  it('gives a line with axis="right" a range and labels of its own', async () => {
    const element = chartOf(
      {},
      ['lp-series', { field: 'temp', unit: 'celsius' }],
      ['lp-series', { field: 'hum', unit: 'percent', axis: 'right' }],
    );
    await drawn(
      element,
      records(301, (i) => ({ temp: 20 + (i % 5), hum: 1_000 + (i % 7) })),
    );
    expect(axis(element, 'y').max).to.be.at.most(30);
    expect(element.chart?.chartArea.right).to.be.below((element.chart?.width ?? 0) - 20);
    // Both lines fill the height of the plot: neither is flat beside the other.
    for (const name of ['--_series-1', '--_series-2']) {
      const high = ink(element, token(element, name)).reduce((sum, n) => sum + n, 0);
      expect(high).to.be.greaterThan(600);
    }
    const right = element.querySelector('[axis]');
    right?.setAttribute('hidden', '');
    await settled(element);
    expect(element.chart?.scales['y2']).to.equal(undefined);
  });

  it('marks the read values of both axes at their positions within the plot', async () => {
    const element = chartOf(
      {},
      ['lp-series', { field: 'a' }],
      ['lp-series', { field: 'b', axis: 'right' }],
    );
    await drawn(
      element,
      records(301, () => ({ a: 1, b: 5_000 })),
    );
    const canvas = canvasOf(element);
    canvas.focus();
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'End' }));
    const dots = [...element.renderRoot.querySelectorAll<HTMLElement>('.dot')];
    const plot = canvas.getBoundingClientRect();
    expect(dots.length).to.equal(2);
    for (const dot of dots) {
      const y = dot.getBoundingClientRect().top - plot.top;
      expect(y).to.be.within(0, plot.height);
    }
  });

  it('shows equal ratios as equal distances with scale="log"', async () => {
    const element = await drawn(
      chart({ scale: 'log' }),
      records(301, (i) => ({ value: 10 ** (i / 100) })),
    );
    expect([axis(element, 'y').min, axis(element, 'y').max]).to.deep.equal([1, 1_000]);
    const place = (v: number): number => element.chart?.scales['y']?.getPixelForValue(v) ?? 0;
    expect(place(1) - place(10)).to.be.closeTo(place(10) - place(100), 0.5);
    expect(inked(ink(element, token(element, '--_series-1')), 0.05, 0.95)).to.be.greaterThan(0.95);
  });

  it('draws zero and negative values at the lower end of a logarithmic axis', async () => {
    const element = await drawn(
      chart({ scale: 'log' }),
      records(301, (i) => ({ value: i % 50 === 0 ? -5 : 100 })),
    );
    expect(axis(element, 'y').min).to.be.greaterThan(0);
    expect(inked(ink(element, token(element, '--_series-1')), 0.05, 0.95)).to.be.greaterThan(0.95);
  });

  it('stacks shares up to 100 percent', async () => {
    const element = await drawn(
      chart({ type: 'stacked-percent' }),
      records(301, (i) => ({ a: 10 + (i % 3), b: 30 })),
    );
    expect([axis(element, 'y').min, axis(element, 'y').max]).to.deep.equal([0, 1]);
    const labels = element.chart?.scales['y']?.ticks.map(({ label }) => label);
    expect(labels).to.include('100%');
    expect(colorAt(element, 0.1).slice(0, 3)).to.deep.equal(token(element, '--_series-1'));
    expect(colorAt(element, 0.9).slice(0, 3)).to.deep.equal(token(element, '--_series-2'));
  });

  it('fills bands behind the lines, and moves them when the attribute changes', async () => {
    const element = chartOf({ min: '0', max: '100' }, [
      'lp-band',
      { from: '40', to: '60', color: 'rgb(255, 0, 0)' },
    ]);
    await drawn(
      element,
      records(301, () => ({ value: 10 })),
    );
    const inside = colorAt(element, 53, 0.47);
    expect(inside[3]).to.be.greaterThan(0);
    expect(inside[0]).to.be.greaterThan((inside[2] ?? 0) + 20);
    expect(colorAt(element, 73, 0.47)[3]).to.equal(0);
    element.querySelector('lp-band')?.setAttribute('from', '70');
    element.querySelector('lp-band')?.setAttribute('to', '80');
    await settled(element);
    expect(colorAt(element, 73, 0.47)[3]).to.be.greaterThan(0);
  });

  it('leaves out axis labels where they would leave too little space for the plot', async () => {
    const element = chart();
    element.style.setProperty('inline-size', '160px');
    await drawn(
      element,
      records(60, (i) => ({ value: 1_000_000_000.5 + i / 10_000 })),
    );
    const { left = 0, right = 0 } = element.chart?.chartArea ?? {};
    expect(right - left).to.be.greaterThan(60);
  });
});

describe('bars of a chart', () => {
  afterEach(() => document.body.replaceChildren());

  it('show their values where there is space for them', async () => {
    const dark = (element: LpMetricChart): number =>
      ink(element, token(element, '--_text')).reduce((sum, n) => sum + n, 0);
    const element = await drawn(
      chart({ type: 'bar' }),
      records(6, (i) => ({ value: 10 + i }), 45_000),
    );
    expect(dark(element)).to.equal(0);
    element.barValues = true;
    await settled(element);
    expect(dark(element)).to.be.greaterThan(40);
    const narrow = await drawn(
      chart({ type: 'bar', 'bar-values': '' }),
      records(100, (i) => ({ value: 1_000_000 + i }), 3_000),
    );
    expect(dark(narrow)).to.equal(0);
  });
});
