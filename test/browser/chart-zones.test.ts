import { expect } from '@open-wc/testing';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { chart, drawn, settled } from '../support/chart-page.ts';

const HOUR_MS = 3_600_000;
const labels = (element: LpMetricChart): string[] =>
  (element.chart?.scales['x']?.ticks ?? []).map(({ label }) => String(label));

/** A chart over a window that ends at `end`. */
const upTo = (end: number, attributes: Record<string, string>): Promise<LpMetricChart> =>
  drawn(chart({ lang: 'de', ...attributes }), [
    { time: end - 24 * HOUR_MS, value: 1 },
    { time: end, value: 2 },
  ]);

describe('time zones of a chart', () => {
  afterEach(() => document.body.replaceChildren());

  it('skip the hour that is skipped at the start of summer time', async () => {
    const zone = { window: '6h', 'time-zone': 'Europe/Berlin' };
    const element = await upTo(Date.UTC(2026, 2, 29, 4), zone);
    const hours = labels(element).map((label) => Number.parseInt(label, 10));
    expect(hours).to.include(1).and.to.include(3);
    expect(hours).not.to.include(2);
  });

  it('show the hour that is repeated at the end of summer time twice', async () => {
    const zone = { window: '6h', 'time-zone': 'Europe/Berlin' };
    const element = await upTo(Date.UTC(2026, 9, 25, 4), zone);
    expect(labels(element).filter((label) => /^0?2:00/.test(label)).length).to.equal(2);
  });

  it('keep ticks on full local hours in a zone with an offset of 45 minutes', async () => {
    const element = await upTo(Date.UTC(2026, 5, 15, 12), {
      window: '6h',
      'time-zone': 'Asia/Kathmandu',
    });
    expect(labels(element).length).to.be.greaterThan(2);
    for (const label of labels(element)) expect(label).to.match(/:[03]0$/);
  });

  it('support summer time of half an hour', async () => {
    const element = await upTo(Date.UTC(2026, 9, 3, 18), {
      window: '12h',
      'time-zone': 'Australia/Lord_Howe',
    });
    for (const label of labels(element)) expect(label).to.match(/:00$|Okt/);
  });

  it('label midnight with the date, in the zone of the chart', async () => {
    const end = Date.UTC(2026, 5, 15, 12);
    const element = await upTo(end, { window: '24h', 'time-zone': 'Asia/Tokyo' });
    const ticks = element.chart?.scales['x']?.ticks ?? [];
    const midnight = ticks.find(({ value }) => value === Date.UTC(2026, 5, 14, 15));
    expect(String(midnight?.label)).to.contain('15.');
  });

  it('update in place when the zone of the chart changes', async () => {
    const element = await upTo(Date.UTC(2026, 5, 15, 12), { window: '6h', 'time-zone': 'UTC' });
    expect(labels(element)).to.include('10:00');
    element.setAttribute('time-zone', 'Asia/Tokyo');
    await settled(element);
    expect(labels(element)).to.include('19:00');
    expect(labels(element)).not.to.include('10:00');
  });
});
