import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ClientError,
  LostItem,
  ProducerOptions,
  ProducerStatus,
} from '../../components/client/index.ts';
import { settled } from '../support/manual-time.ts';
import { scripted } from '../support/scripted-client.ts';
import type { Exchange } from '../support/scripted-network.ts';

type Context = Parameters<typeof scripted>[0];

/** A producer for `log` on a scripted client, with its events. */
function producing(t: Context, options: ProducerOptions<number> = {}) {
  const s = scripted(t);
  const lost: { code: string; message: string; payload: unknown; line: number | undefined }[] = [];
  const told: ProducerStatus[] = [];
  const producer = s.client.producer<number>('log', {
    onError: ({ code, message }: ClientError, { payload, context }: LostItem<number>) =>
      lost.push({ code, message, payload, line: context }),
    onStatus: (status) => told.push(status),
    ...options,
  });
  const lostLines = (): (number | undefined)[] => lost.map(({ line }) => line);
  return { ...s, producer, lost, lostLines, told };
}

const bodyOf = ({ init }: Exchange): unknown => JSON.parse(init.body as string);

function store(exchange: Exchange): void {
  const { length } = bodyOf(exchange) as unknown[];
  exchange.json({ cursor: '9.a', first: 9, count: length }, { status: 201 });
}

const refuse = (exchange: Exchange, ...indices: number[]): void =>
  exchange.problem(
    400,
    'bad-item',
    {},
    {
      detail: 'bad items',
      errors: indices.map((index) => ({ index, path: '', message: `item ${index} is odd` })),
    },
  );

test('items added within the linger time are sent as one batch, in order', async (t) => {
  const { producer, net, time } = producing(t);
  for (const n of [1, 2]) producer.send({ value: n });
  await time.advance(19);
  producer.send('three');
  await net.quiet();
  await time.advance(1);
  const post = await net.next();
  assert.equal(post.url.pathname, '/lp/channels/log');
  assert.deepEqual(bodyOf(post), [{ value: 1 }, { value: 2 }, 'three']);
  assert.equal(producer.status.waiting, 3);
  store(post);
  await producer.flush();
  assert.deepEqual(producer.status, { waiting: 0, stored: 3, lost: 0, attempt: 0 });
});

test('a batch ends at its maximum count or bytes of UTF-8, and a larger item is sent by itself', async (t) => {
  const { producer, net } = producing(t, { maxBatchItems: 3, maxBatchBytes: 20, lingerMs: 0 });
  const items = [1, 2, 3, 4, 'ääää', 'öööö', 'x'.repeat(40), 5];
  for (const item of items) producer.send(item);
  const batches: unknown[] = [];
  while (batches.flat().length < items.length) {
    const post = await net.next();
    batches.push(bodyOf(post));
    store(post);
  }
  assert.deepEqual(batches, [[1, 2, 3], [4, 'ääää'], ['öööö'], ['x'.repeat(40)], [5]]);
});

test('a failed batch is retried without limit under one key, and the number of waiting items is reported', async (t) => {
  const { producer, net, time, told, lost } = producing(t, { lingerMs: 0 });
  producer.send(1);
  producer.send(2);
  const keys = new Set<string | null>();
  const fail = [
    (e: Exchange) => e.fail(),
    (e: Exchange) => e.html(502),
    (e: Exchange) => e.html(403),
    (e: Exchange) => e.problem(401, 'unauthorized'),
    (e: Exchange) => e.problem(503, 'overloaded', { 'Retry-After': '7' }),
    (e: Exchange) => e.problem(429, 'rate-limited', { 'Retry-After': '60' }),
    (e: Exchange) => e.html(200),
    (e: Exchange) => e.problem(404, 'unknown-channel', {}, { channel: 'log' }),
  ];
  for (let i = 0; i < 40; i++) {
    const post = await net.next();
    keys.add(post.header('Idempotency-Key'));
    fail[i % fail.length]?.(post);
    await settled();
    if (i === 0) producer.send(3);
    await time.advance((producer.status.nextRetryAt ?? 0) - time.now());
  }
  assert.equal(keys.size, 1);
  assert.equal(told.length, 40);
  assert.equal(told.at(-1)?.attempt, 40);
  assert.equal(told.at(-1)?.waiting, 3);
  assert.equal(told.at(-1)?.error?.code, 'unknown-channel');
  const last = await net.next();
  assert.deepEqual(bodyOf(last), [1, 2]);
  store(last);
  const next = await net.next();
  assert.deepEqual(bodyOf(next), [3]);
  assert.notEqual(next.header('Idempotency-Key'), last.header('Idempotency-Key'));
  store(next);
  await settled();
  assert.equal(producer.status.error, undefined);
  assert.deepEqual(lost, []);
});

test('items that the server names in its error are given up with its reasons, and the others are stored', async (t) => {
  const { producer, net, lost } = producing(t, { lingerMs: 0 });
  for (let line = 1; line <= 6; line++) producer.send(line, line);
  refuse(await net.next(), 1, 4);
  const rest = await net.next();
  assert.deepEqual(bodyOf(rest), [1, 3, 4, 6]);
  store(rest);
  await producer.flush();
  assert.deepEqual(lost, [
    { code: 'bad-item', message: 'item 1 is odd', payload: 2, line: 2 },
    { code: 'bad-item', message: 'item 4 is odd', payload: 5, line: 5 },
  ]);
  assert.deepEqual(producer.status, { waiting: 0, stored: 4, lost: 2, attempt: 0 });
});

test('a refused item may be replaced at its position', async (t) => {
  const { producer, net } = producing(t, {
    lingerMs: 0,
    onError: (_, { payload, context }) =>
      context === 2 ? { instead: { text: JSON.stringify(payload) } } : undefined,
  });
  for (let line = 1; line <= 3; line++) producer.send(line, line);
  refuse(await net.next(), 1);
  const again = await net.next();
  assert.deepEqual(bodyOf(again), [1, { text: '2' }, 3]);
  assert.equal(producer.status.waiting, 3);
  store(again);
  await producer.flush();
  assert.deepEqual(producer.status, { waiting: 0, stored: 3, lost: 0, attempt: 0 });
});

test('a batch that is refused without item indexes is divided until the invalid item is found, in order', async (t) => {
  const { producer, net, lostLines } = producing(t, { lingerMs: 0 });
  const items = [1, 2, 3, 'x'.repeat(50), 5, 6, 7, 8, 9];
  for (const [i, item] of items.entries()) producer.send(item, i + 1);
  const stored: unknown[] = [];
  while (producer.status.waiting > 0) {
    const post = await net.next();
    const batch = bodyOf(post) as unknown[];
    if (JSON.stringify(batch).length > 50) post.problem(413, 'too-large');
    else {
      stored.push(...batch);
      store(post);
    }
    await settled();
  }
  assert.deepEqual(
    stored,
    items.filter((_, i) => i !== 3),
  );
  assert.deepEqual(lostLines(), [4]);
});

test('a full queue refuses items with an error, and ready() resolves when there is room', async (t) => {
  const { producer, net, lostLines } = producing(t, { lingerMs: 0, maxQueue: 2 });
  assert.deepEqual(
    [1, 2, 3].map((n) => producer.send(n, n)),
    [true, true, false],
  );
  assert.deepEqual(lostLines(), [3]);
  let ready = false;
  void producer.ready().then(() => (ready = true));
  const post = await net.next();
  assert.equal(ready, false);
  store(post);
  await settled();
  assert.equal(ready, true);
});

test('an item that JSON cannot represent is given up, and nothing is thrown', async (t) => {
  const { producer, net, lost } = producing(t, { lingerMs: 0 });
  const circle: Record<string, never> = {};
  Object.assign(circle, { circle });
  assert.equal(producer.send(circle, 1), false);
  assert.equal(producer.send(undefined as never, 2), false);
  await net.quiet();
  assert.deepEqual(
    lost.map(({ code, line }) => [code, line]),
    [
      ['bad-request', 1],
      ['bad-request', 2],
    ],
  );
});

test('a listener that throws does not stop the queue', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { producer, net } = producing(t, {
    lingerMs: 0,
    onError: () => assert.fail('mine'),
    onStatus: () => assert.fail('mine'),
  });
  for (const n of [1, 2]) producer.send(n);
  refuse(await net.next(), 0);
  store(await net.next());
  await producer.flush();
  assert.equal(producer.status.stored, 1);
});

test('when the client is closed, all waiting items and those being sent are given up', async (t) => {
  const { client, producer, net, time, lost } = producing(t, { lingerMs: 0 });
  producer.send(1, 1);
  const post = await net.next();
  producer.send(2, 2);
  client.close();
  await producer.flush();
  assert.equal(post.aborted, true);
  assert.deepEqual(
    lost.map(({ code, line }) => [code, line]),
    [
      ['closed', 1],
      ['closed', 2],
    ],
  );
  assert.equal(producer.send(3, 3), false);
  await net.quiet();
  assert.equal(time.pending, 0);
});

test('close() sends the waiting items and accepts no more', async (t) => {
  const { producer, net, lost } = producing(t);
  producer.send(1);
  const closed = producer.close();
  assert.equal(producer.send(2, 2), false);
  store(await net.next());
  await closed;
  assert.deepEqual(
    lost.map(({ code }) => code),
    ['closed'],
  );
});
