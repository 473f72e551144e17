import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePollRequest } from '../../components/client/tabs/poll-request.ts';
import {
  readAnswer,
  type RelayedResponse,
  relayOf,
  responseOf,
} from '../../components/client/tabs/relayed-response.ts';

const relayed = (response: Response): Promise<RelayedResponse> =>
  relayOf(Promise.resolve(response));
const answer = (text: string): RelayedResponse => ({ status: 200, headers: [], text });

test('a relayed response equals the original in everything that the client reads', async () => {
  const headers = {
    'Content-Type': 'application/problem+json',
    'Retry-After': '3',
    'X-Other': '1',
  };
  const relay = await relayed(new Response('{"code":"draining"}', { status: 503, headers }));
  assert(relay !== 'direct');
  const response = responseOf(structuredClone(relay));
  assert.equal(response.status, 503);
  assert.deepEqual(
    [...response.headers],
    [
      ['content-type', 'application/problem+json'],
      ['retry-after', '3'],
    ],
  );
  assert.deepEqual(await response.json(), { code: 'draining' });
});

test('a fetch that failed fails in the other tabs too', async () => {
  const relay = await relayOf(Promise.reject(new TypeError('no route')));
  assert(relay !== 'direct');
  assert.throws(() => responseOf(relay), TypeError);
});

test('a body that ends early is a failure', async () => {
  const body = new ReadableStream({
    start: (controller) => controller.error(new TypeError('cut')),
  });
  assert.deepEqual(await relayed(new Response(body)), { failed: 'TypeError: cut' });
});

test('a response that cannot be rebuilt is not relayed', async () => {
  const redirected = Object.defineProperty(new Response('{}'), 'redirected', { value: true });
  assert.equal(await relayed(redirected), 'direct');
  assert.equal(await relayed(Response.error()), 'direct');
  for (const status of [204, 205, 304]) {
    assert.equal(await relayed(new Response(null, { status })), 'direct');
  }
});

test('only a whole response counts for the leader; anything else each tab judges by itself', () => {
  const part = '{"from":"1.a","to":"2.a","entries":[]}';
  assert.deepEqual(readAnswer(answer(`{"now":1,"channels":{"__proto__":${part}}}`)), {
    now: 1,
    parts: [['__proto__', JSON.parse(part)]],
    pause: false,
    round: undefined,
  });
  for (const text of [
    '',
    'null',
    '{"now":1}',
    `{"now":"1","channels":{}}`,
    '{"now":1,"channels":{"a":null}}',
    '{"now":1,"channels":{"a":{"from":"1.a","to":2,"entries":[]}}}',
    '{"now":1,"channels":{"a":{"from":"1.a","to":"2.a"}}}',
  ]) {
    assert.equal(readAnswer(answer(text)), undefined, text);
  }
});

test('only a poll that may be held is relayed to the leader', () => {
  const ask = (search: string): unknown =>
    parsePollRequest('id', `https://host/lp/poll?${search}`, { cache: 'no-store' });
  assert.deepEqual(ask('channels=__proto__,cpu&since=1.a,0&wait=2.5'), {
    id: 'id',
    cursors: new Map([
      ['__proto__', '1.a'],
      ['cpu', '0'],
    ]),
    waitSeconds: 2.5,
    init: { cache: 'no-store' },
  });
  for (const search of [
    'channels=a&since=1.a&wait=0',
    'channels=a&since=1.a',
    'channels=a&wait=25',
    'channels=a,b&since=1.a,&wait=25',
    'channels=a,b&since=1.a,-20&wait=25',
    'channels=a,b&since=1.a&wait=25',
    'channels=a&since=1.a&wait=25&tail=3',
  ]) {
    assert.equal(ask(search), undefined, search);
  }
});

test('an abort signal is not relayed', () => {
  const { signal } = new AbortController();
  const question = parsePollRequest('id', 'https://host/poll?channels=a&since=1.a&wait=1', {
    signal,
  });
  assert.deepEqual(structuredClone(question), question);
});
