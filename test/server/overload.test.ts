import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import test from 'node:test';
import { Hub } from '../../server/hub/hub.ts';
import { processLoad } from '../../server/hub/process-load.ts';
import { livePoll, memoryStore, ProtocolError } from '../../server/index.ts';
import { reading, turns } from '../support/fake-reader.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

const one = [{ json: '{"value":1}' }];
const overloaded = (error: unknown) =>
  error instanceof ProtocolError && error.code === 'overloaded' && error.retryAfter === 2;

/** Blocks the event loop repeatedly, as an app with long computations would. */
async function busyTurn(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end);
  await new Promise((done) => setImmediate(done));
}

test('a slow server holds polls as before, but its responses ask for a pause; at its limit it refuses, and recovers', async () => {
  const store = memoryStore();
  const load = { lag: 0.24, heap: 0 };
  const hub = new Hub({ store, load, ...new HandClock().options });
  const held = reading(hub, 'channels=cpu&since=0');
  load.lag = 0.25;
  const late = reading(hub, 'channels=cpu&since=0');
  assert.deepEqual([held.done, late.done], [false, false]); // Waiting has no cost; only waking has.
  await store.append('cpu', one);
  await turns();
  assert.deepEqual([held.answer.pause, late.answer.pause], [2_000, 2_000]);
  assert.deepEqual(held.versions('cpu'), [1]);
  load.lag = 1;
  assert.throws(() => reading(hub, 'channels=cpu&since=0'), overloaded);
  assert.equal(hub.stats.failed, 1);
  load.lag = 0.1;
  await store.append('cpu', one);
  assert.equal(reading(hub, 'channels=cpu&since=0').answer.pause, undefined);
  await hub.close(1);
});

test('when memory is short, polls without updates are answered at once with a pause, then refused', async () => {
  const load = { lag: 0, heap: 0.8 };
  const hub = new Hub({ store: memoryStore(), load, ...new HandClock().options });
  const calmed = reading(hub, 'channels=cpu&since=0');
  assert.deepEqual([calmed.answer.pause, calmed.answer.channels], [2_000, {}]);
  load.heap = 1;
  assert.throws(() => reading(hub, 'channels=cpu&since=0'), overloaded);
  load.heap = 0.5;
  assert.equal(reading(hub, 'channels=cpu&since=0').done, false);
  await hub.close(1);
});

test('a busy event loop is measured, also over HTTP, and so is its recovery', async () => {
  await using server = await startLive({ maxLagMs: 200 });
  let status = 200;
  while (status === 200) {
    const asked = server.poll('channels=cpu&wait=0');
    let done = false;
    asked.finally(() => (done = true));
    while (!done) await busyTurn(500);
    status = (await asked).status;
  }
  assert.equal(status, 503);
  while ((await server.poll('channels=cpu&wait=0')).status !== 200); // By itself.
});

test('a single long turn counts by its share of the second, like many short ones', async () => {
  const load = processLoad({ maxLagMs: 1_000 });
  const next = performance.now() + 1_500;
  await busyTurn(800);
  while (performance.now() < next) await new Promise((done) => setTimeout(done, 5));
  assert.ok(load.lag < 0.5, `${load.lag}`);
  assert.ok(load.heap > 0 && load.heap < 0.8);
  load.stop();
});

test('a client that sends requests without reading responses loses its connection', async () => {
  const live = await livePoll({ maxUnreadMs: 50, graceMs: 20 });
  const server = live.listen({ port: 0 });
  await once(server, 'listening');
  for (let i = 0; i < 4; i++) await live.publish('big', { text: 'x'.repeat(250_000) });
  const { port } = server.address() as AddressInfo;
  const mute = connect(port, '127.0.0.1').on('error', () => {});
  const cut = once(server, 'connection').then(([socket]) => once(socket, 'close'));
  const ask = 'GET /lp/poll?channels=big&wait=0 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  mute.pause().write(ask.repeat(40)); // 40 MB, more than the kernel buffers for a connection.
  await cut;
  mute.destroy();
  await live.close();
});

test('a client that reads slowly keeps its connection', async () => {
  const live = await livePoll({ maxUnreadMs: 3_000, graceMs: 20 });
  const server = live.listen({ port: 0 });
  await once(server, 'listening');
  for (let i = 0; i < 4; i++) await live.publish('big', { text: 'x'.repeat(250_000) });
  const { port } = server.address() as AddressInfo;
  const slow = connect(port, '127.0.0.1').pause();
  const ask = 'GET /lp/poll?channels=big&wait=0 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  slow.write(ask.repeat(20));
  const started = performance.now();
  let bytes = 0;
  while (bytes < 20_000_000) {
    await new Promise((done) => setTimeout(done, 20));
    for (let chunk = slow.read(); chunk; chunk = slow.read()) bytes += chunk.length;
    assert.equal(slow.closed, false);
  }
  assert.ok(performance.now() - started > 3_000); // Longer than a client may read nothing.
  slow.destroy();
  await live.close();
});
