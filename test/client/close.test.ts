import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from '../../components/client/index.ts';
import { settled } from '../support/manual-time.ts';
import { delta, initial, type Scripted, scripted } from '../support/scripted-client.ts';

/** Every state in which a client can be closed, by name. */
const moments: [string, (s: Scripted) => Promise<unknown>][] = [
  ['before anything', () => Promise.resolve()],
  ['in the turn of the first subscription', (s) => Promise.resolve(s.listen('cpu'))],
  [
    'during the first poll',
    async (s) => {
      s.listen('cpu');
      await s.net.next();
    },
  ],
  [
    'during the pace',
    async (s) => {
      s.listen('cpu');
      (await s.net.next()).answer({ cpu: initial(1) });
      await settled();
    },
  ],
  [
    'during a held poll',
    async (s) => {
      s.listen('cpu');
      (await s.net.next()).answer({ cpu: initial(1) });
      await s.time.advance(7_000);
    },
  ],
  [
    'during a backoff',
    async (s) => {
      s.listen('cpu');
      (await s.net.next()).fail();
      await settled();
    },
  ],
  ['while paused', (s) => Promise.resolve(s.client.pause('viewer'))],
  ['while hidden', (s) => Promise.resolve(s.page.show('hidden'))],
  [
    'with 250 channels',
    async (s) => {
      for (let i = 0; i < 250; i++) s.listen(`c${i}`);
      await settled();
    },
  ],
];

for (const [name, moment] of moments) {
  test(`a client closed ${name} leaves no timer and no request after the same turn of the event loop`, async (t) => {
    const s = scripted(t);
    await moment(s);
    s.client.close();
    assert.equal(s.time.pending, 0);
    assert.equal(s.net.open, 0);
    const asked = s.net.exchanges.length;
    s.page.show('visible');
    s.page.fire('online');
    s.client.refresh();
    s.client.resume('viewer');
    await s.time.advance(3_600_000);
    assert.equal(s.net.exchanges.length, asked);
    assert.equal(s.client.status.state, 'paused');
  });
}

test('a late response of a closed client is delivered to no listener', async (t) => {
  const s = scripted(t);
  s.net.deaf = true;
  const updates = s.listen('cpu');
  const poll = await s.net.next();
  s.client.close();
  poll.answer({ cpu: initial(1) });
  await settled();
  assert.deepEqual(updates, []);
});

test('a pending publish rejects with closed', async (t) => {
  const s = scripted(t);
  s.net.deaf = true;
  const sent = s.client.publish('cpu', 1);
  (await s.net.next()).fail();
  await settled();
  const waiting = s.client.publish('cpu', 2);
  await settled();
  s.client.close();
  assert.equal(s.time.pending, 0);
  for (const publish of [sent, waiting]) await assert.rejects(publish, { code: 'closed' });
});

test('a closed client accepts no more work, and closing twice changes nothing', async (t) => {
  const { client } = scripted(t);
  client.close();
  client.close();
  const closed = (error: unknown): boolean =>
    error instanceof ClientError && error.code === 'closed';
  assert.throws(() => client.subscribe('cpu', () => {}), closed);
  await assert.rejects(client.publish('cpu', 1), closed);
});

test('unsubscribing after the close has no effect', async (t) => {
  const { client, net, time } = scripted(t);
  const undo = client.subscribe('cpu', () => {});
  await net.next();
  client.close();
  undo();
  await time.advance(1_000);
  await net.quiet();
});

test('after 2,000 responses one request and one timer are left', async (t) => {
  const { client, net, time, listen } = scripted(t, { minIntervalMs: 0 });
  listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  for (let v = 2; v <= 2_000; v++) {
    const poll = await net.next();
    poll.answer({ cpu: delta(`${v - 1}.a`, v) });
  }
  await net.next();
  assert.equal(time.pending, 1);
  assert.equal(net.open, 1);
  client.close();
});
