import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { chart, drawn, ink, inked, NOON, records, settled, token } from '../support/chart-page.ts';
import { show } from '../support/element-laws.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const line1 = (element: LpMetricChart): number[] => ink(element, token(element, '--_series-1'));

/**
 * A chart of a channel of the test server, with its first samples: seconds before now, and payload.
 */
async function live(
  samples: readonly (readonly [number, unknown])[],
  attributes: Record<string, string> = {},
): Promise<{ element: LpMetricChart; channel: string }> {
  const channel = freshChannel();
  for (const [before, value] of samples) await post(channel, at(before, value));
  const element = chart({ channel, src: await serverUrl(), ...attributes });
  await show(element);
  await until(() => element.status !== 'loading' && element.chart);
  await settled(element);
  return { element, channel };
}

const at = (secondsBefore: number, value: unknown): Record<string, unknown> => ({
  value,
  time: Math.round(Date.now() - secondsBefore * SECOND),
});

const rightEdge = ({ chart: inner }: LpMetricChart): number =>
  inner?.scales['x']?.max ?? Number.NaN;

describe('the right edge of a chart', () => {
  before(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.chart { inline-size: 600px; --lp-chart-height: 180px }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  afterEach(() => document.body.replaceChildren());

  it('is the current time, independent of the newest sample', async () => {
    const { element, channel } = await live([
      [240, 1],
      [230, 2],
      [220, 3],
    ]);
    expect(rightEdge(element)).to.be.closeTo(Date.now(), 3 * SECOND);
    expect(inked(line1(element), 0.5, 1)).to.equal(0);
    await post(channel, at(-3_600, 99));
    await post(channel, at(1, 4));
    await until(() => element.renderRoot.querySelector('canvas')?.ariaLabel !== null);
    await until(() => inked(line1(element), 0.9, 1) > 0);
    expect(rightEdge(element)).to.be.closeTo(Date.now(), 3 * SECOND);
    expect(element.toCSV()).to.not.contain(',99');
  });

  it('moves on while no sample arrives', async () => {
    const { element } = await live([[5, 1]], { window: '30s' });
    const before = rightEdge(element);
    await until(() => rightEdge(element) > before + 2 * SECOND);
  });

  it('shows a sample that is slightly ahead at the current time', async () => {
    const { element } = await live([
      [2, 1],
      [1, 2],
      [-4, 3],
    ]);
    expect(element.toCSV()).to.contain(',3\r\n');
    expect(rightEdge(element)).to.be.closeTo(Date.now(), 3 * SECOND);
  });

  it('keeps the other lines in place when the clock of one host is six minutes ahead', async () => {
    const { element } = await live([
      [120, 1],
      [60, 2],
      [0, 3],
      [-360, 9],
    ]);
    expect(inked(line1(element), 0.62, 0.98)).to.be.greaterThan(0.9);
  });

  it('is the newest sample for data that the page sets', async () => {
    const element = await drawn(
      chart(),
      records(301, (i) => ({ value: i % 9 })),
    );
    expect(rightEdge(element)).to.be.closeTo(NOON, 2 * SECOND);
  });

  it('is reached by a stepped line: a door that was opened two minutes ago is still open', async () => {
    const { element } = await live(
      [
        [280, false],
        [270, true],
        [260, false],
        [120, true],
      ],
      { curve: 'step' },
    );
    const columns = line1(element);
    expect(inked(columns, 0.1, 0.98)).to.be.greaterThan(0.95);
  });

  it('is reached by a state that is older than the window', async () => {
    const { element } = await live([[600, 21]], { curve: 'step' });
    expect(inked(line1(element), 0.02, 0.98)).to.be.greaterThan(0.95);
  });

  it('is not reached by a state that is older than the channel’s ttl allows', async () => {
    const channel = freshChannel();
    await describeChannel(channel, { ttl: 10 });
    await post(channel, at(120, 1));
    const element = chart({ channel, src: await serverUrl(), curve: 'step' });
    await show(element);
    await until(() => element.status === 'stale' && element.chart);
    await settled(element);
    expect(inked(line1(element), 0.75, 1)).to.equal(0);
  });
});

describe('samples of a chart', () => {
  afterEach(() => document.body.replaceChildren());

  it('have dots only where they are isolated', async () => {
    const high = (element: LpMetricChart): number => Math.max(...line1(element).slice(0, -20)); // Without the marker at the end.
    const sparse = await drawn(
      chart(),
      records(6, () => ({ value: 5 }), MINUTE),
    );
    const dense = await drawn(
      chart(),
      records(301, () => ({ value: 5 })),
    );
    expect(high(sparse)).to.be.greaterThan(high(dense) + 1);
    sparse.points = 'none';
    await settled(sparse);
    expect(high(sparse)).to.equal(high(dense));
  });

  it('of removed keys are removed with their line', async () => {
    const channel = freshChannel();
    const url = `${await serverUrl()}/channels/${channel}`;
    const send = (key: string, before: number): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...at(before, 1), labels: { host: key } }),
      });
    await send('old', 240);
    await send('new', 1);
    const element = chart({ channel, src: await serverUrl(), legend: 'bottom' });
    await show(element);
    const names = (): string =>
      element.renderRoot.querySelector('[part=legend]')?.textContent?.replaceAll(/\s+/g, ' ') ?? '';
    await until(() => names().includes('old') && names().includes('new'));
    element.dropAfter = '1m';
    await until(() => !names().includes('old'));
    expect(names()).to.contain('new');
  });
});
