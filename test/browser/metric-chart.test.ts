import { expect } from '@open-wc/testing';
import { emulateMedia, sendKeys } from '@web/test-runner-commands';
import { Chart } from 'chart.js';
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
import { keepsTheLaws, show } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { freshChannel, nextEvent, post, serverUrl, until } from '../support/page.ts';

const wave = (i: number): { value: number } => ({ value: 50 + 20 * Math.sin(i / 20) });
const part = (element: LpMetricChart, name: string): HTMLElement | null =>
  element.renderRoot.querySelector(`[part=${name}]`);
const line1 = (element: LpMetricChart): number[] => ink(element, token(element, '--_series-1'));

/**
 * Share of painted columns above which a line counts as continuous: where it crosses the grid its
 * colour is mixed.
 */
const WHOLE = 0.96;

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `.chart { inline-size: 600px; --lp-chart-height: 180px; --lp-font: 'DejaVu Sans' }`,
);

describe('lp-metric-chart', () => {
  before(() => {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  afterEach(() => document.body.replaceChildren());

  for (const [type, curve] of [
    ['line', 'linear'],
    ['line', 'step'],
    ['line', 'smooth'],
    ['area', 'linear'],
    ['bar', 'linear'],
    ['stacked', 'linear'],
  ] as const) {
    for (const window of ['30s', '5m', '2h']) {
      it(`draws a ${type} (${curve}) over ${window} and leaves an outage empty`, async () => {
        const stepMs = window === '2h' ? 10_000 : 1_000;
        const count = { '30s': 31, '5m': 301, '2h': 721 }[window] ?? 0;
        const gap = (i: number): boolean => i > count * 0.4 && i < count * 0.6;
        const data = records(count, wave, stepMs).filter((_, i) => !gap(i));
        const element = await drawn(
          chart({ type, curve, window, 'gap-after': `${stepMs * 1.5}ms` }),
          data,
        );
        const columns = line1(element);
        expect(inked(columns, 0.06, 0.38)).to.be.greaterThan(type === 'bar' ? 0.5 : WHOLE);
        expect(inked(columns, 0.64, 0.98)).to.be.greaterThan(type === 'bar' ? 0.5 : WHOLE);
        // A bar, or the value of a stack, stands for the time of its sample: it may extend one step into
        // the outage.
        expect(inked(columns, 0.47, 0.55)).to.equal(0);
      });
    }
  }

  it('draws no line across an explicit gap, for every value of gap-after', async () => {
    const data = records(301, (i) => ({ value: i > 140 && i < 160 ? null : 50 + (i % 7) }));
    const element = await drawn(chart({ 'gap-after': 'never' }), data);
    expect(inked(line1(element), 0.48, 0.52)).to.equal(0);
  });

  it('draws a line across missing samples only if gap-after is never', async () => {
    const data = records(301, wave).filter((_, i) => i < 100 || i > 200);
    const element = await drawn(chart({ 'gap-after': 'never' }), data);
    expect(inked(line1(element), 0.4, 0.6)).to.be.greaterThan(WHOLE);
    element.gapAfter = '5s';
    await settled(element);
    expect(inked(line1(element), 0.4, 0.6)).to.equal(0);
  });

  it('shows a single sample as a dot, and a channel without samples as an empty card', async () => {
    const element = await drawn(chart(), [{ time: NOON, value: 5 }]);
    const dot = line1(element);
    // The plot ends in the middle of the dot, which is drawn completely.
    expect(dot.filter((count) => count > 0).length).to.be.at.least(3);
    expect(Math.max(...dot)).to.be.at.least(4);
    const empty = chart();
    await show(empty);
    expect(empty.status).to.equal('idle');
  });

  it('shows the first bars of a chart completely', async () => {
    const element = await drawn(chart({ type: 'bar' }), [{ time: NOON, value: 5 }]);
    const high = Math.max(...line1(element));
    expect(high).to.be.greaterThan(20);
    element.data = { time: NOON + 60_000, value: 5 };
    await settled(element);
    expect(line1(element).filter((count) => count === high).length).to.be.at.least(8);
  });

  it('draws huge, tiny and equal values within finite axes', async () => {
    for (const values of [
      [4e307, -4e307, 0],
      [5e-324, 0, 1e-300],
      [7, 7, 7],
      [1e15, 1e15 + 1, 1e15],
    ]) {
      const element = await drawn(
        chart({ window: '10s' }),
        records(3, (i) => ({ value: values[i] })),
      );
      const { min, max } = element.chart?.scales['y'] ?? { min: Number.NaN, max: Number.NaN };
      expect(max - min).to.be.finite.and.greaterThan(0);
      expect(inked(line1(element), 0.85, 0.95)).to.be.greaterThan(WHOLE);
      element.remove();
    }
  });

  it('inserts late samples by time, and keeps the last value published for a time', async () => {
    const data = records(61, () => ({ value: 10 })).filter((_, i) => i < 20 || i > 30);
    const element = await drawn(chart({ window: '1m', 'gap-after': '2s' }), data);
    expect(inked(line1(element), 0.36, 0.48)).to.equal(0);
    for (let i = 20; i <= 30; i++) element.data = { time: NOON - (60 - i) * 1_000, value: 10 };
    await settled(element);
    expect(inked(line1(element), 0.36, 0.48)).to.be.greaterThan(WHOLE);
    element.data = { time: NOON, value: 99 };
    element.data = { time: NOON, value: 12 };
    expect(element.toCSV().trim().split('\r\n').at(-1)).to.equal('2026-06-15T12:00:00.000Z,12');
  });

  it('keeps axes and layout unchanged while samples move in', async () => {
    const element = await drawn(chart(), records(301, wave));
    const area = { ...element.chart?.chartArea };
    const { min, max } = element.chart?.scales['y'] ?? {};
    for (let i = 1; i <= 30; i++) {
      element.data = { time: NOON + i * 1_000, ...wave(300 + i) };
    }
    await settled(element);
    expect({ ...element.chart?.chartArea }).to.deep.equal(area);
    expect(element.chart?.scales['y']).to.include({ min, max });
  });

  it('keeps the shape of a moving line: the same pixels, shifted', async () => {
    const element = await drawn(
      chart({ window: '1m' }),
      records(61, (i) => ({ value: i === 40 ? 90 : 50 })),
    );
    const peak = (): number => Math.max(...line1(element));
    const before = peak();
    for (let i = 1; i <= 10; i++) {
      element.data = { time: NOON + i * 1_000, value: 50 };
      await settled(element);
      expect(peak()).to.equal(before);
    }
  });

  it('draws a burst of a thousand samples in one redraw', async () => {
    const element = await drawn(chart(), records(301, wave));
    let redraws = 0;
    // oxlint-disable-next-line typescript/unbound-method -- called with its own this below
    const chartDraw = Chart.prototype.draw;
    Chart.prototype.draw = function draw(): void {
      redraws++;
      chartDraw.call(this);
    };
    try {
      for (let i = 1; i <= 1_000; i++) element.data = { time: NOON + i * 10, value: i % 50 };
      await settled(element);
    } finally {
      Chart.prototype.draw = chartDraw;
    }
    expect(redraws).to.equal(1);
    expect(element.toCSV()).to.contain('2026-06-15T12:00:10.000Z,0');
  });

  it('does not draw if no pixel can have changed', async () => {
    const day = records(2_000, () => ({ value: 5 }), 43_200);
    const element = await drawn(chart({ window: '24h' }), day);
    const canvas = canvasOf(element);
    const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
    ctx.fillRect(0, 0, 1, 1); // A redraw would erase it.
    element.data = { time: NOON + 1, value: 5 };
    await settled(element);
    expect(ctx.getImageData(0, 0, 1, 1).data[3]).to.equal(255);
  });

  it('is drawn far from the viewport while the browser is idle, and at once when it comes near', async () => {
    const spacer = document.body.appendChild(document.createElement('div'));
    spacer.style.setProperty('height', '5000px');
    const near = document.body.insertBefore(chart(), spacer);
    near.data = records(3, wave);
    await until(() => near.chart);
    const element = await show(chart({ fps: '60' }), records(301, wave));
    await until(() => element.chart);
    expect(inked(line1(element), 0.1, 0.9)).to.be.greaterThan(WHOLE);
    element.scrollIntoView();
    await settled(element);
    expect(inked(line1(element), 0.1, 0.9)).to.be.greaterThan(WHOLE);
  });

  it('is drawn again after a size of zero and after a change of size', async () => {
    const element = await drawn(chart(), records(301, wave));
    element.style.setProperty('display', 'none');
    await settled(element);
    element.data = { time: NOON + 1_000, value: 3 };
    element.style.setProperty('display', 'block');
    element.style.setProperty('inline-size', '400px');
    await settled(element);
    const canvas = canvasOf(element);
    expect(canvas.clientWidth).to.be.lessThan(400).and.greaterThan(300);
    expect(inked(line1(element), 0.1, 0.9)).to.be.greaterThan(WHOLE);
  });

  it('has its new size in the same frame as its box, however rarely it redraws', async () => {
    const element = await drawn(chart({ fps: '0.1' }), records(60, wave));
    const canvas = element.renderRoot.querySelector('canvas') as HTMLCanvasElement;
    for (const width of ['420px', '300px', '560px']) {
      element.style.setProperty('inline-size', width);
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const box = (canvas.parentElement as HTMLElement).clientWidth;
      expect(canvas.clientWidth, width).to.be.closeTo(box, 1);
      expect(Math.round(canvas.width / devicePixelRatio), width).to.be.closeTo(box, 1);
    }
  });

  it('changes its colours when the theme changes, without a reload', async () => {
    const element = await drawn(chart(), records(301, wave));
    document.documentElement.style.setProperty('--lp-series-1', 'rgb(10, 200, 30)');
    try {
      await until(() => inked(ink(element, [10, 200, 30]), 0.1, 0.9) > WHOLE);
    } finally {
      document.documentElement.style.removeProperty('--lp-series-1');
    }
  });

  itInChromium('follows the colour scheme', async () => {
    const element = chart();
    element.style.setProperty('color-scheme', 'light dark');
    await emulateMedia({ colorScheme: 'light' });
    await drawn(element, records(301, wave));
    const light = token(element, '--_series-1');
    await emulateMedia({ colorScheme: 'dark' });
    try {
      await until(() => String(token(element, '--_series-1')) !== String(light));
      await until(() => inked(line1(element), 0.1, 0.9) > WHOLE);
    } finally {
      await emulateMedia({ colorScheme: 'light' });
    }
  });

  it('destroys its chart when it is removed, keeps it when it is moved, and has its samples when it is added again', async () => {
    const alive = (): number => Object.keys(Chart.instances).length;
    await until(() => alive() === 0); // The charts of the tests before.
    const element = await drawn(chart(), records(301, wave));
    const own = element.chart;
    document.body.appendChild(document.createElement('section')).append(element);
    await settled(element);
    expect(element.chart).to.equal(own);
    element.remove();
    await until(() => element.chart === undefined);
    expect(alive()).to.equal(0);
    document.body.append(element);
    await until(() => element.chart);
    await settled(element);
    expect(inked(line1(element), 0.1, 0.9)).to.be.greaterThan(WHOLE);
  });

  it('leaves no chart behind after it was added and removed many times', async () => {
    await until(() => Object.keys(Chart.instances).length === 0); // The charts of the tests before.
    const element = await drawn(chart(), records(301, wave));
    for (let i = 0; i < 1_000; i++) {
      element.remove();
      await Promise.resolve();
      document.body.append(element);
      if (i % 100 === 0) await until(() => element.chart);
    }
    element.remove();
    await settled(element);
    expect(Object.keys(Chart.instances).length).to.equal(0);
  });

  it('applies another window in place', async () => {
    const element = await drawn(chart({ window: '1m' }), records(601, wave));
    element.window = '10m';
    await settled(element);
    expect(inked(line1(element), 0.01, 0.99)).to.be.greaterThan(WHOLE);
    const { min, max } = element.chart?.scales['x'] ?? { min: 0, max: 0 };
    expect(Math.round((max - min) / 1_000)).to.equal(600);
  });

  it('shows and hides lines by buttons with accessible states, and keeps the choice', async () => {
    const element = await drawn(
      chart(),
      records(301, (i) => ({ a: 10 + (i % 3), b: 90 })),
    );
    const [first] = element.renderRoot.querySelectorAll<HTMLButtonElement>('[part=legend-item]');
    expect(first?.getAttribute('aria-pressed')).to.equal('true');
    first?.click();
    await settled(element);
    expect(first?.getAttribute('aria-pressed')).to.equal('false');
    expect(inked(line1(element), 0, 1)).to.equal(0);
    element.data = { time: NOON + 1_000, a: 1, b: 2 };
    await settled(element);
    expect(inked(line1(element), 0, 1)).to.equal(0);
  });

  it('writes only the newest values into the legend when a sample arrives', async () => {
    const element = await drawn(
      chart(),
      records(301, () => ({ a: 1, b: 2 })),
    );
    const seen: MutationRecord[] = [];
    const observer = new MutationObserver((all) => void seen.push(...all));
    observer.observe(element.renderRoot, { subtree: true, childList: true, characterData: true });
    element.data = { time: NOON + 1_000, a: 7, b: 2 };
    await settled(element);
    observer.disconnect();
    const places = seen.map(({ target }) => (target as Element).className);
    expect([...new Set(places)]).to.deep.equal(['legend-value']);
    expect(part(element, 'legend')?.textContent).to.contain('7');
  });

  it('follows its <lp-series> children: order, labels, styles, and children added later', async () => {
    const element = chart();
    element.innerHTML = '<lp-series field="b" label="Beta" color="3"></lp-series>';
    await drawn(
      element,
      records(301, () => ({ a: 10, b: 20 })),
    );
    expect(element.toCSV().split('\r\n')[0]).to.equal('time,Beta');
    expect(inked(ink(element, token(element, '--_series-3')), 0.1, 0.9)).to.be.greaterThan(0.97);
    const late = document.createElement('lp-series');
    late.setAttribute('field', 'a');
    element.prepend(late);
    await settled(element);
    element.data = { time: NOON + 1_000, a: 1, b: 2 };
    expect(element.toCSV().split('\r\n')[0]).to.equal('time,a,Beta');
  });

  it('reads the nearest raw sample under the pointer, not the column', async () => {
    const data = records(86_401, (i) => ({ value: i === 40_000 ? 91 : 50 }));
    const element = await drawn(chart({ window: '24h' }), data);
    const read = nextEvent(element, 'lp-point');
    const { left, width } = canvasOf(element).getBoundingClientRect();
    const area = element.chart?.chartArea ?? { left: 0, right: width };
    const x = left + area.left + (40_000 / 86_400) * (area.right - area.left);
    const plot = element.renderRoot.querySelector('.plot') as HTMLElement;
    plot.dispatchEvent(new PointerEvent('pointermove', { clientX: x, pointerType: 'mouse' }));
    const { t, points } = await read;
    expect(data.some(({ time }) => time === t)).to.equal(true);
    expect(Math.abs(t - (data[40_000]?.time ?? 0))).to.be.lessThan(86_400_000 / 500);
    expect(points.length).to.equal(1);
    expect(part(element, 'tooltip')?.hidden).to.equal(false);
  });

  it('can be read by keyboard, sample by sample, and announces values only then', async () => {
    const element = await drawn(
      chart({ window: '10s', unit: 'ms' }),
      records(5, (i) => ({ value: i })),
    );
    const readout = part(element, 'readout') as HTMLElement;
    expect(readout.textContent).to.equal('');
    canvasOf(element).focus();
    await sendKeys({ press: 'End' });
    expect(readout.textContent).to.match(/4\sms/);
    await sendKeys({ press: 'ArrowLeft' });
    expect(readout.textContent).to.match(/3\sms/);
    await sendKeys({ press: 'Home' });
    expect(readout.textContent).to.match(/0\sms/);
    element.data = { time: NOON + 1_000, value: 77 };
    await settled(element);
    expect(readout.textContent).to.match(/0\sms/);
    await sendKeys({ press: 'Escape' });
    expect(part(element, 'tooltip')?.hidden).to.equal(true);
  });

  it('stays at a span that is dragged over, accepts data meanwhile, and returns to live on Escape', async () => {
    const element = await drawn(chart(), records(301, wave));
    const plot = element.renderRoot.querySelector('.plot') as HTMLElement;
    const { left } = plot.getBoundingClientRect();
    const pointer = (type: string, x: number): boolean =>
      plot.dispatchEvent(
        new PointerEvent(type, {
          clientX: left + x,
          pointerType: 'mouse',
          pointerId: 1,
          button: 0,
        }),
      );
    plot.setPointerCapture = () => {}; // There is no real pointer to capture.
    pointer('pointerdown', 200);
    pointer('pointermove', 300);
    pointer('pointerup', 300);
    await settled(element);
    const span = { min: element.chart?.scales['x']?.min, max: element.chart?.scales['x']?.max };
    expect((span.max ?? 0) - (span.min ?? 0)).to.be.lessThan(100_000);
    for (let i = 1; i <= 20; i++) element.data = { time: NOON + i * 1_000, value: 1 };
    await settled(element);
    expect(element.chart?.scales['x']?.max).to.equal(span.max);
    expect(inked(line1(element), 0.1, 0.9)).to.be.greaterThan(WHOLE);
    canvasOf(element).focus();
    await sendKeys({ press: 'Escape' });
    await settled(element);
    expect(element.chart?.scales['x']?.max).to.be.greaterThan(NOON + 19_000);
  });

  it('has ticks on the full hours of its time zone across a change of clocks', async () => {
    const element = chart({ window: '6h', 'time-zone': 'Europe/Berlin', lang: 'de' });
    const end = Date.UTC(2026, 2, 29, 4);
    await drawn(element, [
      { time: end - 21_600_000, value: 1 },
      { time: end, value: 2 },
    ]);
    const ticks = element.chart?.scales['x']?.ticks.map(({ label }) => label);
    expect(ticks?.some((label) => /^0?1:00$/.test(String(label)))).to.equal(true);
    expect(ticks?.some((label) => /^0?3:00$/.test(String(label)))).to.equal(true);
    expect(ticks?.some((label) => /^0?2:00$/.test(String(label)))).to.equal(false);
  });

  it('describes itself in words', async () => {
    const element = await drawn(
      chart({ unit: 'percent' }),
      records(301, (i) => ({ value: i })),
    );
    const text = canvasOf(element).getAttribute('aria-label');
    expect(text).to.equal('Test, last 5m: now 300%, lowest 0%, highest 300%, average 150%');
  });

  it('shows its samples as a table that does not change while it is open', async () => {
    const element = await drawn(chart(), records(301, wave));
    element.showTable();
    await element.updateComplete;
    const rows = (): number => element.renderRoot.querySelectorAll('tbody tr').length;
    const first = element.renderRoot.querySelector('tbody tr')?.textContent;
    expect(rows()).to.be.within(10, 60);
    element.data = { time: NOON + 1_000, value: 1 };
    await settled(element);
    expect(element.renderRoot.querySelector('tbody tr')?.textContent).to.equal(first);
    await expect(element).to.be.accessible();
    element.showTable(false);
    await element.updateComplete;
    expect(rows()).to.equal(0);
  });

  it('returns an image at full resolution with an opaque background', async () => {
    const element = await drawn(chart(), records(301, wave));
    const bitmap = await createImageBitmap(await element.toBlob());
    expect(bitmap.width).to.be.at.least(canvasOf(element).width);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const ctx = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    ctx.drawImage(bitmap, 0, 0);
    expect(ctx.getImageData(1, 1, 1, 1).data[3]).to.equal(255);
  });

  it('does not move while paused, and shows the new samples in one step on resume', async () => {
    const channel = freshChannel();
    const element = chart({ channel, src: await serverUrl() });
    document.body.append(element);
    await post(channel, [{ value: 1 }, { value: 2 }]);
    await until(() => element.status === 'live');
    element.pause();
    await element.updateComplete;
    const before = element.toCSV();
    await post(channel, { value: 3 });
    await until(() =>
      element.renderRoot.querySelector('.updated')?.textContent?.includes('1 update'),
    );
    expect(element.toCSV()).to.equal(before);
    element.resume();
    await until(() => element.toCSV().includes(',3'));
  });

  it('shows the held samples when its fields or its rate change', async () => {
    const channel = freshChannel();
    const now = Date.now();
    await post(
      channel,
      [0, 1, 2].map((n) => ({ time: now - 90_000 + n * 30_000, rx: n * 300, tx: n * 60 })),
    );
    const element = chart({ channel, src: await serverUrl(), legend: 'bottom', rate: '' });
    document.body.append(element);
    const values = (): (string | undefined)[] =>
      [...element.renderRoot.querySelectorAll('.legend-value')].map(({ textContent }) =>
        textContent?.trim(),
      );
    await until(() => values().join() === '10,2'); // Each numeric field, per second.
    element.rate = false;
    await until(() => values().join() === '600,120');
    element.fields = 'tx, rx';
    await until(() => values().join() === '120,600');
  });

  it('shows series of other channels and marks of a feed', async () => {
    const [own, other, feed] = [freshChannel(), freshChannel(), freshChannel()];
    const element = chart({ channel: own, src: await serverUrl(), annotations: feed });
    element.innerHTML = `<lp-series field="value" label="own"></lp-series><lp-series channel="${other}" field="value" label="other"></lp-series>`;
    document.body.append(element);
    await post(own, { value: 1 });
    await post(other, { value: 2 });
    await post(feed, { text: 'deployed' });
    await post(own, { value: 3 });
    await until(() => element.toCSV().split('\r\n')[0] === 'time,own,other');
    await until(() => element.chart);
    await settled(element);
    await until(() => ink(element, token(element, '--_accent')).some((count) => count > 50));
  });

  it('has the level of its limits', async () => {
    const element = await drawn(
      chart({ warn: '60', danger: '80' }),
      records(301, () => ({ value: 50 })),
    );
    expect(element.matches(':state(level-ok)')).to.equal(true);
    const crossed = nextEvent(element, 'lp-data').catch(() => undefined);
    void crossed;
    element.data = { time: Date.now(), value: 85 };
    await element.updateComplete;
    expect(element.matches(':state(level-danger)')).to.equal(true);
  });
});

keepsTheLaws({
  tag: 'lp-metric-chart',
  payload: { value: 42 },
  hostile: (text) => ({ value: 4, [text]: 5 }),
});
