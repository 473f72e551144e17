import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delta, initial, type Scripted, scripted, versions } from '../support/scripted-client.ts';
import type { Exchange } from '../support/scripted-network.ts';

/** The client holds `cpu` at 2.a, and its first held poll is under way. */
async function holding({ net, time, listen }: Scripted): Promise<Exchange> {
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  return net.next();
}

test('the first poll is answered at once to prove the contact, and the next is held', async (t) => {
  const { net, time, listen } = scripted(t, { waitSeconds: 40 });
  listen('cpu');
  const first = await net.next();
  assert.equal(first.url.href, 'http://wall.test/lp/poll?channels=cpu&wait=0');
  first.answer({ cpu: initial(2) });
  await time.advance(100);
  const second = await net.next();
  assert.equal(second.url.search, '?channels=cpu&since=2.a&wait=40');
});

test('a poll is a plain GET without cache and headers, and fetch is called without a this value', async (t) => {
  const wide = scripted(t);
  const selves: unknown[] = [];
  const { client } = scripted(t, {
    fetch(this: unknown, ...request) {
      selves.push(this);
      return wide.net.fetch(...request);
    },
  });
  client.subscribe('cpu', () => {});
  const { init } = await wide.net.next();
  assert.deepEqual(selves, [undefined]);
  assert.equal(init.cache, 'no-store');
  assert.equal(init.credentials, 'same-origin');
  assert.equal('headers' in init, false);
});

test('in a burst, two polls start at least the pace apart, and after a quiet period a poll starts without a wait', async (t) => {
  const { net, time, ...rest } = scripted(t, { minIntervalMs: 1_000 });
  rest.listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(999);
  await net.quiet();
  await time.advance(1);
  const held = await net.next();
  await time.advance(5_000);
  held.answer({ cpu: delta('2.a', 3) });
  assert.equal((await net.next()).param('since'), '3.a');
});

test('a slow pace does not delay a new subscription or a refresh by the user', async (t) => {
  const { client, net, time, listen } = scripted(t, { minIntervalMs: 60_000 });
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await net.quiet();
  listen('mem');
  await time.advance(100);
  (await net.next()).answer({ mem: initial(1) });
  await net.quiet();
  client.refresh();
  await time.advance(100);
  await net.next();
});

test('the remaining entries after more are requested at once, without the minimum interval', async (t) => {
  const { net, listen } = scripted(t, { minIntervalMs: 1_000 });
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) }, { more: true });
  const second = await net.next();
  second.answer({ cpu: delta('2.a', 4) }, { more: true });
  (await net.next()).answer({ cpu: delta('4.a', 5) });
  await net.quiet();
});

test('a history with more to come is not complete when the next response omits its channel', async (t) => {
  const { client, net } = scripted(t);
  const got: (true | undefined)[] = [];
  client.subscribe('cpu', ({ more }) => got.push(more));
  client.subscribe('mem', () => {});
  (await net.next()).answer({ cpu: { ...initial(2), more: true } }, { more: true });
  (await net.next()).answer({ mem: initial(2) }, { more: true });
  const third = await net.next();
  assert.deepEqual(got, [true]);
  third.answer({ cpu: delta('2.a', 4) });
  await net.quiet();
  assert.deepEqual(got, [true, undefined]);
});

test('more without progress, or with one reset after another, keeps the pace', async (t) => {
  const s = scripted(t);
  const held = await holding(s);
  held.answer({ cpu: delta('7.z', 9, 'z') }, { more: true });
  await s.net.quiet();
  await s.time.advance(100);
  (await s.net.next()).answer(
    { cpu: { ...initial(9), from: '2.a', reset: 'trimmed' } },
    { more: true },
  );
  await s.net.quiet();
});

test('the pause of a response delays the next poll', async (t) => {
  const s = scripted(t);
  (await holding(s)).answer({}, { pause: 20_000 });
  await s.time.advance(19_999);
  await s.net.quiet();
  await s.time.advance(1);
  await s.net.next();
});

test('round is returned to the server until a response has none', async (t) => {
  const s = scripted(t);
  (await holding(s)).answer({}, { round: 'k3' });
  await s.time.advance(100);
  const echoing = await s.net.next();
  assert.equal(echoing.url.search, '?channels=cpu&since=2.a&wait=25&round=k3');
  echoing.answer({});
  await s.time.advance(100);
  assert.equal((await s.net.next()).param('round'), undefined);
});

test('the round of a late response is not sent, as it belongs to another request', async (t) => {
  const s = scripted(t);
  s.net.deaf = true;
  const late = await holding(s);
  s.client.refresh();
  await s.time.advance(100);
  const { net, time } = s;
  (await net.next()).answer({}, { round: 'new' });
  await time.advance(100);
  const echoing = await net.next();
  late.answer({}, { round: 'old' });
  await net.quiet();
  assert.equal(echoing.param('round'), 'new');
  echoing.fail();
  await time.advance(250);
  assert.equal((await net.next()).param('round'), 'new');
});

test('after five empty responses in a row without a hold, polls back off', async (t) => {
  const s = scripted(t);
  let poll = await holding(s);
  for (let answers = 0; answers < 5; answers++) {
    assert.notEqual(s.client.status.state, 'reconnecting');
    poll.answer({});
    if (answers < 4) {
      await s.time.advance(100);
      poll = await s.net.next();
    }
  }
  await s.time.advance(249);
  await s.net.quiet();
  assert.equal(s.client.status.error?.code, 'fast-loop');
  await s.time.advance(1);
  (await s.net.next()).answer({});
  await s.time.advance(499); // The loop continues, and so does the backoff.
  await s.net.quiet();
  await s.time.advance(1);
  (await s.net.next()).answer({ cpu: delta('2.a', 3) });
  await s.time.advance(100);
  await s.net.next();
  assert.equal(s.client.status.state, 'live');
});

test('a server whose responses are always empty and immediate is soon polled at most four times a minute', async (t) => {
  let polls = 0;
  const { time, listen } = scripted(t, {
    fetch: () => {
      polls++;
      return Promise.resolve(Response.json({ now: 1, channels: {} }));
    },
  });
  listen('cpu');
  await time.advance(60_000);
  polls = 0;
  await time.advance(600_000);
  assert(polls <= 40, `${polls} polls in ten minutes`); // Every 15 s on average: a random delay between 0 and 30 s.
});

test('a fetch that never settles is aborted by the deadline, 10 s after its hold', async (t) => {
  const s = scripted(t);
  await holding(s);
  s.net.deaf = true;
  const { time, net, client } = s;
  client.refresh();
  await time.advance(100);
  (await net.next()).answer({});
  await time.advance(100);
  const stuck = await net.next();
  await time.advance(34_999);
  assert.equal(stuck.aborted, false);
  await time.advance(1);
  assert.equal(stuck.aborted, true);
  assert.equal(client.status.error?.code, 'deadline');
  await time.advance(250);
  assert.equal((await net.next()).param('wait'), '0');
});

test('a body that never ends is aborted by the deadline', async (t) => {
  const s = scripted(t);
  const held = await holding(s);
  held.respond(
    new Response(new ReadableStream(), { headers: { 'Content-Type': 'application/json' } }),
  );
  await s.time.advance(35_250);
  await s.net.next();
  assert.equal(s.client.status.error?.code, 'deadline');
});

test('a headers function that never settles is ended by the deadline', async (t) => {
  const { client, net, time } = scripted(t, { headers: () => new Promise(() => {}) });
  client.subscribe('cpu', () => {});
  await time.advance(10_000);
  assert.equal(client.status.error?.code, 'deadline');
  await net.quiet();
});

test('after the computer has slept, a poll is sent at once and no failure is counted', async (t) => {
  const s = scripted(t);
  s.net.deaf = true;
  const held = await holding(s);
  await s.time.advance(7_000);
  s.time.sleep(3_600_000);
  await s.time.advance(3_000);
  assert.equal(held.aborted, true);
  assert.equal((await s.net.next()).param('wait'), '0');
  assert.equal(s.client.status.attempt, 0);
});

test('a clock set back by a day delays neither polls nor deadlines', async (t) => {
  const s = scripted(t);
  s.net.deaf = true;
  await holding(s);
  s.time.wallMs -= 86_400_000;
  await s.time.advance(35_000);
  assert.equal(s.client.status.error?.code, 'deadline');
  await s.time.advance(250);
  const retry = await s.net.next();
  s.time.wallMs -= 86_400_000;
  retry.answer({});
  await s.time.advance(100);
  await s.net.next();
});

test('timers throttled to one a minute do not make polls fail or stop', async (t) => {
  const throttled: (() => void)[] = [];
  const s = scripted(t, {
    after: (_ms, run) => {
      throttled.push(run);
      return () => throttled.splice(throttled.indexOf(run), throttled.includes(run) ? 1 : 0);
    },
    minIntervalMs: 0,
  });
  s.listen('cpu');
  (await s.net.next()).answer({ cpu: initial(2) });
  const held = await s.net.next();
  s.time.wallMs += 59_000;
  held.answer({ cpu: delta('2.a', 3) });
  const next = await s.net.next();
  assert.equal(next.param('since'), '3.a');
  s.time.wallMs += 60_000;
  for (const run of throttled.splice(0)) run();
  await s.net.next();
  assert.equal(next.aborted, true, 'the client cannot know whether the machine slept');
  assert.equal(s.client.status.attempt, 0);
});

test('a proxy that cuts polls causes one retry each, with growing delays, and none after a good response', async (t) => {
  const s = scripted(t);
  let poll = await holding(s);
  for (const [status, delayMs] of [
    [502, 250],
    [504, 500],
    [503, 1_000],
  ] as const) {
    poll.html(status);
    await s.time.advance(delayMs - 1);
    await s.net.quiet();
    await s.time.advance(1);
    poll = await s.net.next();
    assert.equal(poll.param('since'), '2.a');
  }
  assert.equal(s.client.status.attempt, 3);
  poll.answer({});
  await s.time.advance(100);
  (await s.net.next()).fail();
  await s.time.advance(250);
  await s.net.next();
});

test('a Retry-After also delays the polls after online and visible, but not a refresh by the user', async (t) => {
  const s = scripted(t);
  (await holding(s)).problem(503, 'draining', { 'Retry-After': '5' });
  await s.time.advance(4_000);
  s.page.fire('online');
  s.page.show('visible');
  await s.net.quiet();
  s.client.refresh();
  await s.net.next();
});

test('a Retry-After is followed, with jitter', async (t) => {
  const s = scripted(t);
  (await holding(s)).problem(429, 'rate-limited', { 'Retry-After': '5' });
  await s.time.advance(5_249);
  await s.net.quiet();
  await s.time.advance(1);
  await s.net.next();
});

test('the Retry-After of a proxy is followed for at most five minutes', async (t) => {
  const s = scripted(t);
  (await holding(s)).html(503, { 'Retry-After': '86400' });
  await s.time.advance(300_249);
  await s.net.quiet();
  await s.time.advance(1);
  await s.net.next();
});

test('a history is delivered once, even with failures in between', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).html(502);
  await time.advance(250);
  (await net.next()).answer({ cpu: initial(3) });
  await time.advance(100);
  (await net.next()).fail();
  await time.advance(250);
  (await net.next()).answer({});
  await time.advance(100);
  (await net.next()).answer({ cpu: delta('3.a', 4) });
  await time.advance(100);
  assert.deepEqual(versions(cpu), [[1, 2, 3], [4]]);
});
