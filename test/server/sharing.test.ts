import assert from 'node:assert/strict';
import test from 'node:test';
import zlib from 'node:zlib';
import { Hub } from '../../server/hub/hub.ts';
import { memoryStore, type Store } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { reading, turns } from '../support/fake-reader.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

const one = [{ json: '{"value":1}' }];

/** A memory store that records which channels were read. */
function readStore(): { store: Store; reads: string[] } {
  const store = memoryStore();
  const read = store.read.bind(store);
  const reads: string[] = [];
  store.read = (channel, ...args) => {
    reads.push(channel);
    return read(channel, ...args);
  };
  return { store, reads };
}

test('1,000 equal polls cost one read and one response, and get the same bytes', async () => {
  const { store, reads } = readStore();
  const hub = new Hub({ store, ...new HandClock().options });
  const readers = Array.from({ length: 1_000 }, () => reading(hub, 'channels=cpu&since=0'));
  assert.deepEqual([reads.length, hub.stats.answersBuilt], [0, 0]);
  await store.append('cpu', one);
  await turns(1); // Directly after the wake, before any timer can drop the response.
  assert.deepEqual([reads, hub.stats.answersBuilt], [['cpu'], 1]);
  assert.equal(new Set(readers.map(({ built }) => built?.body)).size, 1);
  reading(hub, 'channels=cpu&since=0');
  assert.deepEqual([reads.length, hub.stats.answersBuilt], [1, 1]); // Late, and still served from the same response.
  await hub.close(1);
});

test('clients of different channels at the same cursor share the parts that they have in common', async () => {
  const { store, reads } = readStore();
  const hub = new Hub({ store, ...new HandClock().options });
  reading(hub, 'channels=cpu&since=0');
  reading(hub, 'channels=cpu,mem&since=0,0');
  reading(hub, 'channels=cpu,disk&since=0,0');
  await store.append('cpu', one);
  await turns();
  assert.deepEqual([reads, hub.stats.answersBuilt], [['cpu'], 3]);
  await hub.close(1);
});

test('clients at different cursors, or with another tail, never share', async () => {
  const store = memoryStore();
  const hub = new Hub({ store, ...new HandClock().options });
  await store.append('cpu', [...one, ...one, ...one]);
  const all = reading(hub, 'channels=cpu&since=0');
  const some = reading(hub, 'channels=cpu&since=2');
  const tail = reading(hub, 'channels=cpu&tail=1');
  assert.deepEqual(all.versions('cpu'), [1, 2, 3]);
  assert.deepEqual(some.versions('cpu'), [3]);
  assert.deepEqual(tail.versions('cpu'), [3]);
  await hub.close(1);
});

test('appends of one turn wake polls once; clients of other channels are not woken', async () => {
  const { store, reads } = readStore();
  const hub = new Hub({ store, ...new HandClock().options });
  const asleep = Array.from({ length: 50 }, (_, i) => reading(hub, `channels=quiet-${i}&since=0`));
  const awake = reading(hub, 'channels=a,b&since=0,0');
  for (let i = 0; i < 100; i++) await store.append(i % 2 ? 'a' : 'b', one);
  await turns();
  assert.equal(hub.stats.wakes.count, 1);
  assert.deepEqual(reads.toSorted(), ['a', 'b']);
  assert.equal(awake.versions('a').length, 50);
  assert.ok(asleep.every(({ done }) => !done));
  assert.equal(hub.held, 50);
  await hub.close(1);
});

test('a response made before an append is not sent after it', async () => {
  const store = memoryStore();
  const hub = new Hub({ store, ...new HandClock().options });
  await store.append('cpu', one);
  assert.deepEqual(reading(hub, 'channels=cpu').versions('cpu'), [1]);
  await store.append('cpu', one);
  assert.deepEqual(reading(hub, 'channels=cpu').versions('cpu'), [1, 2]); // In the very same turn.
  await store.clear('cpu');
  assert.deepEqual(reading(hub, 'channels=cpu').versions('cpu'), []);
  await hub.close(1);
});

test('a large response is compressed once per encoding, whichever client is first', async () => {
  const store = memoryStore();
  const hub = new Hub({ store, ...new HandClock().options });
  const readers = Array.from({ length: 20 }, () => reading(hub, 'channels=cpu&since=0'));
  await store.append('cpu', [{ json: JSON.stringify({ text: 'x'.repeat(50_000) }) }]);
  await turns();
  for (const encoding of ['gzip', 'br'] as const) {
    const bodies = await Promise.all(readers.map(async ({ built }) => built?.encoded(encoding)));
    assert.equal(new Set(bodies).size, 1); // The very same buffer.
    assert.equal(inflated(bodies[0] as Buffer, encoding), readers[0]?.built?.body.toString());
  }
  await hub.close(1);
});

test('each client gets an encoding that it accepts', async () => {
  await using server = await startLive(new HandClock().options);
  const encodings = ['gzip', 'br', 'gzip, deflate, br', 'identity', ''];
  const held = encodings.map((accept) =>
    server.poll('channels=cpu&since=0', { headers: accept ? { 'Accept-Encoding': accept } : {} }),
  );
  await server.held(5);
  await server.live.publish('cpu', { text: 'x'.repeat(50_000) });
  const answers = await Promise.all(held);
  answers.forEach(({ bytes, headers }, i) => {
    const encoding = ['gzip', 'br', 'br', undefined, undefined][i];
    assert.equal(headers['content-encoding'], encoding);
    assert.equal(headers['content-length'], String(bytes.length));
    assert.match(headers.vary ?? '', /Accept-Encoding/);
    assert.equal(inflated(bytes, encoding), answers[4]?.text);
    if (encoding) assert.ok(bytes.length < 1_000);
  });
});

test('an encoding that a client does not accept is not sent; small responses are not compressed', async () => {
  await using server = await startLive();
  await server.live.publish('big', { text: 'x'.repeat(5_000) });
  await server.live.publish('small', { text: 'x' });
  const cases: [accept: string, encoding: string | undefined][] = [
    ['gzip;q=0', undefined],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.0,gzip;q=0.5', 'gzip'],
    ['br;q=0.1', 'br'],
    ['BR', 'br'],
    ['deflate', undefined],
    ['brotli', undefined],
    ['identity;q=1, *;q=0', undefined],
  ];
  for (const [accept, encoding] of cases) {
    const headers = { 'Accept-Encoding': accept };
    const big = await server.poll('channels=big', { headers });
    assert.equal(big.headers['content-encoding'], encoding, accept);
    assert.match(inflated(big.bytes, encoding), /xxxx/);
    const small = await server.poll('channels=small', { headers });
    assert.equal(small.headers['content-encoding'], undefined);
  }
  const one = await ask(`${server.url}/channels/big`, { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(one.headers['content-encoding'], 'gzip');
});

test('a response whose client disconnects during compression affects no other poll', async () => {
  await using server = await startLive();
  await server.live.publish('big', { text: 'x'.repeat(200_000) });
  const headers = { 'Accept-Encoding': 'br' };
  for (let i = 0; i < 50; i++) {
    const leaving = new AbortController();
    const asked = server.poll('channels=big', { headers, signal: leaving.signal });
    setImmediate(() => leaving.abort());
    await asked.catch(() => {});
  }
  await server.held(0);
  assert.equal((await server.poll('channels=big', { headers })).status, 200);
});

function inflated(bytes: Buffer, encoding: string | undefined): string {
  if (encoding === 'br') return zlib.brotliDecompressSync(bytes).toString();
  return encoding === 'gzip' ? zlib.gunzipSync(bytes).toString() : bytes.toString();
}
