import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from '../../components/client/index.ts';
import { parseAnswer, parseAppended } from '../../components/client/parse-answer.ts';
import { initial, scripted, versions } from '../support/scripted-client.ts';
import type { Exchange } from '../support/scripted-network.ts';

const refused = (body: unknown): void =>
  assert.throws(
    () => parseAnswer(body),
    (error) => error instanceof ClientError && error.code === 'not-an-answer',
    JSON.stringify(body),
  );

test('JSON of another shape is rejected as a poll response', () => {
  for (const body of [null, 1, 'x', [], {}, { now: 1 }, { channels: {} }]) refused(body);
  refused({ now: '1', channels: {} });
  refused({ now: 1, channels: [] });
  refused({ now: 1, channels: { cpu: null } });
});

test('a part with a field of the wrong type is rejected', () => {
  const good = { from: '1.a', to: '2.a', entries: [{ v: 2, t: 1, d: null }] };
  const part = (wrong: object): unknown => ({ now: 1, channels: { cpu: { ...good, ...wrong } } });
  assert.equal(parseAnswer(part({})).parts.get('cpu')?.to, '2.a');
  for (const from of [undefined, null, 1, 'x', '1.A', '01', '-01']) refused(part({ from }));
  for (const to of [undefined, '', 2, '9007199254740993', '2.']) refused(part({ to }));
  for (const reset of [null, true, 1]) refused(part({ reset }));
  for (const meta of [null, 'CPU', []]) refused(part({ meta }));
  for (const entries of [undefined, {}, 'none', [null], [1], [[]]]) refused(part({ entries }));
  const entry = (wrong: object): unknown => part({ entries: [{ v: 2, t: 1, d: 1, ...wrong }] });
  for (const v of [undefined, '2', 0, -1, 1.5, 2 ** 53]) refused(entry({ v }));
  for (const time of [undefined, null, '1', 1e300]) refused(entry({ t: time }));
  for (const now of [undefined, '1', 1e300, -1e16]) refused({ now, channels: {} });
  for (const k of [null, 1]) refused(entry({ k }));
  for (const m of [null, 1, []]) refused(entry({ m }));
  refused(part({ entries: [{ v: 2, t: 1 }] }));
});

test('an unknown reset reason of a newer server still replaces the data', () => {
  const part = { from: '1.a', to: '2.b', reset: 'moved', entries: [] };
  assert.equal(parseAnswer({ now: 1, channels: { cpu: part } }).parts.get('cpu')?.reset, 'unknown');
});

test('a publish response of another shape is rejected', () => {
  assert.deepEqual(parseAppended({ cursor: '2.a', first: 1, count: 2, more: 1 }), {
    cursor: '2.a',
    first: 1,
    count: 2,
  });
  for (const body of [
    null,
    {},
    { cursor: '', first: 1, count: 1 },
    { cursor: '1', first: 0, count: 1 },
  ]) {
    assert.throws(() => parseAppended(body), { code: 'not-an-answer' });
  }
});

const redirected = (response: Response, url: string): Response => {
  Object.defineProperties(response, { redirected: { value: true }, url: { value: url } });
  return response;
};

const strangers: [string, (poll: Exchange) => void][] = [
  ['a captive portal’s page with status 200', (poll) => poll.html(200)],
  ['a login page behind a redirect', (poll) => poll.html(302, { Location: '/login' })],
  ['JSON of another shape', (poll) => poll.json({ status: 'ok' })],
  [
    'a valid response with another content type',
    (poll) =>
      poll.respond(
        new Response(JSON.stringify({ now: 1, channels: { cpu: initial(9) } }), {
          headers: { 'Content-Type': 'text/plain' },
        }),
      ),
  ],
  [
    'a valid response of another origin',
    (poll) =>
      poll.respond(
        redirected(
          Response.json({ now: 1, channels: { cpu: initial(9) } }),
          'http://portal.test/lp/poll',
        ),
      ),
  ],
  [
    'truncated JSON',
    (poll) =>
      poll.respond(
        new Response('{"now":1,"channels":{"cpu":', {
          headers: { 'Content-Type': 'application/json' },
        }),
      ),
  ],
  ['an empty 204', (poll) => poll.respond(new Response(null, { status: 204 }))],
];

for (const [name, respond] of strangers) {
  test(`${name} is refused, and retried with backoff`, async (t) => {
    const { client, net, time, listen } = scripted(t);
    const cpu = listen('cpu');
    respond(await net.next());
    await time.advance(249);
    assert.equal(client.status.error?.code, 'not-an-answer');
    assert.equal(client.status.state, 'reconnecting');
    await net.quiet();
    await time.advance(1);
    (await net.next()).answer({ cpu: initial(1) });
    await time.advance(100);
    assert.deepEqual(versions(cpu), [[1]]);
    assert.equal(client.status.error, undefined);
  });
}

test('a redirect within the origin is followed', async (t) => {
  const { client, net, listen } = scripted(t);
  const cpu = listen('cpu');
  const poll = await net.next();
  assert.equal(poll.init.redirect, 'follow');
  const answer = Response.json({ now: 1, channels: { cpu: initial(1) } });
  poll.respond(redirected(answer, 'http://wall.test/elsewhere'));
  await net.quiet();
  assert.deepEqual(versions(cpu), [[1]]);
  assert.equal(client.status.state, 'live');
});

test('a request with headers follows no redirect, so that no token is sent elsewhere', async (t) => {
  const { net, listen } = scripted(t, { headers: { Authorization: 'Bearer x' } });
  listen('cpu');
  const poll = await net.next();
  assert.equal(poll.init.redirect, 'manual');
  assert.equal(poll.header('Authorization'), 'Bearer x');
});
