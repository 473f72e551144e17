import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Answer } from '../../protocol/lp1.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { redisStore } from '../../server/stores/redis/store.ts';
import type { Store } from '../../server/stores/store.ts';
import { PLENTY, told } from '../contract/case.ts';
import { run, type Served, serve } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

/** What a newcomer is told of a channel: keys, times and data in order, and the meta. */
type View = [entries: unknown[], meta: unknown];

const COUNT = 3_000;
const big = 'ü"\u0000\u2028'.repeat(500);

async function post(url: string, channel: string, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/channels/${channel}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 201, await response.text());
}

/** A server with channels of several kinds. */
async function filled(t: TestContext): Promise<Served> {
  const served = await serve();
  t.after(() => served.stop());
  const { url } = served;
  const meta = { label: 'Alle', retain: COUNT, unit: 'percent' };
  await fetch(`${url}/channels/long`, { method: 'PUT', body: JSON.stringify(meta) });
  for (let n = 0; n < COUNT; n += 500) {
    const items = Array.from({ length: 500 }, (_, i) => ({ value: n + i, key: `k${i % 7}` }));
    await post(url, 'long', items);
  }
  await post(url, 'odd', [
    { text: big, key: 'a\u0000"' },
    { d: [{ m: 1 }], time: 1_700_000_000_000 },
  ]);
  await post(
    url,
    'odd',
    Array.from({ length: 40 }, () => ({ text: big })),
  );
  await fetch(`${url}/channels/named`, { method: 'PUT', body: '{"label":"no entries"}' });
  await post(url, 'gone', 1);
  await fetch(`${url}/channels/gone`, { method: 'DELETE' });
  return served;
}

async function viewOf(store: Store, channel: string): Promise<View> {
  const slice = await store.read(channel, undefined, PLENTY);
  const entries = told(slice).flatMap(({ t, k, d }) => (d === undefined ? [] : [{ t, k, d }]));
  return [entries, slice.meta === undefined ? undefined : JSON.parse(slice.meta)];
}

async function served(url: string, channel: string): Promise<View> {
  const entries: unknown[] = [];
  let meta: unknown;
  for (let since = ''; ; ) {
    const response = await fetch(`${url}/poll?channels=${channel}&since=${since}&wait=0`);
    const { channels, more } = (await response.json()) as Answer;
    const part = channels[channel];
    for (const { t, k, d } of part?.entries ?? []) if (d !== undefined) entries.push({ t, k, d });
    if (part?.reset) meta = part.meta;
    since = part?.to ?? since;
    if (!more) return [entries, meta];
  }
}

test('a backup is restored into a folder, and into Redis, as it was', async (t) => {
  const { url } = await filled(t);
  const saved = await run(['backup', '--url', url]);
  assert.equal(saved.code, 0, saved.err);
  assert.match(saved.err, /3 channels with 3042 entries/);
  const data = join(await emptyFolder(t), 'data');
  const restored = await run(['restore', '--data', data], { input: saved.out });
  assert.equal(restored.code, 0, restored.err);
  const names = ['long', 'odd', 'named'];
  const folder = await levelStore({ location: data });
  t.after(() => folder.close());
  for (const name of names) assert.deepEqual(await viewOf(folder, name), await served(url, name));
  const listed = (await folder.list()).map(({ name }) => name);
  assert.deepEqual(listed.toSorted(), names.toSorted());
  if (noEngine) return t.diagnostic(`not into Redis: ${noEngine}`);
  const engine = await RedisServer.start();
  t.after(() => engine.stop());
  const moved = await run(['restore', '--redis', engine.url], { input: saved.out });
  assert.equal(moved.code, 0, moved.err);
  const redis = await redisStore({ url: engine.url });
  for (const name of names) assert.deepEqual(await viewOf(redis, name), await served(url, name));
  await redis.close();
});

test('a backup under load has each channel as a reader at its cursor holds it', async (t) => {
  const { url } = await filled(t);
  let publishing = true;
  const load = (async () => {
    for (let n = COUNT; publishing; n++) await post(url, 'long', { value: n, key: `k${n % 7}` });
  })();
  const saved = await run(['backup', '--url', url]);
  publishing = false;
  await load;
  assert.equal(saved.code, 0, saved.err);
  const values = saved.out
    .split('\n')
    .filter((line) => line.includes('"key":') || /"k":"k\d"/.test(line))
    .map((line) => (JSON.parse(line) as { d: { value: number } }).d.value);
  assert.ok(values.length >= COUNT, `${values.length} entries`);
  values.forEach((value, i) => assert.equal(value, (values[0] as number) + i));
});

test('a store that holds channels is left alone, unless it is forced; what is no backup is refused', async (t) => {
  const data = join(await emptyFolder(t), 'data');
  const whole = [
    '{"backup":1,"time":1,"version":"0"}',
    '{"v":1,"t":5,"d":1.50}',
    '{"channel":"a","entries":1,"cursor":"1.abc"}',
    '{"end":true,"channels":1,"entries":1}',
  ];
  const restore = (lines: string[], ...args: string[]) =>
    run(['restore', '--data', data, ...args], { input: lines.join('\n') });
  assert.equal((await restore(whole)).code, 0);
  const again = await restore(whole);
  assert.equal(again.code, 1);
  assert.match(again.err, /holds channels already.*--force/);
  assert.equal((await restore(whole, '--force')).code, 0);
  const cut = await restore(whole.slice(0, 3), '--force');
  assert.equal(cut.code, 1);
  assert.match(cut.err, /was cut off/);
  const other = await restore(['{"value":1}'], '--force');
  assert.equal(other.code, 1);
  assert.match(other.err, /line 1 of stdin is not of a backup/);
  const nowhere = await run(['restore'], { input: '', env: { LP_DATA: '', LP_REDIS: '' } });
  assert.equal(nowhere.code, 2);
  const store = await levelStore({ location: data });
  assert.deepEqual((await store.read('a', undefined, PLENTY)).entries.length, 1);
  await store.close();
});
