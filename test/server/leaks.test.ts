import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import express from 'express';
import { Hub } from '../../server/hub/hub.ts';
import { livePoll, memoryStore, type Store } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { FakeReader, reading, turns } from '../support/fake-reader.ts';
import { HandClock, sweeps } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes in use after a full garbage collection. */
async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turns();
    gc();
  }
  return process.memoryUsage().heapUsed;
}

/** A store that counts its watches, which start one turn later if `slow`. */
function countingStore(slow: boolean): { store: Store; watches: () => number } {
  const store = memoryStore();
  const watch = store.watch.bind(store);
  let count = 0;
  store.watch = (name, onAdvance) => {
    count++;
    const watched = watch(name, onAdvance);
    if (watched instanceof Promise) throw new Error('not the memory store');
    const counted = {
      get head() {
        return watched.head;
      },
      stop() {
        count--;
        watched.stop();
      },
    };
    return slow ? turns(1).then(() => counted) : counted;
  };
  return { store, watches: () => count };
}

for (const slow of [false, true]) {
  const kind = slow ? 'an asynchronous' : 'a synchronous';
  test(`100,000 aborted polls of ${kind} store leave no held poll and no memory`, async () => {
    const { store } = countingStore(slow);
    const hub = new Hub({ store, ...new HandClock().options });
    const abort = async (polls: number): Promise<void> => {
      for (let i = 0; i < polls; i += 100) {
        const readers = Array.from({ length: 100 }, (_, k) =>
          reading(hub, `channels=c${k % 10},d&since=0,0&wait=${1 + (i % 50)}.${k}`),
        );
        if (i % 1_000 === 0) await turns(2);
        for (const reader of readers) hub.leave(reader);
      }
      await turns(3);
    };
    await abort(5_000);
    const before = await heapBytes();
    await abort(100_000);
    const grown = (await heapBytes()) - before;
    assert.equal(hub.held, 0);
    assert.equal(hub.stats.gone, 105_000);
    assert.ok(grown < 1_000_000, `${grown} bytes more`);
    await hub.close(1);
  });
}

test('invented names keep no watch; a channel with history is watched for a minute after its last subscriber', async () => {
  const clock = new HandClock();
  const { store, watches } = countingStore(false);
  const hub = new Hub({ store, ...clock.options });
  for (let i = 0; i < 30_000; i++) reading(hub, `channels=made-up-${i}&since=0&wait=0`);
  assert.equal(watches(), 0);
  const held = reading(hub, 'channels=made-up-7&since=0');
  assert.equal(watches(), 1, 'while the poll is held');
  clock.pass(30_000);
  await sweeps();
  assert.equal(held.done, true);
  assert.equal(watches(), 0);

  await store.append('real', [{ json: '1' }]);
  for (let i = 0; i < 3; i++) reading(hub, 'channels=real&wait=0');
  assert.equal(watches(), 1, 'a poll that follows at once uses the same watch');
  clock.pass(30_000);
  await sweeps();
  const again = reading(hub, 'channels=real&since=1&wait=55');
  clock.pass(40_000);
  await sweeps();
  assert.equal(again.done, false);
  assert.equal(watches(), 1);
  hub.leave(again);
  clock.pass(70_000);
  await sweeps();
  assert.equal(watches(), 0);
  await hub.close(1);
});

test('a client that leaves twice, or after the response, counts once', async () => {
  const hub = new Hub({ store: memoryStore(), ...new HandClock().options });
  const reader = reading(hub, 'channels=cpu&since=0');
  hub.leave(reader);
  hub.leave(reader);
  const answered = reading(hub, 'channels=cpu');
  hub.leave(answered);
  hub.leave(new FakeReader());
  assert.deepEqual([hub.held, hub.stats.gone], [0, 1]);
  await hub.close(1);
});

for (const door of ['express', 'front'] as const) {
  test(`${door}: 2,000 clients that disconnect leave nothing held`, async () => {
    await using server = await startLive({ door, ...new HandClock().options });
    const { hostname, port } = new URL(server.url);
    for (let round = 0; round < 4; round++) {
      const sockets = Array.from({ length: 500 }, (_, i) => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => {});
        socket.write(
          `GET /lp/poll?channels=c${i % 20}&since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        );
        return socket;
      });
      await server.held(500);
      // Half of them close the connection, half reset it.
      sockets.forEach((socket, i) => (i % 2 ? socket.end() : socket.resetAndDestroy()));
      await server.held(0);
    }
    const { text } = await ask(`${server.url}/metrics`);
    assert.match(text, /^lp_polls_total\{result="gone"\} 2000$/m);
  });
}

test('a client that left while the app was busy before the route is not held', async () => {
  const live = await livePoll(new HandClock().options);
  let reached = (): void => {};
  const left = new Promise<void>((done) => (reached = done));
  const app = express().use('/lp', async (req, res, next) => {
    if (!req.url.includes('slow')) return next();
    await new Promise((done) => res.once('close', done));
    next();
    reached();
  });
  app.use('/lp', live.router);
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lp`;
  const leaving = new AbortController();
  const asked = ask(`${url}/poll?channels=slow&since=0`, { signal: leaving.signal });
  asked.catch(() => {});
  setTimeout(() => leaving.abort(), 50);
  await left;
  assert.equal(((await ask(`${url}/health`)).json as { held: number }).held, 0);
  await live.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
