import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { calendarStart } from '../../components/data/local-day.ts';
import { LpRange } from '../../components/range/define.ts';
import { canvasOf, chart, settled } from '../support/chart-page.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** The history requests of this page, from now on. */
function watchHistories(): { asked: URL[]; end: () => void } {
  const asked: URL[] = [];
  const own = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.pathname.endsWith('/history')) asked.push(url);
    return own(input, init);
  };
  return {
    asked,
    end: () => {
      globalThis.fetch = own;
    },
  };
}

/** A channel with a value every `stepMs` over the last `spanMs`, and one spike in the middle. */
async function filled(spanMs: number, stepMs: number): Promise<string> {
  const channel = freshChannel();
  await describeChannel(channel, { label: 'Room', retain: 5_000 });
  const count = Math.floor(spanMs / stepMs);
  const now = Date.now();
  const values = Array.from({ length: count }, (_, i) => ({
    value: i === Math.floor(count / 2) ? 99 : 20 + Math.sin(i / 50),
    time: now - (count - i) * stepMs,
  }));
  await post(channel, values.slice(0, 900));
  if (values.length > 900) await post(channel, values.slice(900));
  return channel;
}

async function shown(channel: string, attributes: Record<string, string>): Promise<LpMetricChart> {
  const element = chart({ channel, src: await serverUrl(), ...attributes });
  document.body.append(element);
  await until(() => element.chart && element.status === 'live');
  return element;
}

const rows = (element: LpMetricChart): string[][] =>
  element
    .toCSV()
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
const isBuckets = (element: LpMetricChart): boolean =>
  rows(element)[0]?.join() === 'time,Room mean,Room min,Room max' ||
  rows(element)[0]?.join() === 'time,value mean,value min,value max';
const most = (element: LpMetricChart): number =>
  Math.max(
    ...rows(element)
      .slice(1)
      .map((row) => Number(row[3])),
  );

function press(element: LpMetricChart, key: string, shiftKey = false): Promise<void> {
  const event = new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true });
  canvasOf(element).dispatchEvent(event);
  return settled(element);
}

const view = (element: LpMetricChart): { from: number; to: number } => {
  const { min = Number.NaN, max = Number.NaN } = element.chart?.scales['x'] ?? {};
  return { from: min, to: max };
};

describe('the history of a chart', () => {
  let watched: ReturnType<typeof watchHistories>;

  beforeEach(() => {
    watched = watchHistories();
  });

  afterEach(() => {
    watched.end();
    document.body.replaceChildren();
    history.replaceState(null, '', location.pathname);
  });

  it('is loaded with one request, keeps the spike, and gets live samples added', async () => {
    const channel = await filled(HOUR, 3 * SECOND);
    const element = await shown(channel, { window: '1h' });
    await until(() => isBuckets(element));
    expect(watched.asked).to.have.length(1);
    expect(watched.asked[0]?.searchParams.get('from')).to.match(/^-36\d\ds$/);
    expect(most(element)).to.equal(99);
    const count = rows(element).length;
    expect(count).to.be.greaterThan(100);
    await post(channel, { value: 500 });
    await until(() => most(element) === 500);
    expect(rows(element).at(-1)?.[3]).to.equal('500');
    await post(channel, { value: 700, time: Date.now() - HOUR / 2 });
    await until(() => most(element) === 700);
    expect(watched.asked).to.have.length(1);
    expect(element.renderRoot.querySelector('.since')).to.equal(null);
    expect(canvasOf(element).getAttribute('aria-label')).to.contain('Test');
  });

  it('is used for the CSV: the buckets in view, with the numbers of the server', async () => {
    const channel = await filled(HOUR, 3 * SECOND);
    const element = await shown(channel, { window: '1h' });
    await until(() => isBuckets(element));
    await press(element, '+'); // A part of the range, in shorter buckets.
    await until(() => watched.asked.length === 2);
    const [, asked] = watched.asked;
    await until(() => rows(element).length > 50);
    const { series, step } = await (await fetch(asked as URL)).json();
    const [{ t, n, sum, min, max }] = series;
    const { from, to } = view(element);
    const written = rows(element).slice(1);
    const first = t.findIndex((start: number) => start === Date.parse(written[0]?.[0] ?? ''));
    expect(written.length).to.be.closeTo((to - from) / step, 2);
    for (const [i, row] of written.entries()) {
      const at = first + i;
      const mean = Number((sum[at] / n[at]).toPrecision(12));
      const expected = [new Date(t[at]).toISOString(), mean, min[at], max[at]].map(String);
      expect(row).to.deep.equal(expected);
    }
  });

  it('is requested in finer steps on zooming in, moves with Shift, and returns to live', async () => {
    const channel = await filled(HOUR, 3 * SECOND);
    const element = await shown(channel, { window: '1h' });
    await until(() => isBuckets(element));
    const step = (): number => {
      const [a = 0, b = 0] = rows(element)
        .slice(1)
        .map(([time = '']) => Date.parse(time));
      return b - a;
    };
    const coarse = step();
    await press(element, '+');
    await press(element, '+');
    await until(() => step() < coarse);
    const before = view(element);
    await press(element, 'ArrowLeft', true);
    const moved = view(element);
    const spanMs = before.to - before.from;
    expect(before.from - moved.from).to.be.closeTo(spanMs / 4, spanMs / 100);
    const wheel = { deltaX: 100, bubbles: true, cancelable: true };
    canvasOf(element).dispatchEvent(new WheelEvent('wheel', wheel));
    await settled(element);
    expect(view(element).from).to.be.greaterThan(moved.from);
    const asked = watched.asked.length;
    await press(element, 'Escape');
    expect(element.renderRoot.querySelector('.back')).to.equal(null);
    const columnMs = (13 * HOUR) / 300; // The last column ends after now, and the plot is wider than 300 px.
    expect(view(element).to).to.be.closeTo(Date.now(), columnMs);
    expect(isBuckets(element)).to.equal(true);
    expect(watched.asked.length).to.be.within(asked, asked + 1);
  });

  it('shows since when there are data if that is later than the start of the window', async () => {
    const channel = await filled(HOUR, 3 * SECOND);
    const element = await shown(channel, { window: '6h' });
    await until(() => element.renderRoot.querySelector('.since'));
    expect(element.renderRoot.querySelector('.since')?.textContent).to.match(/^since \d+:\d\d/);
    await expect(element).to.be.accessible();
  });

  it('begins at midnight of the time zone, for a window of today', async () => {
    const now = Date.now();
    const offset = 12 - new Date(now).getUTCHours(); // A time zone in which it is noon.
    const zone = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
    const channel = await filled(15 * HOUR, 60 * SECOND);
    const element = await shown(channel, { window: 'today', 'time-zone': zone });
    await until(() => rows(element).length > 200);
    const midnight = Math.floor(now / HOUR) * HOUR - 12 * HOUR;
    const columnMs = (13 * HOUR) / 300; // The last column ends after now, and the plot is wider than 300 px.
    // Nothing of the day before is in view.
    expect(view(element).from).to.be.within(midnight, midnight + 61 * SECOND + columnMs);
    expect(view(element).to).to.be.closeTo(Date.now(), columnMs);
    expect(Date.parse(rows(element)[1]?.[0] ?? '')).to.be.within(
      midnight - 61 * SECOND,
      midnight + HOUR / 2,
    );
  });

  it('is not requested if the samples reach back to the start of the window', async () => {
    const channel = await filled(300 * SECOND, 10 * SECOND);
    const element = await shown(channel, { window: '4m' });
    await settled(element);
    expect(watched.asked).to.have.length(0);
    expect(rows(element)[0]).to.have.length(2);
  });

  it('draws the samples of a young channel, also in a long window', async () => {
    const channel = await filled(300 * SECOND, SECOND);
    const element = await shown(channel, { window: '1h' });
    await until(() => rows(element).length === 301);
    expect(isBuckets(element)).to.equal(false);
    expect(most(element)).to.be.NaN; // there are no columns of buckets
    await post(channel, { value: 30 });
    await until(() => rows(element).length === 302);
    expect(watched.asked).to.have.length(2);
    expect(element.renderRoot.querySelector('.since')?.textContent).to.match(/^since .*\d/);
  });

  for (const [small, large] of [
    ['30s', '1h'],
    ['10m', '2h'],
  ] as const)
    it(`loads what a window that grows from ${small} to ${large} lacks, and needs no more for one that shrinks`, async () => {
      const channel = freshChannel();
      await describeChannel(channel, { label: 'Room', retain: 100 });
      const now = Date.now();
      const samples = Array.from({ length: 600 }, (_, n) => ({
        value: n === 10 ? 99 : 20,
        time: now - (600 - n) * 6 * SECOND,
      }));
      await post(channel, samples);
      const element = await shown(channel, { window: small });
      const oldest = (): number => Date.parse(rows(element)[1]?.[0] ?? '');
      await until(() => oldest() > now - 15 * 60_000);
      element.window = large;
      await until(() => most(element) === 99);
      expect(oldest()).to.be.below(now - HOUR + 2 * 60_000);
      expect(element.status).to.equal('live');
      const { length } = watched.asked;
      element.window = small;
      await settled(element);
      await until(() => oldest() > now - 15 * 60_000);
      expect(watched.asked.length).to.be.at.most(length + 1);
      element.window = large;
      await until(() => most(element) === 99);
    });

  it('draws an earlier span with the current one for comparison', async () => {
    const channel = await filled(HOUR, 3 * SECOND);
    const element = chart({ channel, src: await serverUrl(), window: '20m' });
    element.innerHTML =
      '<lp-series field="value"></lp-series><lp-series field="value" offset="30m"></lp-series>';
    document.body.append(element);
    await until(() => element.toCSV().includes('30m earlier max'));
    // The spike of half an hour ago; the current line has none in its window.
    await until(() => rows(element).some((row) => row.at(-1) === '99'));
    expect(rows(element).some((row) => row[1] === '99')).to.equal(false);
    expect(element.renderRoot.querySelector('.legend')?.textContent).to.contain('earlier');
  });

  it('shows the newest value above the plot, and that of the earlier span beside it, with legend-values', async () => {
    const channel = await filled(HOUR, 3 * SECOND);
    const element = chart({ channel, src: await serverUrl(), window: '20m' });
    element.setAttribute('legend-values', 'last max');
    element.innerHTML =
      '<lp-series field="value"></lp-series><lp-series field="value" offset="30m" label="earlier"></lp-series>';
    document.body.append(element);
    await until(() => rows(element).some((row) => row.at(-1) === '99'));
    const figures = (): string[] =>
      [...element.renderRoot.querySelectorAll('.headline > div')].map((each) =>
        (each.textContent ?? '').replace(/\s+/g, ' ').trim(),
      );
    await until(() => /^earlier -?\d/.test(figures()[2] ?? ''));
    expect(figures()).to.have.length(3);
    expect(element.renderRoot.querySelector('.legend-table')).to.equal(null);
  });
});

describe('lp-range', () => {
  afterEach(() => {
    document.body.replaceChildren();
    history.replaceState(null, '', location.pathname);
  });

  const button = (range: LpRange, name: string): HTMLButtonElement =>
    [...range.renderRoot.querySelectorAll('button')].find(
      (each) => each.textContent?.trim() === name || each.ariaLabel === name,
    ) as HTMLButtonElement;

  async function made(markup: string): Promise<{ range: LpRange; charts: LpMetricChart[] }> {
    document.body.innerHTML = markup;
    const range = document.querySelector('lp-range') as LpRange;
    const charts = [...document.querySelectorAll('lp-metric-chart')];
    for (const each of charts)
      each.data = [
        { time: Date.now() - 1_000, value: 1 },
        { time: Date.now(), value: 2 },
      ];
    await until(() => charts.every((each) => each.chart));
    for (const each of charts) await settled(each);
    return { range, charts };
  }
  const spanOf = (element: LpMetricChart | undefined): number => {
    const { from, to } = view(element as LpMetricChart);
    return Math.round((to - from) / SECOND);
  };
  const CHART =
    '<lp-metric-chart class="chart" lang="en" time-zone="UTC" label="A" window="5m"></lp-metric-chart>';

  it('sets the window of the page’s charts, puts it into the URL, and is accessible', async () => {
    const { range, charts } = await made(`<lp-range lang="en"></lp-range>${CHART}${CHART}`);
    expect(charts.map(spanOf)).to.deep.equal([3_600, 3_600]);
    const told: unknown[] = [];
    range.addEventListener('lp-range-change', (event) => told.push(event.range));
    button(range, '15m').click();
    for (const each of charts) await settled(each);
    expect(charts.map(spanOf)).to.deep.equal([900, 900]);
    expect(new URL(location.href).searchParams.get('range')).to.equal('15m');
    expect(told).to.deep.equal([{ windowMs: 900_000 }]);
    expect(button(range, '15m').ariaPressed).to.equal('true');
    await expect(range).to.be.accessible();
  });

  it('goes earlier, later and back to live', async () => {
    const { range, charts } = await made(`<lp-range lang="en" value="15m"></lp-range>${CHART}`);
    button(range, 'Earlier').click();
    await settled(charts[0] as LpMetricChart);
    const earlier = view(charts[0] as LpMetricChart);
    expect(earlier.to).to.be.closeTo(Date.now() - 900 * SECOND, 20 * SECOND);
    expect(new URL(location.href).searchParams.get('range')).to.match(/^\d{4}-.*Z\/\d{4}-.*Z$/);
    button(range, 'Later').click();
    await settled(charts[0] as LpMetricChart);
    expect(view(charts[0] as LpMetricChart).to).to.be.closeTo(Date.now(), 20 * SECOND);
    button(range, 'Live').click();
    await range.updateComplete;
    expect(range.range).to.deep.equal({ windowMs: 900_000 });
    expect(button(range, 'Later').disabled).to.equal(true);
  });

  it('accepts two times, refuses an end before the start, and reads the URL when the page loads', async () => {
    history.replaceState(null, '', '?range=2026-05-01T08:00Z/2026-05-01T12:00Z');
    const { range, charts } = await made(`<lp-range lang="en"></lp-range>${CHART}`);
    expect(view(charts[0] as LpMetricChart).from).to.be.closeTo(
      Date.UTC(2026, 4, 1, 8),
      60 * SECOND,
    );
    button(range, 'Other…').click();
    await range.updateComplete;
    const form = range.renderRoot.querySelector('form') as HTMLFormElement;
    const [from, to] = [...form.querySelectorAll('input')] as [HTMLInputElement, HTMLInputElement];
    from.value = '2026-06-01T10:00';
    to.value = '2026-06-01T09:00';
    form.requestSubmit();
    await range.updateComplete;
    expect(range.renderRoot.querySelector('[role=alert]')?.textContent).to.contain(
      'after the start',
    );
    await expect(range).to.be.accessible();
    to.value = '2026-06-01T12:00';
    form.requestSubmit();
    await range.updateComplete;
    expect(range.range).to.deep.equal({
      fromT: new Date('2026-06-01T10:00').getTime(),
      toT: new Date('2026-06-01T12:00').getTime(),
    });
  });

  it('shows the current day, and goes back to the whole one before', async () => {
    const { range, charts } = await made(
      `<lp-range lang="de" time-zone="Asia/Kathmandu" presets="1h today week month"></lp-range>${CHART.replace('UTC', 'Asia/Kathmandu')}`,
    );
    const chart = charts[0] as LpMetricChart;
    button(range, 'Heute').click();
    await settled(chart);
    const midnight = calendarStart('today', Date.now(), { timeZone: 'Asia/Kathmandu' });
    const columnMs = (24 * HOUR) / 300; // The view begins with a column, and the plot is wider than 300 px.
    expect(view(chart).from).to.be.within(midnight, midnight + 61 * SECOND + columnMs);
    expect(range.range).to.deep.equal({ calendar: 'today' });
    expect(location.search).to.equal('?range=today');
    expect(button(range, 'Diese Woche').ariaPressed).to.equal('false');
    button(range, 'Früher').click();
    await until(() => 'fromT' in range.range);
    await settled(chart);
    const before = calendarStart('today', midnight - 1, { timeZone: 'Asia/Kathmandu' });
    expect(range.range).to.deep.equal({ fromT: before, toT: midnight });
    button(range, 'Live').click();
    await range.updateComplete;
    expect(button(range, 'Heute').ariaPressed).to.equal('true');
    await expect(range).to.be.accessible();
  });

  it('controls only the element that `for` names, and nothing after that element is removed', async () => {
    const { range, charts } = await made(
      `<lp-range lang="en" for="part" param="" value="1h"></lp-range><section id="part">${CHART}</section>${CHART}`,
    );
    expect(charts.map(spanOf)).to.deep.equal([3_600, 300]);
    button(range, '6h').click();
    await range.updateComplete;
    expect(location.search).to.equal('');
    range.remove();
    for (const each of charts) await settled(each);
    expect(charts.map(spanOf)).to.deep.equal([300, 300]);
  });
});
