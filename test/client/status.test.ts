import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientStatus } from '../../components/client/index.ts';
import { settled } from '../support/manual-time.ts';
import { delta, initial, type Scripted, scripted } from '../support/scripted-client.ts';

test('a status listener is called at once, then only when the status changes', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const told: ClientStatus[] = [];
  client.onStatus((status) => told.push(status));
  listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  for (let v = 2; v <= 50; v++) {
    await time.advance(100);
    (await net.next()).answer({ cpu: delta(`${v - 1}.a`, v) });
  }
  await settled();
  assert.deepEqual(
    told.map(({ state }) => state),
    ['connecting', 'live'],
  );
});

test('an outage is reported with each attempt, its cause and the time of the next one', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const told: [string, number, number | undefined, string | undefined][] = [];
  const start = time.now();
  client.onStatus(({ state, attempt, nextRetryAt, error }) =>
    told.push([state, attempt, nextRetryAt && nextRetryAt - start, error?.code]),
  );
  listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  await time.advance(100);
  (await net.next()).fail();
  await time.advance(250);
  (await net.next()).html(502);
  await time.advance(500);
  (await net.next()).answer({});
  await settled();
  assert.deepEqual(told, [
    ['connecting', 0, undefined, undefined],
    ['live', 0, undefined, undefined],
    ['reconnecting', 1, 350, 'network'],
    ['reconnecting', 1, undefined, 'network'],
    ['reconnecting', 2, 850, 'http-error'],
    ['reconnecting', 2, undefined, 'http-error'],
    ['live', 0, undefined, undefined],
  ]);
});

test('the last contact, and the latency of polls that were not held, can be read', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const start = time.now();
  listen('cpu');
  const first = await net.next();
  await time.advance(40);
  first.answer({ cpu: initial(1) });
  await settled();
  assert.equal(client.status.latencyMs, 40);
  assert.equal(client.status.lastContact, start + 40);
  await time.advance(60);
  const held = await net.next();
  await time.advance(20_000);
  held.answer({ cpu: delta('1.a', 2) });
  await settled();
  assert.equal(client.status.latencyMs, 40, 'a held poll does not measure latency');
  assert.equal(client.status.lastContact, start + 20_100);
});

test('the worst of several polls is the state of the client', async (t) => {
  const { client, net, time, listen } = scripted(t);
  for (let i = 0; i < 101; i++) listen(`c${i}`);
  const polls = [await net.next(), await net.next()];
  polls[0]?.answer({});
  await settled();
  assert.equal(client.status.state, 'connecting');
  polls[1]?.html(502);
  await settled();
  assert.equal(client.status.state, 'reconnecting');
  assert.equal(client.status.attempt, 1);
  await time.advance(100);
  (await net.next()).answer({});
  await time.advance(150);
  await net.next();
  const retry = await net.next();
  retry.answer({});
  await settled();
  assert.equal(client.status.state, 'live');
});

test('a pause is reported with its reasons, and its end as connecting', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  await time.advance(100);
  await net.next();
  const told: [string, string[] | undefined][] = [];
  client.onStatus(({ state, pausedBy }) => told.push([state, pausedBy]));
  client.pause('viewer');
  client.pause('viewer');
  client.pause('hidden');
  client.resume('hidden');
  client.resume('viewer');
  await time.advance(100);
  (await net.next()).answer({});
  await settled();
  assert.deepEqual(told, [
    ['live', undefined],
    ['paused', ['viewer']],
    ['paused', ['viewer', 'hidden']],
    ['paused', ['viewer']],
    ['connecting', undefined],
    ['live', undefined],
  ]);
});

test('a status listener that pauses and resumes during its call leaves all listeners with the last status', async (t) => {
  const { client, net, listen } = scripted(t);
  client.onStatus(({ state }) => {
    if (state === 'live') client.pause('viewer');
  });
  const told: string[] = [];
  client.onStatus(({ state }) => told.push(state));
  listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  await net.quiet();
  assert.deepEqual(told, ['connecting', 'paused']);
});

test('a removed status listener is not called', async (t) => {
  const { client, net, listen } = scripted(t);
  const told: string[] = [];
  const end = client.onStatus(({ state }) => told.push(state));
  end();
  listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  await settled();
  assert.deepEqual(told, ['connecting']);
});

test('the server’s clock is taken from the response with the shortest round trip', async (t) => {
  const { client, net, time, listen } = scripted(t);
  assert.equal(client.serverNow(), time.now());
  listen('cpu');
  const ahead = 5_000;
  for (const travelMs of [80, 20, 300]) {
    const poll = await net.next();
    poll.answer({ cpu: initial(1) }, { now: time.now() + ahead - travelMs });
    await settled();
    await time.advance(100);
  }
  assert.equal(client.serverNow(), time.now() + ahead - 20);
});

test('when the local clock is changed, in either direction, the estimate follows with the next two responses', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  let server = time.now();
  for (const stepMs of [0, 3_600_000, -7_200_000]) {
    time.wallMs += stepMs;
    for (let i = 0; i < 2; i++) {
      server += 100;
      (await net.next()).answer({ cpu: initial(1) }, { now: server });
      await settled();
      await time.advance(100);
    }
    assert.equal(client.serverNow(), server + 100);
  }
});

test('the Age of a response is added to the server’s time', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  const stamped = time.now() - 90_000;
  (await net.next()).answer({ cpu: initial(1) }, { now: stamped }, { headers: { Age: '90' } });
  await settled();
  assert.equal(client.serverNow(), time.now());
});

test('one old response from a cache does not move the estimate back', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  for (const behindMs of [0, 3_600_000, 0]) {
    (await net.next()).answer({}, { now: time.now() - behindMs });
    await settled();
    assert.equal(client.serverNow(), time.now());
    await time.advance(100);
  }
});

/** Answers every poll with the same server time, until the client reports that status. */
async function freeze({ client, net, time }: Scripted, now: number): Promise<void> {
  const states: string[] = [];
  for (let i = 0; i < 6; i++) {
    (await net.next()).answer({ cpu: initial(1) }, { now });
    await settled();
    states.push(client.status.state);
    await time.advance(7_000);
  }
  assert.deepEqual(states.slice(1), ['offline', 'offline', 'offline', 'offline', 'offline']);
}

test('a cache that repeats an old response is no contact: the state is offline, and ages grow', async (t) => {
  const s = scripted(t);
  const { client, net, time, listen } = s;
  const cpu = listen('cpu');
  const start = time.now();
  await freeze(s, start);
  assert.equal(client.status.error?.code, 'frozen-clock');
  assert.equal(client.status.lastContact, start);
  assert.equal(client.serverNow(), time.now());
  assert.ok(client.status.nextRetryAt === undefined || client.status.nextRetryAt > start);
  assert.equal(cpu.length, 1);
  (await net.next()).answer({});
  await settled();
  assert.equal(client.status.state, 'live');
});

test('a page that opens with an old cached response shows true ages once the cache is detected', async (t) => {
  const s = scripted(t);
  s.listen('cpu');
  await freeze(s, s.time.now() - 3_600_000);
  assert.equal(s.client.serverNow(), s.time.now());
});

test('a response that a shared cache repeats within seconds is no error', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  const now = time.now();
  for (let i = 0; i < 2; i++) {
    (await net.next()).answer({ cpu: initial(1) }, { now });
    await settled();
    assert.equal(client.status.state, 'live');
    await time.advance(5_000);
  }
});
