import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { HistoryAnswer } from '../../protocol/history.ts';
import { ask } from '../support/ask.ts';
import { livePoll } from '../../server/index.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';

const T0 = Date.UTC(2026, 4, 1, 12);
let server: LiveServer;
let now = T0;

before(async () => {
  server = await startLive({ now: () => now, in: false });
});
after(() => server.close());

const ask_ = (search: string, headers = {}) => ask(`${server.url}/channels/${search}`, { headers });
async function history(search: string): Promise<HistoryAnswer> {
  const { status, text, json } = await ask_(search);
  assert.equal(status, 200, text);
  return json as HistoryAnswer;
}
/** Publishes values with times, in seconds from T0. */
const publish = (channel: string, samples: [seconds: number, data: object][]) =>
  server.live.publish(
    channel,
    samples.map(([s, data]) => ({ time: T0 + s * 1_000, ...data })),
  );

test('samples are returned in buckets, each once, with the cursor from which to poll', async () => {
  const { cursor } = await publish('room', [
    [-3_600, { value: 1 }],
    [-3_599, { value: 0.1 }],
    [-3_598.5, { value: 0.2 }],
    [-60, { value: 7 }],
    [-59.9, { value: 5 }],
    [-59.95, { value: 6 }],
  ]);
  const { series, ...rest } = await history('room/history?from=-1h&points=3600');
  assert.deepEqual(rest, {
    now: T0,
    channel: 'room',
    cursor,
    from: T0 - 3_600_000,
    to: T0,
    step: 1_000,
    since: T0 - 3_600_000,
  });
  const at = (s: number) => T0 + s * 1_000;
  assert.deepEqual(series, [
    {
      field: 'value',
      t: [at(-3_600), at(-3_599), at(-60)],
      n: [1, 2, 3],
      min: [1, 0.1, 5],
      max: [1, 0.2, 7],
      sum: [1, 0.3, 18],
      last: [1, 0.2, 5],
    },
  ]);
  const poll = await server.poll(`channels=room&since=${cursor}&wait=0`);
  assert.deepEqual(poll.answer.channels, {});
});

test('the step is a round multiple of a tier, so that the range has at most the requested number of points', async () => {
  const steps = async (from: string, points: number) =>
    (await history(`room/history?from=${from}&points=${points}`)).step / 1_000;
  assert.equal(await steps('-24h', 800), 120);
  assert.equal(await steps('-5m', 800), 1);
  assert.equal(await steps('-1h', 800), 5);
  assert.equal(await steps('-6h', 800), 30);
  assert.equal(await steps('-7d', 800), 900);
  assert.equal(await steps('-30d', 800), 3_600);
  assert.equal(await steps('-1y', 800), 43_200);
  assert.equal(await steps('-200y', 1), Math.ceil(73_000 / 28) * 28 * 86_400);
});

test('only buckets within the range are returned', async () => {
  const from = T0 - 60_000;
  const { series } = await history(`room/history?from=${from}&to=${T0 - 59_000}&points=1`);
  assert.deepEqual(series[0]?.t, [from]);
  assert.deepEqual((await history(`room/history?from=-30s`)).series, []);
});

test('without an end, samples with future times are returned, because a poll from the cursor does not return them', async () => {
  await publish('ahead', [[5, { value: 1 }]]);
  assert.deepEqual((await history('ahead/history')).series[0]?.t, [T0]);
  assert.deepEqual((await history(`ahead/history?to=${T0}`)).series, []);
});

test('the fields are those that a chart draws: paths, quoted numbers, booleans, gaps and words', async () => {
  await publish('mixed', [
    [-10, { value: '21.5', on: true, load: [1, 2], disk: { used: 3, name: 'a' }, level: 'ok' }],
    [-9, { value: null, on: false, level: 'error', status: 'a word longer than 16' }],
    [-8, { value: 'broken', text: 'hello', level: 'ok' }],
  ]);
  const { series } = await history('mixed/history?from=-1m&points=1');
  const told = Object.fromEntries(
    series.map(({ field, n, sum, g }) => [field, [n[0], sum?.[0], g?.[0]]]),
  );
  assert.deepEqual(told, {
    value: [1, 21.5, 1],
    on: [2, 1, undefined],
    'load.0': [1, 1, undefined],
    'load.1': [1, 2, undefined],
    'disk.used': [1, 3, undefined],
    'level=ok': [2, undefined, undefined],
    'level=error': [1, undefined, undefined],
    'value=broken': [1, undefined, undefined],
  });
  const one = await history('mixed/history?from=-1m&fields=on,level%3Dok');
  assert.deepEqual(
    one.series.map(({ field }) => field),
    ['on', 'level=ok'],
  );
});

test('there are at most 16 fields per key', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, i]));
  await publish('wide', [[-1, many]]);
  assert.equal((await history('wide/history')).series.length, 16);
});

test('states are counted by word: also bare ones, and those of state and value, but no other text', async () => {
  await publish('states', [[-9, { state: 'up' }]]);
  await server.live.publish('states', ['down', { value: 'down' }, 'hello', { state: 'lunch' }]);
  await server.live.describe('desk', { states: 'lunch:warn' });
  await server.live.publish('desk', 'lunch');
  const counts = async (channel: string) =>
    (await history(`${channel}/history?points=1`)).series.map(({ field, n }) => [field, n[0]]);
  assert.deepEqual(await counts('states'), [
    ['state=up', 1],
    ['text=down', 1],
    ['value=down', 1],
  ]);
  assert.deepEqual(await counts('desk'), [['text=lunch', 1]]);
});

test('a counter returns its increase, also across a restart', async () => {
  await server.live.describe('net', { kind: 'counter', fields: { temp: { kind: 'gauge' } } });
  await publish('net', [
    [-5, { value: 100, temp: 20 }],
    [-4, { value: 110, temp: 21 }],
    [-4.5, { value: 108, temp: 19 }],
    [-3, { value: 4, temp: 22 }],
  ]);
  const { series } = await history('net/history?from=-1m&points=1');
  assert.deepEqual(
    series.map(({ field, inc, at }) => [field, inc, at]),
    [
      ['value', [14], undefined],
      ['temp', undefined, undefined],
    ],
  );
  const timed = await history('net/history?from=-1m&points=1&times=last');
  assert.deepEqual(
    timed.series.map(({ t, at }) => (t[0] ?? 0) + (at?.[0] ?? 0)),
    [T0 - 3_000, T0 - 3_000],
  );
});

test('each key is a series, and keys can be selected; above 64 keys this is required', async () => {
  await publish('keys', [
    [-2, { key: 'a', value: 1 }],
    [-2, { key: 'b', value: 2 }],
    [-1, { value: 3 }],
  ]);
  const keys = async (search: string) =>
    (await history(`keys/history?${search}`)).series.map(({ key }) => key);
  assert.deepEqual(await keys(''), ['a', 'b', undefined]);
  assert.deepEqual(await keys('key=b'), ['b']);
  assert.deepEqual(await keys('key=&key=a'), ['a', undefined]);
  assert.deepEqual(await keys('key=none'), []);
  const many = Array.from(
    { length: 65 },
    (_, i) => [-1, { key: `k${i}`, value: i }] as [number, object],
  );
  await publish('many', many);
  const refused = await ask_('many/history');
  assert.deepEqual([refused.status, refused.problem.code], [400, 'bad-request']);
  assert.match(refused.problem.detail, /key=/);
  assert.equal((await history('many/history?key=k1&key=k2')).series.length, 2);
});

test('an invalid query is refused with its value and the cure', async () => {
  for (const search of [
    'from=yesterday',
    'from=2026-05-01',
    'to=-24x',
    'from=now',
    'from=-1h&to=-2h',
    'points=0',
    'points=5001',
    'points=many',
    'format=xml',
    'times=all',
    'from=99999999999999999',
    Array.from({ length: 65 }, (_, i) => `key=${i}`).join('&'),
  ]) {
    const { status, problem } = await ask_(`room/history?${search}`);
    assert.deepEqual([status, problem.code], [400, 'bad-request'], search);
  }
  const long = await ask_(`room/history?fields=${'f'.repeat(9_000)}`);
  assert.deepEqual([long.status, long.problem.code], [414, 'url-too-long']);
});

test('times may be RFC 3339 with an offset, or ms', async () => {
  const { from, to } = await history(
    'room/history?from=2026-05-01T10:00:00%2B02:00&to=2026-05-01T10:30:00.5+01:00',
  );
  assert.deepEqual([from, to], [Date.UTC(2026, 4, 1, 8), Date.UTC(2026, 4, 1, 9, 30, 0, 500)]);
});

test('an unknown channel has an empty history; on a strict server it is not found', async () => {
  const { series, cursor, since } = await history('nobody/history');
  assert.deepEqual([series, cursor, since], [[], '0', undefined]);
  await using strict = await startLive({ strict: true });
  const { status, problem } = await ask(`${strict.url}/channels/nobody/history`);
  assert.deepEqual([status, problem.code], [404, 'unknown-channel']);
});

test('CSV has a row per bucket and cannot run as a formula', async () => {
  await publish('sheet', [
    [-2, { key: '=1+1', value: 1 }],
    [-1.5, { key: '=1+1', value: 2 }],
  ]);
  const { headers, text } = await ask_('sheet/history?format=csv&from=-1m&points=1');
  assert.equal(headers['content-type'], 'text/csv; charset=utf-8');
  assert.equal(
    text,
    `time,key,field,n,min,max,mean,sum,last,increase\r\n2026-05-01T11:59:00.000Z,'=1+1,value,2,1,2,1.5,3,2,\r\n`,
  );
});

test('responses are not cached, can be compressed, and support HEAD', async () => {
  const plain = await ask_('room/history?from=-2h');
  assert.equal(plain.headers['cache-control'], 'no-store');
  await publish(
    'long',
    Array.from({ length: 300 }, (_, i) => [-i, { value: i }]),
  );
  const gzip = await ask_('long/history?from=-10m', { 'Accept-Encoding': 'gzip' });
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  const answer = JSON.parse(gunzipSync(gzip.bytes).toString()) as HistoryAnswer;
  assert.equal(answer.series[0]?.t.length, 300);
  const head = await ask(`${server.url}/channels/room/history`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
  const post = await ask(`${server.url}/channels/room/history`, { body: '1' });
  assert.deepEqual([post.status, post.headers.allow], [405, 'GET, HEAD, OPTIONS']);
});

test('a shared server lets caches store the history; a read token is needed where polls need one', async () => {
  await using shared = await startLive({ shared: true });
  const { headers } = await ask(`${shared.url}/channels/room/history`);
  assert.equal(headers['cache-control'], 'public, max-age=0, s-maxage=5');
  await using guarded = await startLive({ readToken: 'eyes' });
  const url = `${guarded.url}/channels/room/history?from=bad`;
  assert.equal((await ask(url)).status, 401);
  const told = await ask(url, { headers: { Authorization: 'Bearer eyes' } });
  assert.equal(told.status, 400);
});

test('the same request within a second gets the same response', async () => {
  const search = 'room/history?from=-3h';
  const first = await ask_(search);
  await publish('room', [[0, { value: 1 }]]);
  assert.equal((await ask_(search)).text, first.text);
  now += 1_001;
  const { cursor } = await history(search);
  assert.notEqual(cursor, (first.json as HistoryAnswer).cursor);
});

test('an age of history that cannot be stored is refused', async () => {
  await assert.rejects(livePoll({ history: 'a while' }), TypeError);
  for (const history of ['12', '0d', 12]) {
    const body = JSON.stringify({ history });
    const { status, problem } = await ask(`${server.url}/channels/room`, { method: 'PUT', body });
    assert.deepEqual([status, problem.code], [400, 'bad-request']);
  }
});

test('entries that retention drops stay in the history, over HTTP', async () => {
  await using small = await startLive({ retain: 100, now: () => T0 });
  const times = Array.from({ length: 400 }, (_, i) => T0 - (400 - i) * 1_000);
  for (let i = 0; i < 400; i += 50)
    await small.live.publish(
      'room',
      times.slice(i, i + 50).map((time, n) => ({ value: i + n, time })),
    );
  const answer = (await small.poll('channels=room&since=&wait=0')).answer;
  assert.ok((answer.channels['room']?.entries.length ?? 0) <= 100);
  const { json } = await ask(`${small.url}/channels/room/history?from=${T0 - 3_600_000}&to=${T0}`);
  const { series, since } = json as HistoryAnswer;
  assert.equal(
    series[0]?.n.reduce((a, b) => a + b, 0),
    400,
  );
  assert.equal(since, times[0]);
  const metrics = await ask(`${small.url}/metrics`);
  assert.match(metrics.text, /^lp_history_lost_total 0$/m);
});
