import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  ClientError,
  type LiveClient,
  type LiveClientOptions,
  liveClient,
  type Update,
} from '../../components/client/index.ts';
import { livePoll } from '../../server/index.ts';
import { startLive } from '../support/live-server.ts';

/** A client that collects the entries of `cpu`, on which a test can wait. */
function listening(
  t: TestContext,
  { url }: { url: string },
  options?: LiveClientOptions,
): { client: LiveClient; updates: Update[]; until: (seen: () => boolean) => Promise<void> } {
  const client = liveClient(url, { minIntervalMs: 1, ...options });
  t.after(() => client.close());
  const updates: Update[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((check) => check());
  client.onStatus(look);
  client.subscribe('cpu', (update) => {
    updates.push(update);
    look();
  });
  const until = (seen: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (seen()) resolve();
      };
      waiting.add(check);
      check();
    });
  return { client, updates, until };
}

const versionsOf = (updates: Update[]): number[] =>
  updates.flatMap((update) => update.entries.map((entry) => entry.v));

test('what one client publishes, another receives once and in order', async (t) => {
  await using served = await startLive();
  const { client, updates, until } = listening(t, served);
  for (let value = 1; value <= 100; value++) await client.publish('cpu', { value });
  await until(() => updates.at(-1)?.cursor.startsWith('100.') ?? false);
  assert.deepEqual(
    versionsOf(updates),
    Array.from({ length: 100 }, (_, i) => i + 1),
  );
  const values = updates.flatMap((update) => update.entries.map((entry) => entry.d));
  assert.deepEqual(values[41], { value: 42 });
  assert.equal(client.status.state, 'live');
});

test('a message that is posted twice under one key is stored once', async (t) => {
  await using served = await startLive();
  const { client } = listening(t, served);
  const first = await client.publish('cpu', { value: 1 }, { idempotencyKey: 'one' });
  assert.deepEqual(await client.publish('cpu', { value: 1 }, { idempotencyKey: 'one' }), first);
  await assert.rejects(client.publish('cpu', { value: 2 }, { idempotencyKey: 'one' }), {
    code: 'key-reused',
  });
});

test('a server that restarts without its data resets its clients, which then receive its updates', async (t) => {
  const first = await livePoll({ graceMs: 20 });
  const port = await portOf(first.listen({ port: 0 }));
  const url = `http://127.0.0.1:${port}/lp`;
  const { updates, until } = listening(t, { url }, { random: () => 0.01 });
  await first.publish('cpu', [1, 2, 3]);
  await until(() => versionsOf(updates).includes(3));
  await first.close();
  const second = await livePoll({ graceMs: 20 });
  t.after(() => second.close());
  await portOf(second.listen({ port }));
  await until(() => updates.at(-1)?.reset === 'unknown');
  await second.publish('cpu', 4);
  await until(() => updates.at(-1)?.entries.at(-1)?.v === 1);
});

async function portOf(server: Server): Promise<number> {
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // The server listens on TCP.
}

test('a wrong token is denied, and the right one after a refresh is live', async (t) => {
  await using served = await startLive({
    readToken: 'right-and-long-enough',
    writeToken: 'write-and-long-enough',
  });
  let token = 'wrong';
  const { client, until } = listening(t, served, {
    headers: () => ({ Authorization: `Bearer ${token}` }),
  });
  await until(() => client.status.state === 'denied');
  token = 'right-and-long-enough';
  client.refresh();
  await until(() => client.status.state === 'live');
});

test('in strict mode only the undeclared channel stops', async (t) => {
  await using served = await startLive({ strict: true });
  await served.live.describe('mem', { label: 'Memory' });
  const { client, until } = listening(t, served);
  let meta: unknown;
  client.subscribe('mem', (update) => {
    meta = update.meta;
  });
  await until(() => client.status.state === 'live' && client.status.error !== undefined);
  assert.equal(client.status.error?.channel, 'cpu');
  assert.deepEqual(meta, { label: 'Memory' });
});

test('an invalid item is reported with its index', async (t) => {
  await using served = await startLive();
  const { client } = listening(t, served);
  await assert.rejects(
    client.publish('cpu', [{ value: 1 }, { value: 2, time: 'soon' }]),
    (error) => {
      assert(error instanceof ClientError);
      assert.equal(error.code, 'bad-item');
      assert.equal(error.errors?.[0]?.index, 1);
      return true;
    },
  );
});
