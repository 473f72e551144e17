import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveClient, pageLifecycle } from '../../components/client/index.ts';
import { FakePage } from '../support/fake-page.ts';
import { ManualTime } from '../support/manual-time.ts';
import { delta, initial, type Scripted, scripted } from '../support/scripted-client.ts';
import type { Exchange } from '../support/scripted-network.ts';
import { ScriptedNetwork } from '../support/scripted-network.ts';

async function holding({ net, time, listen }: Scripted): Promise<Exchange> {
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  return net.next();
}

/** Answers each poll when its hold ends, for `ms`. */
async function holdOn({ net, time }: Scripted, poll: Exchange, ms: number): Promise<Exchange> {
  let held = poll;
  for (let elapsed = 0; elapsed < ms; elapsed += 25_000) {
    await time.advance(25_000);
    held.answer({});
    held = await net.next();
  }
  return held;
}

test('a hidden page polls for five minutes, then pauses, and polls at once when visible again', async (t) => {
  const s = scripted(t);
  let held = await holding(s);
  s.page.show('hidden');
  held = await holdOn(s, held, 275_000);
  assert.equal(s.client.status.state, 'live');
  await s.time.advance(25_000);
  assert.equal(held.aborted, true);
  assert.deepEqual(s.client.status.pausedBy, ['hidden']);
  await s.time.advance(3_600_000);
  await s.net.quiet();
  s.page.show('visible');
  const poll = await s.net.next();
  assert.equal(poll.url.search, '?channels=cpu&since=2.a&wait=0');
  poll.answer({ cpu: delta('2.a', 9) });
  await s.net.quiet();
  assert.equal(s.client.status.state, 'live');
});

test('a page that is visible again within five minutes sends no extra request', async (t) => {
  const s = scripted(t);
  let held = await holding(s);
  s.page.show('hidden');
  held = await holdOn(s, held, 100_000);
  s.page.show('visible');
  held = await holdOn(s, held, 300_000);
  assert.equal(held.aborted, false);
});

test('a page that opens hidden pauses after its grace period, and Infinity never pauses', async () => {
  for (const [suspendAfterMs, paused] of [
    [1_000, ['hidden']],
    [Infinity, []],
  ] as const) {
    const time = new ManualTime();
    const page = new FakePage();
    page.document.visibilityState = 'hidden';
    const reasons: string[] = [];
    const end = pageLifecycle({ suspendAfterMs, page, after: time.after })({
      pause: (reason) => reasons.push(reason),
      resume: () => {},
      wake: () => {},
      offline: () => {},
      online: () => {},
    });
    await time.advance(86_400_000);
    assert.deepEqual(reasons, paused);
    end();
  }
});

test('a waiting retry is sent at once when the page is visible again, or the network is back', async (t) => {
  const s = scripted(t);
  (await holding(s)).fail();
  await s.net.quiet();
  s.page.show('visible');
  (await s.net.next()).fail();
  await s.net.quiet();
  s.page.fire('online');
  await s.net.next();
});

test('a page that enters the back-forward cache aborts its poll, and polls when it is shown again', async (t) => {
  const s = scripted(t);
  const held = await holding(s);
  s.page.fire('pagehide');
  assert.equal(held.aborted, true);
  assert.equal(s.time.pending, 0);
  await s.time.advance(600_000);
  await s.net.quiet();
  s.page.fire('pageshow');
  assert.equal((await s.net.next()).param('since'), '2.a');
});

test('a frozen page sends no request until it is resumed', async (t) => {
  const s = scripted(t);
  const held = await holding(s);
  s.page.freeze();
  assert.equal(held.aborted, true);
  await s.net.quiet();
  s.page.thaw();
  await s.time.advance(100);
  await s.net.next();
});

test('no poll is made until every reason to pause has ended', async (t) => {
  const s = scripted(t);
  await holding(s);
  s.client.pause('viewer');
  s.page.freeze();
  assert.deepEqual(s.client.status.pausedBy, ['viewer', 'frozen']);
  s.page.thaw();
  s.client.refresh();
  s.client.subscribe('mem', () => {});
  await s.time.advance(60_000);
  await s.net.quiet();
  s.client.resume('other');
  await s.net.quiet();
  s.client.resume('viewer');
  assert.equal((await s.net.next()).param('channels'), 'cpu,mem');
});

test('a first subscription while paused sends no request until the pause ends', async (t) => {
  const s = scripted(t);
  s.client.pause('viewer');
  s.listen('cpu');
  await s.time.advance(60_000);
  await s.net.quiet();
  s.client.resume('viewer');
  await s.net.next();
});

test('a response that arrives during a pause is applied after it', async (t) => {
  const s = scripted(t);
  s.net.deaf = true;
  const updates = s.listen('cpu');
  (await s.net.next()).answer({ cpu: initial(2) });
  await s.time.advance(100);
  const held = await s.net.next();
  s.client.pause('viewer');
  held.answer({ cpu: delta('2.a', 3) });
  await s.net.quiet();
  assert.equal(updates.length, 1);
  s.client.resume('viewer');
  await s.time.advance(100);
  assert.equal((await s.net.next()).param('since'), '2.a');
});

test('offline is reported at once and ends with the first good response, as a local server may be reachable', async (t) => {
  const s = scripted(t);
  const held = await holding(s);
  s.page.fire('offline');
  assert.equal(held.aborted, true);
  assert.equal(s.client.status.state, 'offline');
  await s.time.advance(250);
  (await s.net.next()).fail();
  await s.net.quiet();
  assert.equal(s.client.status.state, 'offline');
  await s.time.advance(500);
  (await s.net.next()).answer({});
  await s.net.quiet();
  assert.equal(s.client.status.state, 'live');
});

test('after a response has disproved navigator.onLine, the next failure counts as the server’s', async (t) => {
  const s = scripted(t);
  await holding(s);
  s.page.fire('offline');
  await s.time.advance(250);
  (await s.net.next()).answer({});
  await s.time.advance(100);
  (await s.net.next()).fail();
  await s.net.quiet();
  assert.equal(s.client.status.state, 'reconnecting');
});

test('offline is reported at once between two polls too', async (t) => {
  const s = scripted(t);
  s.listen('cpu');
  (await s.net.next()).answer({ cpu: initial(2) });
  await s.net.quiet();
  s.page.fire('offline');
  assert.equal(s.client.status.state, 'offline');
});

test('the online event only causes an attempt: the state stays reconnecting while polls fail', async (t) => {
  const s = scripted(t);
  await holding(s);
  s.page.fire('offline');
  s.page.fire('online');
  assert.equal(s.client.status.state, 'reconnecting');
  (await s.net.next()).fail();
  await s.net.quiet();
  assert.equal(s.client.status.state, 'reconnecting');
});

test('a page that opens offline reports it', async (t) => {
  const time = new ManualTime();
  const page = new FakePage();
  page.navigator.onLine = false;
  const net = new ScriptedNetwork();
  const client = liveClient('http://wall.test/lp', {
    fetch: net.fetch,
    after: time.after,
    lifecycle: pageLifecycle({ page, after: time.after }),
  });
  t.after(() => client.close());
  client.subscribe('cpu', () => {});
  (await net.next()).fail();
  await net.quiet();
  assert.equal(client.status.state, 'offline');
});

test('without a page, as in Node, nothing is watched and nothing throws', async (t) => {
  const net = new ScriptedNetwork();
  const time = new ManualTime();
  const client = liveClient('http://wall.test/lp', { fetch: net.fetch, after: time.after });
  t.after(() => client.close());
  client.subscribe('cpu', () => {});
  await net.next();
  assert.equal(client.status.state, 'connecting');
  pageLifecycle({ page: {}, after: time.after })({
    pause: () => assert.fail(),
    resume: () => {},
    wake: () => {},
    offline: () => assert.fail(),
    online: () => assert.fail(),
  })();
});

test('a closed client ignores all events of the page', async (t) => {
  const s = scripted(t);
  await holding(s);
  s.client.close();
  s.page.fire('offline');
  s.page.fire('online');
  s.page.show('hidden');
  assert.equal(s.time.pending, 0);
  assert.deepEqual(s.client.status.pausedBy, ['closed']);
});
