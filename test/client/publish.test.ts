import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError, type LiveClient } from '../../components/client/index.ts';
import { type ReadingClient, readingClient } from '../../components/client/live-client.ts';
import { settled } from '../support/manual-time.ts';
import { scripted } from '../support/scripted-client.ts';

const APPENDED = { cursor: '7.a', first: 7, count: 1 };

/** The outcome of a publish, which a test can read when it has settled. */
function publishing(
  client: LiveClient,
  ...[channel, payload, options]: Parameters<LiveClient['publish']>
): { outcome: unknown } {
  const result: { outcome: unknown } = { outcome: undefined };
  client.publish(channel, payload, options).then(
    (appended) => Object.assign(result, { outcome: appended }),
    (error: unknown) => Object.assign(result, { outcome: error }),
  );
  return result;
}

const codeOf = ({ outcome }: { outcome: unknown }): string | undefined =>
  outcome instanceof ClientError ? outcome.code : undefined;

test('a publish posts JSON, and resolves with the cursor of its entry', async (t) => {
  const { client, net } = scripted(t);
  const result = publishing(client, 'cpu', { value: 42 });
  const post = await net.next();
  assert.equal(post.url.href, 'http://wall.test/lp/channels/cpu');
  assert.equal(post.init.method, 'POST');
  assert.equal(post.init.body, '{"value":42}');
  assert.equal(post.header('Content-Type'), 'application/json');
  post.json({ ...APPENDED, extra: 1 }, { status: 201 });
  await settled();
  assert.deepEqual(result.outcome, APPENDED);
});

test('a publish whose response was lost is retried under the same key, so that the message is stored once', async (t) => {
  const { client, net, time } = scripted(t);
  const result = publishing(client, 'cpu', 1);
  const first = await net.next();
  first.fail();
  await time.advance(250);
  const second = await net.next();
  assert.match(first.header('Idempotency-Key') ?? '', /^"[0-9a-f]{32}"$/);
  assert.equal(second.header('Idempotency-Key'), first.header('Idempotency-Key'));
  assert.equal(second.init.body, '1');
  second.json(APPENDED, { status: 201, headers: { 'Idempotency-Replayed': 'true' } });
  await settled();
  assert.deepEqual(result.outcome, APPENDED);
});

test('a publish may expect a cursor, and is refused at once if the channel has moved', async (t) => {
  const { client, net } = scripted(t);
  const result = publishing(client, 'cpu', 1, { ifMatch: '6.k3f9', headers: { 'X-A': 'b' } });
  const post = await net.next();
  assert.equal(post.header('If-Match'), '"6.k3f9"');
  assert.equal(post.header('X-A'), 'b');
  post.json(
    { type: 'about:blank', title: 'moved', status: 412, detail: 'moved', code: 'moved' },
    { status: 412, headers: { 'Content-Type': 'application/problem+json' } },
  );
  await settled();
  assert.equal(codeOf(result), 'moved');
});

test('two messages have two keys, and a given key is used', async (t) => {
  const { client, net } = scripted(t);
  publishing(client, 'cpu', 1);
  publishing(client, 'cpu', 1);
  publishing(client, 'cpu', 1, { idempotencyKey: 'order-66' });
  const keys: (string | null)[] = [];
  for (let i = 0; i < 3; i++) {
    const post = await net.next();
    keys.push(post.header('Idempotency-Key'));
    post.json(APPENDED, { status: 201 });
  }
  assert.notEqual(keys[0], keys[1]);
  assert.equal(keys[2], '"order-66"');
});

for (const [status, code] of [
  [400, 'bad-item'],
  [401, 'unauthorized'],
  [413, 'too-large'],
  [422, 'key-reused'],
  [429, 'rate-limited'],
] as const) {
  test(`${status} ${code} rejects at once, with the server’s message`, async (t) => {
    const { client, net, time } = scripted(t);
    const result = publishing(client, 'cpu', 1);
    const errors = [{ index: 0, path: 'time', message: 'no' }];
    (await net.next()).problem(status, code, { 'Retry-After': '12' }, { errors });
    await time.advance(60_000);
    await net.quiet();
    assert.equal(codeOf(result), code);
    assert(result.outcome instanceof ClientError);
    assert.equal(result.outcome.status, status);
    assert.equal(result.outcome.retryAfterMs, 12_000);
    assert.deepEqual(result.outcome.errors, errors);
    assert.equal(
      client.status.state,
      'connecting',
      'an error of a publish does not stop the polls',
    );
  });
}

for (const [name, status, code] of [
  ['a key still in use', 409, 'key-in-use'],
  ['a draining server', 503, 'draining'],
  ['an internal error', 500, 'internal'],
] as const) {
  test(`${name} is retried`, async (t) => {
    const { client, net, time } = scripted(t);
    const result = publishing(client, 'cpu', 1);
    (await net.next()).problem(status, code, { 'Retry-After': '2' });
    await time.advance(2_250);
    (await net.next()).json(APPENDED, { status: 201 });
    await settled();
    assert.deepEqual(result.outcome, APPENDED);
  });
}

test('attempts continue for 15 s, then the publish rejects with the last error', async (t) => {
  const { client, net, time } = scripted(t);
  const result = publishing(client, 'cpu', 1);
  for (const [i, status] of [500, 502, 504, 503, 403, 507].entries()) {
    assert.equal(result.outcome, undefined);
    (await net.next()).html(status);
    await time.advance(250 * 2 ** i);
  }
  await time.advance(60_000);
  await net.quiet();
  assert.equal((result.outcome as ClientError).status, 507);
});

test('messages of a channel are stored in the order of the calls, also after failures', async (t) => {
  const { client, net, time } = scripted(t);
  const results = Array.from({ length: 12 }, (_, i) => publishing(client, 'cpu', i));
  const stored: string[] = [];
  for (let i = 0; i < 12; i++) {
    const first = await net.next();
    await net.quiet();
    if (i % 2) {
      first.html(503);
      await time.advance(250);
      const second = await net.next();
      assert.equal(second.init.body, first.init.body);
      stored.push(second.init.body as string);
      second.json(APPENDED, { status: 201 });
    } else {
      stored.push(first.init.body as string);
      first.json(APPENDED, { status: 201 });
    }
  }
  await settled();
  assert.deepEqual(stored.map(Number), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.ok(results.every(({ outcome }) => JSON.stringify(outcome) === JSON.stringify(APPENDED)));
});

test('channels do not wait for each other, and a refused message delays no other', async (t) => {
  const { client, net } = scripted(t);
  const [bad, good, other] = [
    publishing(client, 'cpu', 'bad'),
    publishing(client, 'cpu', 'good'),
    publishing(client, 'mem', 1),
  ];
  const [first, second] = [await net.next(), await net.next()];
  assert.deepEqual(
    [first.url.pathname, second.url.pathname],
    ['/lp/channels/cpu', '/lp/channels/mem'],
  );
  second.json(APPENDED, { status: 201 });
  first.problem(400, 'bad-item');
  (await net.next()).json(APPENDED, { status: 201 });
  await settled();
  assert.equal(codeOf(bad), 'bad-item');
  assert.deepEqual([good.outcome, other.outcome], [APPENDED, APPENDED]);
});

test('a message that is aborted in the queue is not sent, and later ones still wait for earlier ones', async (t) => {
  const { client, net } = scripted(t);
  const ending = new AbortController();
  publishing(client, 'cpu', 1);
  const second = publishing(client, 'cpu', 2, { signal: ending.signal });
  publishing(client, 'cpu', 3);
  const first = await net.next();
  ending.abort();
  await net.quiet();
  assert.equal(codeOf(second), 'aborted');
  first.json(APPENDED, { status: 201 });
  assert.equal((await net.next()).init.body, '3');
});

test('a message that times out before its turn rejects as not sent', async (t) => {
  const { client, net, time } = scripted(t);
  net.deaf = true;
  const results = [publishing(client, 'cpu', 1), publishing(client, 'cpu', 2)];
  for (let i = 0; i < 2; i++) {
    await net.next();
    await time.advance(10_500);
  }
  await net.quiet();
  assert.deepEqual(results.map(codeOf), ['deadline', 'deadline']);
  assert.match(String(results[1]?.outcome), /Not sent/);
});

test('many messages at once, even with one signal, cause no MaxListenersExceededWarning', async (t) => {
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  const { client, net } = scripted(t);
  const { signal } = new AbortController();
  for (let i = 0; i < 40; i++) {
    publishing(client, `c${i}`, i, { signal });
    publishing(client, 'cpu', i, { signal });
    client.producer('log').send(i);
  }
  await settled();
  assert.ok(net.open > 40);
  assert.deepEqual(warnings, []);
});

test('a Retry-After longer than the deadline of a publish rejects at once', async (t) => {
  const { client, net } = scripted(t);
  const result = publishing(client, 'cpu', 1);
  (await net.next()).problem(503, 'overloaded', { 'Retry-After': '60' });
  await settled();
  assert.equal((result.outcome as ClientError).retryAfterMs, 60_000);
});

test('the 200 response of a captive portal is not a success', async (t) => {
  const { client, net, time } = scripted(t);
  const result = publishing(client, 'cpu', 1);
  (await net.next()).html(200);
  await time.advance(250);
  (await net.next()).json({ ok: true });
  await time.advance(500);
  (await net.next()).json(APPENDED, { status: 201 });
  await settled();
  assert.deepEqual(result.outcome, APPENDED);
});

test('a POST that never settles is ended by its deadline and retried', async (t) => {
  const { client, net, time } = scripted(t);
  net.deaf = true;
  const result = publishing(client, 'cpu', 1);
  const stuck = await net.next();
  await time.advance(10_250);
  assert.equal(stuck.aborted, true);
  await net.next();
  await time.advance(12_000);
  await net.quiet();
  assert.equal(codeOf(result), 'deadline');
});

test('the caller’s signal ends a publish before it is sent, during the request and during a wait', async (t) => {
  const { client, net, time } = scripted(t);
  net.deaf = true;
  const sending = new AbortController();
  const sent = publishing(client, 'cpu', 1, { signal: sending.signal });
  const post = await net.next();
  sending.abort();
  await settled();
  assert.equal(post.aborted, true);
  const waiting = new AbortController();
  const waited = publishing(client, 'cpu', 1, { signal: waiting.signal });
  (await net.next()).fail();
  await settled();
  waiting.abort();
  const never = publishing(client, 'cpu', 1, { signal: AbortSignal.abort() });
  await time.advance(60_000);
  await net.quiet();
  assert.deepEqual([sent, waited, never].map(codeOf), ['aborted', 'aborted', 'aborted']);
  assert.equal(time.pending, 0);
});

test('a publish is sent while polls are paused, and updates the latency', async (t) => {
  const { client, net, time } = scripted(t);
  client.pause('viewer');
  const result = publishing(client, 'cpu', 1);
  const post = await net.next();
  await time.advance(30);
  post.json(APPENDED, { status: 201 });
  await settled();
  assert.deepEqual(result.outcome, APPENDED);
  assert.equal(client.status.latencyMs, 30);
});

test('a payload that cannot be published is rejected before it is sent', async (t) => {
  const { client, net } = scripted(t);
  const circle: Record<string, never> = {};
  Object.assign(circle, { circle });
  const results = [
    publishing(client, 'no channel', 1),
    publishing(client, 'cpu', 1, { idempotencyKey: 'a "quote"' }),
    publishing(client, 'cpu', circle),
  ];
  await net.quiet();
  assert.deepEqual(results.map(codeOf), ['bad-request', 'bad-request', 'bad-request']);
});

test('a redirect of a publish is not followed', async (t) => {
  const { client, net } = scripted(t);
  publishing(client, 'cpu', 1);
  assert.equal((await net.next()).init.redirect, 'manual');
});

/**
 * The client of elements, with a server that stores everything; `bodies` are the request bodies
 * that it received.
 */
function readingOverFetch(): { client: ReadingClient; bodies: unknown[] } {
  const bodies: unknown[] = [];
  const client = readingClient('http://wall.test/lp', {
    fetch: async (_, init) => {
      bodies.push(init?.body);
      return Response.json(APPENDED, { status: 201 });
    },
  });
  return { client, bodies };
}

test('the client of elements loads its code for publishing on demand, and keeps the order of the calls', async (t) => {
  const { client, bodies } = readingOverFetch();
  t.after(() => client.close());
  const sent = [1, 2, 3].map((value) => client.publish('cpu', value));
  assert.deepEqual(await Promise.all(sent), [APPENDED, APPENDED, APPENDED]);
  assert.deepEqual(bodies, ['1', '2', '3']);
  await assert.rejects(client.publish('cpu', 1, { idempotencyKey: 'a b' }), {
    code: 'bad-request',
  });
});

test('a publish that waits for this code rejects with closed when the client of elements is closed', async () => {
  const { client, bodies } = readingOverFetch();
  const sent = client.publish('cpu', 1);
  client.close();
  await assert.rejects(sent, { code: 'closed' });
  assert.deepEqual(bodies, []);
});
