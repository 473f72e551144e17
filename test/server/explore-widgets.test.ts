import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ExploreEntry, explore } from '../support/explore.ts';

const { configOf, formatOf, groupsBelow, labelOf, pageOf, stepsTo, tagOf } = explore;
const { viewsFor, widgetFor, windowOf } = explore;

const T = 1_796_000_000_000;

/** Entries of a metric as agents send it: `values` of each key, 10 s apart. */
const series = (keys: string[], values: unknown[]): ExploreEntry[] =>
  values.flatMap((value, n) =>
    keys.map((k) => ({ t: T + n * 10_000, ...(k && { k }), d: { value, labels: { host: k } } })),
  );

const tagFor = (
  name: string,
  meta: Record<string, unknown>,
  keys: string[],
  value: unknown,
): string => {
  const entries = series(keys, [value, value]);
  return tagOf(widgetFor({ name, meta, entries: entries.length * 10, updated: T }, entries));
};

describe('the widget of a metric follows its kind, unit and number of series', () => {
  const cases: [string, Record<string, unknown>, number, unknown, RegExp][] = [
    ['mem', { kind: 'gauge', unit: 'byte' }, 1, 5e6, /^<lp-number .*format="bytes" sparkline/],
    ['mem', { kind: 'gauge' }, 1, 5e9, /^<lp-number .*notation="compact"/],
    ['wait', { kind: 'gauge', unit: 'second' }, 1, 0.2, /^<lp-number .*format="duration"/],
    ['cpu.utilization', { kind: 'gauge' }, 1, 0.4, /^<lp-number .*format="percent"/],
    ['mem.percent', { retain: 120 }, 1, 40, /^<lp-number .*unit="percent"/],
    ['boot_time_seconds', { kind: 'gauge', unit: 'second' }, 1, T / 1000, /format="relative"/],
    ['io_time_seconds', { kind: 'gauge', unit: 'second' }, 1, 12, /format="duration"/],
    ['queue', { kind: 'gauge' }, 3, 4, /^<lp-metric-chart /],
    ['queue', { kind: 'gauge' }, 40, 4, /^<lp-list .*sort="value"/],
    [
      'bytes_total',
      { kind: 'counter', unit: 'byte' },
      1,
      4,
      /^<lp-metric-chart .* rate format="bytes"/,
    ],
    ['cpu_seconds_total', { kind: 'counter', unit: 'second' }, 2, 4, /rate format="percent"/],
    ['jobs', { kind: 'delta' }, 1, 4, /^<lp-metric-chart .*type="bar"/],
    ['node.up', { kind: 'gauge' }, 2, 1, /^<lp-tracker .*states="1:ok:Up, 0:danger:Down"/],
    ['setup', { kind: 'gauge' }, 1, 1, /^<lp-number/],
    ['go_info', { kind: 'gauge' }, 1, 1, /^<lp-table .*rows-of="keys" columns="labels.host=host"/],
    ['gap', { kind: 'gauge' }, 1, null, /^<lp-number/],
  ];
  for (const [name, meta, count, value, expected] of cases) {
    test(`${name} ${JSON.stringify(meta)}, ${count} series`, () => {
      const keys = count === 1 ? [''] : Array.from({ length: count }, (_, n) => `k${n}`);
      assert.match(tagFor(name, meta, keys, value), expected);
    });
  }
});

test('a summary shows its quantiles, a histogram its count per second', () => {
  const channel = { name: 'gc', entries: 9, updated: T, meta: { kind: 'summary', unit: 'second' } };
  const d = {
    count: 3,
    sum: 1,
    quantiles: [
      [0, 1],
      [0.5, 2],
      [0.99, 3],
    ],
  };
  assert.match(
    tagOf(widgetFor(channel, [{ t: T, k: 'a="1"', d }])),
    /^<lp-metric-chart [^>]*format="duration"[^]*field="quantiles.1.1" label="p50" key="a=&quot;1&quot;" unit="second"[^]*label="p99"/,
  );
  const histogram = { ...channel, meta: { kind: 'histogram', unit: 'second' } };
  const entries = [{ t: T, d: { count: 3, sum: 1, buckets: [[1, 2]] } }];
  assert.match(tagOf(widgetFor(histogram, entries)), /^<lp-metric-chart .*fields="count" rate/);
});

test('events, logs, chats, alerts, states and lists have widgets of their own', () => {
  const tag = (d: unknown, k?: string): string => {
    const entry = { t: T, d, ...(k && { k }) };
    return tagOf(widgetFor({ name: 'x', entries: 9, updated: T }, [entry]))
      .split(' channel="x"')
      .join('');
  };
  assert.equal(
    tag({ title: 'Deploy', text: 'done' }),
    '<lp-feed label="x" variant="events" limit="50"></lp-feed>',
  );
  assert.match(tag({ text: 'GET /', level: 'info' }), /variant="log".* follow/);
  assert.match(tag('a line'), /variant="log"/);
  assert.match(tag({ text: 'hello', author: 'kim' }), /variant="chat"/);
  assert.match(
    tag({ title: 'DiskFull', level: 'critical', status: 'firing' }, 'a1'),
    /^<lp-alerts/,
  );
  assert.match(tag({ status: 'up' }), /^<lp-tracker/);
  assert.match(tag({ items: [] }), /^<lp-list/);
  assert.match(tag({ in: 1, out: 2 }), /^<lp-metric-chart/);
  assert.match(tag({ other: 'x' }), /^<lp-table/);
  assert.match(tag('42'), /^<lp-number/);
});

test('a channel without data has a widget too, even one that an agent described', () => {
  for (const meta of [undefined, { kind: 'gauge' }, { kind: 'counter' }, { kind: 'histogram' }])
    assert.ok(widgetFor({ name: 'x', entries: 0, updated: T, ...(meta && { meta }) }, []).tag);
});

test('the window covers what is retained, judged by the distance of the newest entries', () => {
  const entries = series([''], [1, 2]);
  const [view] = viewsFor(
    { name: 'x', meta: { kind: 'gauge' }, entries: 120, updated: T },
    entries,
  );
  assert.equal(view?.widget.attributes['window'], '20m'); // 119 steps of 10 s.
  assert.equal(windowOf(0), '2m');
  assert.equal(windowOf(1e12), '7d');
});

test('labels are words without the unit, or the channel’s own label', () => {
  assert.equal(labelOf('node.node_memory_MemFree_bytes', { kind: 'gauge' }), 'node memory MemFree');
  assert.equal(
    labelOf('shop.http.server.request.count', { kind: 'counter' }),
    'shop http server request count',
  );
  assert.equal(labelOf('backup.nightly'), 'backup.nightly');
  assert.equal(labelOf('x', { kind: 'gauge', label: 'Mine' }), 'Mine');
  assert.deepEqual(formatOf('x', { unit: 'job' }, 3e7), {});
});

test('names are grouped at dots, or at underscores if they have none', () => {
  const names = ['node.cpu_user', 'node.cpu_idle', 'node.up', 'shop.a.b', 'room'];
  assert.deepEqual(groupsBelow(names, ''), [
    { prefix: 'node.', count: 3 },
    { prefix: 'shop.', count: 1 },
  ]);
  assert.deepEqual(groupsBelow(names, 'node.'), [{ prefix: 'node.cpu_', count: 2 }]);
  assert.deepEqual(stepsTo('node.cpu_'), ['node.', 'cpu_']);
});

test('a collected page is HTML that escapes what was published, and JSON with its schema', () => {
  const d = { count: 3, sum: 1, quantiles: [[0.5, 2]] };
  const meta = { kind: 'summary', label: '<b>' };
  const tiles = [widgetFor({ name: 'gc', entries: 9, updated: T, meta }, [{ t: T, d }])];
  const page = { title: '"My" <board>', base: 'http://kit.example/lp', tiles };
  assert.equal(configOf(page).$schema, 'http://kit.example/lp/dashboard.schema.json');
  const html = pageOf(page);
  assert.match(html, /<title>&quot;My&quot; &lt;board&gt;<\/title>/);
  assert.match(html, /label="&lt;b&gt;"/);
  assert.match(html, /<lp-series field="quantiles.0.1" label="p50"/);
  assert.match(html, /<lp-dashboard src="http:\/\/kit.example\/lp" label="&quot;My&quot;/);
});
