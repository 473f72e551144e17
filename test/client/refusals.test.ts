import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Part } from '../../protocol/lp1.ts';
import { delta, initial, scripted, versions } from '../support/scripted-client.ts';

for (const [status, code] of [
  [401, 'unauthorized'],
  [403, 'forbidden'],
] as const) {
  test(`a ${status} denies access: no event of the page causes a poll until refresh`, async (t) => {
    const { client, net, time, page, listen } = scripted(t);
    listen('cpu');
    (await net.next()).problem(status, code);
    await time.advance(600_000);
    page.fire('online');
    page.show('hidden');
    page.show('visible');
    client.pause('viewer');
    client.resume('viewer');
    listen('mem');
    await time.advance(600_000);
    await net.quiet();
    assert.equal(client.status.state, 'denied');
    assert.equal(client.status.error?.code, code);
    client.refresh();
    assert.equal(client.status.state, 'connecting');
    (await net.next()).answer({ cpu: initial(1) });
    await net.quiet();
    assert.equal(client.status.state, 'live');
  });
}

test('a token that expired during a hold is replaced by the page’s new one, without an error', async (t) => {
  let token = 'old';
  const { client, net, listen } = scripted(t, {
    headers: () => Promise.resolve({ Authorization: `Bearer ${token}` }),
  });
  const cpu = listen('cpu');
  const first = await net.next();
  token = 'new';
  first.problem(401, 'unauthorized');
  const second = await net.next();
  assert.equal(second.header('Authorization'), 'Bearer new');
  second.answer({ cpu: initial(1) });
  await net.quiet();
  assert.deepEqual(versions(cpu), [[1]]);
  assert.equal(client.status.state, 'live');
});

test('a 401 is not retried while the headers of the page are unchanged', async (t) => {
  const { client, net, listen } = scripted(t, { headers: () => ({ Authorization: 'Bearer x' }) });
  listen('cpu');
  (await net.next()).problem(401, 'unauthorized');
  await net.quiet();
  assert.equal(client.status.state, 'denied');
});

test('headers that differ each time do not retry a 401 in a loop', async (t) => {
  let n = 0;
  const { client, net, listen } = scripted(t, { headers: () => ({ 'X-Trace': String(n++) }) });
  listen('cpu');
  (await net.next()).problem(401, 'unauthorized');
  (await net.next()).problem(401, 'unauthorized');
  await net.quiet();
  assert.equal(client.status.state, 'denied');
});

test('a headers function that fails is retried with backoff', async (t) => {
  let broken = true;
  const { client, net, time, listen } = scripted(t, {
    headers: () => (broken ? Promise.reject(new Error('no token')) : {}),
  });
  listen('cpu');
  await time.advance(249);
  await net.quiet();
  assert.equal(client.status.error?.code, 'headers');
  broken = false;
  await time.advance(1);
  await net.next();
});

test('bad-cursor drops the cursors once, and a second one stops the polls', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  (await net.next()).problem(400, 'bad-cursor');
  await time.advance(100);
  const anew = await net.next();
  assert.equal(anew.param('since'), undefined);
  anew.problem(400, 'bad-cursor');
  await time.advance(600_000);
  await net.quiet();
  assert.equal(client.status.state, 'offline');
  assert.equal(client.status.nextRetryAt, undefined);
  assert.equal(client.status.error?.code, 'bad-cursor');
});

test('bad-cursor after a good response drops the cursors again, and listeners that have all entries get none twice', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  for (let round = 0; round < 2; round++) {
    await time.advance(100);
    (await net.next()).problem(400, 'bad-cursor');
    await time.advance(100);
    (await net.next()).answer({ cpu: initial(2) });
  }
  await time.advance(100);
  assert.deepEqual(versions(cpu), [[1, 2]]);
});

for (const [status, code] of [
  [400, 'bad-request'],
  [400, 'too-many-channels'],
  [413, 'too-large'],
  [414, 'url-too-long'],
  [415, 'media-type'],
] as const) {
  test(`${status} ${code} stops the polls and is reported, until refresh`, async (t) => {
    const { client, net, time, page, listen } = scripted(t);
    listen('cpu');
    (await net.next()).problem(status, code);
    await time.advance(600_000);
    page.fire('online');
    page.show('visible');
    await net.quiet();
    assert.equal(client.status.state, 'offline');
    assert.equal(client.status.error?.code, code);
    client.refresh();
    (await net.next()).answer({});
    await net.quiet();
    assert.equal(client.status.error, undefined);
  });
}

const OTHER_JSON = {
  type: 'https://gateway.example/denied',
  code: 'unauthorized',
  error: 'denied',
};

for (const status of [400, 401, 402, 403, 404, 405, 407, 410, 413, 414, 415, 422, 431, 451, 511])
  for (const body of ['html', 'json'] as const)
    test(`status ${status} of a proxy (${body}) is retried slowly, with a separate error code`, async (t) => {
      const { client, net, time, listen } = scripted(t);
      const cpu = listen('cpu');
      const refuse = async (): Promise<void> => {
        const exchange = await net.next();
        if (body === 'html') exchange.html(status);
        else exchange.json(OTHER_JSON, { status });
        await net.quiet();
      };
      for (const waitMs of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
        await refuse();
        assert.equal(client.status.state, 'reconnecting');
        assert.equal(client.status.error?.code, 'intermediary');
        assert.equal(client.status.error?.status, status);
        assert.match(
          client.status.error?.message ?? '',
          new RegExp(`between .*\\(status ${status}\\)`),
        );
        await time.advance(waitMs - 1);
        await net.quiet();
        await time.advance(1);
      }
      (await net.next()).answer({ cpu: initial(1) });
      await net.quiet();
      assert.equal(client.status.state, 'live');
      assert.deepEqual(versions(cpu), [[1]]);
    });

test('a 401 without a problem body does not request other headers from the page', async (t) => {
  let asked = 0;
  const { net, listen } = scripted(t, { headers: () => ({ 'X-Trace': String(asked++) }) });
  listen('cpu');
  (await net.next()).html(401);
  await net.quiet();
  assert.equal(asked, 1);
});

test('a stopped poll is retried when its query changes', async (t) => {
  const { net, time, listen } = scripted(t);
  listen('cpu');
  (await net.next()).problem(400, 'bad-request');
  await time.advance(1_000);
  listen('mem');
  assert.equal((await net.next()).param('channels'), 'cpu,mem');
});

test('only the unknown channel that is named stops', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  listen('gone');
  (await net.next()).problem(404, 'unknown-channel', {}, { channel: 'gone' });
  await time.advance(100);
  const rest = await net.next();
  assert.equal(rest.param('channels'), 'cpu');
  rest.answer({ cpu: initial(1) });
  await time.advance(100);
  await net.next();
  assert.equal(client.status.state, 'live');
  assert.equal(client.status.error?.code, 'unknown-channel');
  assert.equal(client.status.error?.channel, 'gone');
  client.refresh();
  await time.advance(100);
  assert.equal((await net.next()).param('channels'), 'cpu,gone');
});

test('an unknown-channel error without the channel’s name stops all channels, and is reported', async (t) => {
  const { client, net, time, listen } = scripted(t);
  listen('cpu');
  listen('gone');
  (await net.next()).problem(404, 'unknown-channel');
  await time.advance(600_000);
  await net.quiet();
  assert.equal(client.status.state, 'offline');
  assert.equal(client.status.error?.code, 'unknown-channel');
});

test('a single unknown channel stops, and a new subscription to it causes one more poll', async (t) => {
  const { net, time, listen } = scripted(t);
  listen('gone');
  (await net.next()).problem(404, 'unknown-channel');
  await time.advance(600_000);
  await net.quiet();
  listen('gone');
  await net.next();
});

for (const [status, code] of [
  [404, 'not-found'],
  [408, 'x'],
  [425, 'x'],
  [500, 'internal'],
  [503, 'store-unavailable'],
] as const) {
  test(`${status} ${code} is retried with backoff`, async (t) => {
    const { client, net, time, listen } = scripted(t);
    listen('cpu');
    (await net.next()).problem(status, code);
    await time.advance(249);
    await net.quiet();
    await time.advance(1);
    await net.next();
    assert.equal(client.status.state, 'reconnecting');
  });
}

const deniedPart = (from = ''): Part => ({ from, denied: true }) as Part;

test('a channel without read permission is left out of the polls and reported, and the others continue', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const [cpu, secret] = [listen('cpu'), listen('secret')];
  (await net.next()).answer({ cpu: initial(1), secret: deniedPart() });
  await time.advance(1_000);
  const second = await net.next();
  assert.equal(second.url.searchParams.get('channels'), 'cpu');
  second.answer({ cpu: delta('1.a', 2) });
  await net.next();
  assert.deepEqual(versions(cpu), [[1], [2]]);
  assert.deepEqual(
    secret.map(({ denied, entries }) => [denied, entries.length]),
    [[true, 0]],
  );
  assert.equal(client.status.state, 'live');
  client.refresh(); // The token may be another one.
  await time.advance(1_000);
  (await net.next()).answer({ secret: initial(1) });
  await net.next();
  assert.deepEqual(versions(secret), [[], [1]]);
});

test('if no channel may be read, nothing is requested until another channel is added', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const updates = [listen('a'), listen('b')];
  (await net.next()).answer({ a: deniedPart(), b: deniedPart() });
  await time.advance(600_000);
  await net.quiet();
  assert.equal(client.status.state, 'denied');
  assert.ok(updates.every(([update]) => update?.denied));
  const cpu = listen('cpu');
  const next = await net.next();
  assert.equal(next.url.searchParams.get('channels'), 'cpu');
  next.answer({ cpu: initial(1) });
  await net.quiet();
  assert.deepEqual(versions(cpu), [[1]]);
  assert.equal(client.status.state, 'live');
});

test('a late error for a cursor that the channel has left is ignored', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  await time.advance(1_000);
  (await net.next()).answer({ cpu: deniedPart('') });
  assert.equal((await net.next()).url.searchParams.get('channels'), 'cpu');
  assert.deepEqual(versions(cpu), [[1]]);
  assert.notEqual(client.status.state, 'denied');
});
