/**
 * Many viewers behind a real nginx and a real Varnish as shared cache, with the recipes of
 * docs/deploying.md.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { type LivePoll, livePoll } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { type CacheKind, noCache, startCache } from '../support/cache-server.ts';
import { RawViewer } from '../support/raw-viewer.ts';

const VIEWERS = 2_000;

interface Origin {
  live: LivePoll;
  port: number;
  /** Polls that reached the origin. */
  polls: () => number;
  close(): Promise<void>;
}

async function startOrigin(port = 0): Promise<Origin> {
  const live = await livePoll({
    shared: true,
    graceMs: 50,
    maxLagMs: 60_000,
    allowHosts: ['wall.example'],
  });
  const server: Server = live.listen({ port });
  await once(server, 'listening');
  let polls = 0;
  server.on('request', ({ url }) => {
    if (url?.startsWith('/lp/poll?')) polls++;
  });
  const address = server.address() as AddressInfo;
  return { live, port: address.port, polls: () => polls, close: () => live.close() };
}

/** Resolves when all viewers hold the value. */
const all = (viewers: RawViewer[], value: number): Promise<unknown> =>
  Promise.all(viewers.map((viewer) => viewer.holds(value)));

for (const kind of ['nginx', 'varnish'] as CacheKind[]) {
  const skip = noCache(kind);

  test(`${kind}: ${VIEWERS} viewers cause a few polls at the origin, and each gets every update once`, {
    skip,
  }, async (t) => {
    const origin = await startOrigin();
    await using cache = await startCache(kind, origin.port);
    await origin.live.publish('cpu', 0);
    const viewers = Array.from({ length: VIEWERS }, () => new RawViewer(cache.port, 5));
    try {
      await all(viewers, 0);
      for (let value = 1; value <= 10; value++) {
        await origin.live.publish('cpu', value);
        await all(viewers, value);
      }
      for (const viewer of viewers)
        assert.deepEqual(viewer.values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      const before = viewers.map((viewer) => viewer.empty);
      await Promise.all(viewers.map((viewer, i) => viewer.hasEmpty((before[i] as number) + 2))); // In sequence for each viewer, not for all together.
      t.diagnostic(`${origin.polls()} polls reached the origin`);
      assert.ok(origin.polls() < VIEWERS / 20, `${origin.polls()} polls reached the origin`);
    } finally {
      for (const viewer of viewers) viewer.end();
      await origin.close();
    }
  });

  test(`${kind}: a restart of the origin without its data resets the viewers, and so does a deleted channel`, {
    skip,
  }, async () => {
    let origin = await startOrigin();
    const { port } = origin;
    await using cache = await startCache(kind, port);
    await origin.live.publish('cpu', 1);
    const viewers = Array.from({ length: 200 }, () => new RawViewer(cache.port, 5));
    try {
      await all(viewers, 1);
      await origin.close();
      origin = await startOrigin(port);
      await origin.live.publish('cpu', 2);
      await all(viewers, 2);
      for (const viewer of viewers) assert.deepEqual(viewer.values, [2]); // Replaced, not appended.
      await ask(`http://127.0.0.1:${port}/lp/channels/cpu`, { method: 'DELETE' });
      await Promise.all(viewers.map((viewer) => viewer.isEmpty()));
    } finally {
      for (const viewer of viewers) viewer.end();
      await origin.close();
    }
  });

  test(`${kind}: errors, writes and all other responses of the server are not cached`, {
    skip,
  }, async () => {
    const origin = await startOrigin();
    await using cache = await startCache(kind, origin.port);
    const url = `http://127.0.0.1:${cache.port}/lp`;
    const count = async (): Promise<number> =>
      ((await ask(`${url}/channels`)).json as { channels: unknown[] }).channels.length;
    assert.equal(await count(), 0);
    assert.equal((await ask(`${url}/channels/cpu`, { body: '1' })).status, 201);
    assert.equal(await count(), 1);
    const before = origin.polls();
    for (let i = 0; i < 3; i++) {
      const { status } = await ask(`${url}/poll?channels=cpu&since=x`);
      assert.equal(status, 400);
    }
    assert.equal(origin.polls() - before, 3);
    // A client that sends a cookie shares the same public response, and gets no cookie.
    const [one, two] = await Promise.all(
      ['a=1', 'a=2'].map((Cookie) => ask(`${url}/poll?channels=cpu`, { headers: { Cookie } })),
    );
    assert.equal(one?.text, two?.text);
    assert.equal(one?.headers['set-cookie'], undefined);
    // By the name of the server, and by one that is not its own.
    const byName = (Host: string) => ask(`${url}/channels/cpu`, { headers: { Host } });
    assert.equal((await byName('wall.example')).status, 200);
    assert.equal((await byName('evil.example')).status, 403);
    await origin.close();
  });
}
