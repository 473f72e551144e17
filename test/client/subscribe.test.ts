import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError, type Update } from '../../components/client/index.ts';
import { settled } from '../support/manual-time.ts';
import { delta, entries, initial, scripted, versions } from '../support/scripted-client.ts';

test('168 widgets on six channels make one poll of six sorted names', async (t) => {
  const { client, net, listen } = scripted(t);
  const names = ['mem', 'cpu', 'Disk', 'a:b', 'a.b', '_x'];
  for (let widget = 0; widget < 168; widget++) listen(names[widget % 6] as string);
  const poll = await net.next();
  assert.equal(poll.url.search, '?channels=Disk,_x,a.b,a:b,cpu,mem&wait=0');
  await net.quiet();
  assert.deepEqual(client.channels, ['Disk', '_x', 'a.b', 'a:b', 'cpu', 'mem']);
});

test('no request is sent before the first subscription or after the last has ended', async (t) => {
  const { client, net, time } = scripted(t);
  await time.advance(60_000);
  await net.quiet();
  const undo = client.subscribe('cpu', () => {});
  (await net.next()).answer({ cpu: initial(1) });
  await time.advance(100);
  const held = await net.next();
  undo();
  await net.quiet();
  assert.equal(held.aborted, true);
  assert.equal(time.pending, 0);
  assert.deepEqual(client.channels, []);
  assert.equal(client.status.state, 'connecting');
});

test('a subscription that ends in the turn of the event loop in which it began sends no request', async (t) => {
  const { client, net } = scripted(t);
  client.subscribe('cpu', () => {})();
  await net.quiet();
});

test('a channel without subscriptions is not requested any more, and the others continue from their cursors', async (t) => {
  const { client, net, time, listen } = scripted(t);
  const undo = client.subscribe('mem', () => {});
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2), mem: initial(3) });
  await time.advance(100);
  await net.next();
  undo();
  undo();
  await time.advance(100);
  assert.equal((await net.next()).url.search, '?channels=cpu&since=2.a&wait=25');
});

test('a new subscriber gets the history, and subscribers that have it already do not get it again', async (t) => {
  const { net, time, listen } = scripted(t);
  const first = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  await net.next();
  const second = listen('cpu');
  await time.advance(100);
  const anew = await net.next();
  assert.equal(anew.param('since'), undefined);
  anew.answer({ cpu: initial(2) });
  await time.advance(100);
  (await net.next()).answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(first), [[1, 2], [3]]);
  assert.deepEqual(versions(second), [[1, 2], [3]]);
});

test('when the history for a new subscriber has updates, the others get a reset', async (t) => {
  const { net, time, listen } = scripted(t);
  const first = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  await net.next();
  const second = listen('cpu');
  await time.advance(100);
  (await net.next()).answer({ cpu: initial(3) });
  await settled();
  assert.deepEqual(versions(first), [
    [1, 2],
    [1, 2, 3],
  ]);
  assert.deepEqual(versions(second), [[1, 2, 3]]);
});

test('for each channel, a poll requests as many entries as its listeners need', async (t) => {
  const { net, time, listen } = scripted(t);
  listen('cpu', 1);
  listen('mem', 20);
  listen('mem', 60);
  const first = await net.next();
  assert.equal(first.url.search, '?channels=cpu,mem&since=-1,-60&wait=0');
  first.answer({
    cpu: { ...initial(1), from: '-1' },
    mem: { ...initial(1), from: '-60' },
  });
  await time.advance(100);
  assert.equal((await net.next()).param('since'), '1.a,1.a');
  listen('disk', 5);
  await time.advance(100);
  assert.equal((await net.next()).param('since'), '1.a,-5,1.a');
  listen('disk');
  listen('cpu', 0);
  await time.advance(100);
  assert.equal((await net.next()).param('since'), '-1,,1.a');
});

test('a new subscriber that requests less does not shorten the history of the others', async (t) => {
  const { net, time, listen } = scripted(t);
  listen('cpu');
  (await net.next()).answer({ cpu: initial(9) });
  await time.advance(100);
  await net.next();
  listen('cpu', 1);
  await time.advance(100);
  assert.equal((await net.next()).url.search, '?channels=cpu&wait=25');
});

test('a reset of a subscribed channel is delivered in full, independent of other channels', async (t) => {
  const { net, time, listen } = scripted(t);
  const chart = listen('cpu');
  (await net.next()).answer({ cpu: initial(9) });
  await time.advance(100);
  await net.next();
  listen('mem', 1);
  await time.advance(100);
  const poll = await net.next();
  assert.equal(poll.url.search, '?channels=cpu,mem&since=9.a,-1&wait=25');
  poll.answer({
    cpu: { from: '9.a', to: '700.a', reset: 'trimmed', entries: entries(201, 700) },
    mem: { ...initial(1), from: '-1' },
  });
  await settled();
  assert.equal(chart.at(-1)?.entries.length, 500);
});

test('a late response with too short a history is not delivered to a subscriber that requested more', async (t) => {
  const { net, time, listen } = scripted(t);
  net.deaf = true;
  listen('cpu', 1);
  const short = await net.next();
  const chart = listen('cpu');
  await time.advance(100);
  const whole = await net.next();
  short.answer({ cpu: { from: '-1', to: '9.a', reset: 'initial', entries: entries(9, 9) } });
  await settled();
  assert.equal(chart.length, 0);
  whole.answer({ cpu: initial(9) });
  await settled();
  assert.equal(chart[0]?.entries.length, 9);
});

test('250 channels make three polls, each of at most 100, and a new channel restarts one of them', async (t) => {
  const { net, listen, time } = scripted(t);
  for (let i = 0; i < 250; i++) listen(`c${String(i).padStart(3, '0')}`);
  const polls = [await net.next(), await net.next(), await net.next()];
  const sizes = polls.map((poll) => poll.param('channels')?.split(',').length);
  assert.deepEqual(sizes, [100, 100, 50]);
  await time.advance(100);
  listen('zz');
  const again = await net.next();
  assert.equal(again.param('channels')?.split(',').length, 51);
  assert.deepEqual(
    polls.map((poll) => poll.aborted),
    [false, false, true],
  );
  await net.quiet();
});

test('the URL of a poll is at most 8 KB, however long the names and cursors are', async (t) => {
  const { net, time, listen } = scripted(t);
  const name = (i: number): string => `${'x'.repeat(124)}.${String(i).padStart(3, '0')}`;
  for (let i = 0; i < 100; i++) listen(name(i), 100_000);
  await settled();
  const channels = net.exchanges.map((poll) => poll.param('channels')?.split(',') ?? []);
  assert.equal(channels.flat().length, 100);
  const cursor = `${Number.MAX_SAFE_INTEGER}.abcdefghijklmnop`;
  for (const poll of net.exchanges.slice()) {
    const parts = channels
      .shift()
      ?.map((channel) => [
        channel,
        { from: '', to: cursor, reset: 'initial' as const, entries: [] },
      ]);
    poll.answer(Object.fromEntries(parts ?? []), { round: 'abcdefghijklmnop' });
  }
  await time.advance(100);
  for (const { url } of net.exchanges) assert(url.href.length < 8_192, `${url.href.length}`);
  assert.equal(net.exchanges.at(-1)?.param('round'), 'abcdefghijklmnop');
});

test('four of the polls of 700 channels are open at a time, with short holds, and each gets its turn', async (t) => {
  const { net, time, listen } = scripted(t);
  for (let i = 0; i < 700; i++) listen(`c${i}`);
  const served = new Set<string>();
  for (let second = 0; second < 20; second++) {
    await time.advance(1_000);
    assert(net.open <= 4, `${net.open} connections`);
    for (const poll of net.exchanges.filter(({ open }) => open)) {
      served.add(poll.param('channels') ?? '');
      assert(Number(poll.param('wait')) <= 2, 'each hold is short');
      poll.answer({});
    }
  }
  assert.equal(served.size, 7);
});

test('when the connection limit is reached, polls with long holds end at once', async (t) => {
  const { net, time, listen } = scripted(t);
  for (let i = 0; i < 400; i++) listen(`c${i}`);
  for (let i = 0; i < 4; i++) (await net.next()).answer({});
  await time.advance(100);
  const held = [await net.next(), await net.next(), await net.next(), await net.next()];
  assert.equal(held[0]?.param('wait'), '25');
  listen('newcomer');
  await settled();
  assert.deepEqual(
    held.map((poll) => poll.aborted),
    [true, true, true, true],
  );
  await time.advance(100);
  assert.equal(net.open, 4);
  assert(net.exchanges.some((poll) => poll.open && poll.param('channels') === 'newcomer'));
});

test('the place of a removed channel in a poll is used before another poll is opened', async (t) => {
  const { client, net, time } = scripted(t);
  const undo = Array.from({ length: 100 }, (_, i) => client.subscribe(`c${i}`, () => {}));
  await net.next();
  undo[5]?.();
  client.subscribe('new', () => {});
  await time.advance(100);
  assert.equal((await net.next()).param('channels')?.split(',').length, 100);
  await net.quiet();
});

test('a listener that throws affects neither other listeners nor polls, and its error is reported', async (t) => {
  const reported: unknown[] = [];
  t.mock.method(console, 'error', (error: unknown) => reported.push(error));
  const { client, net, time, listen } = scripted(t);
  const broken = new Error('broken widget');
  client.onStatus(() => {
    throw broken;
  });
  client.subscribe('cpu', () => {
    throw broken;
  });
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(1) });
  await time.advance(100);
  await net.next();
  assert.deepEqual(versions(cpu), [[1]]);
  assert(reported.length >= 2 && reported.every((error) => error === broken));
});

test('a listener may unsubscribe others, subscribe and close the client while it is called', async (t) => {
  const { client, net, listen, time } = scripted(t);
  const told: string[] = [];
  const ends: (() => void)[] = [];
  client.subscribe('cpu', () => {
    told.push('first');
    for (const end of ends) end();
    client.subscribe('cpu', () => told.push('newcomer'));
  });
  ends.push(client.subscribe('cpu', () => told.push('ended')));
  client.subscribe('cpu', () => told.push('last'));
  const mem = listen('mem');
  (await net.next()).answer({ cpu: initial(1), mem: initial(1) });
  await time.advance(100);
  assert.deepEqual(told, ['first', 'last']);
  assert.equal(mem.length, 1);
  const anew = await net.next();
  assert.equal(anew.param('since'), ',1.a');
  client.subscribe('cpu', () => client.close());
  await time.advance(100);
  await net.quiet(); // The pending poll already requests what the new subscriber needs.
  anew.answer({ cpu: initial(2), mem: delta('1.a', 2) });
  await settled();
  assert.deepEqual(told.slice(2), ['first', 'last', 'newcomer']);
  assert.equal(mem.length, 1);
  await net.quiet();
});

test('the same function subscribed twice is two subscriptions', async (t) => {
  const { client, net } = scripted(t);
  const updates: Update[] = [];
  const listener = (update: Update): void => void updates.push(update);
  const undo = client.subscribe('cpu', listener);
  client.subscribe('cpu', listener);
  undo();
  (await net.next()).answer({ cpu: initial(1) });
  await settled();
  assert.equal(updates.length, 1);
});

test('meta is delivered with a reset, and with the entry that changes it', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: { ...initial(2), meta: { label: 'CPU' } } });
  await time.advance(100);
  (await net.next()).answer({ cpu: delta('2.a', 3) });
  await time.advance(100);
  const changes = [
    { v: 4, t: 1, m: { label: 'Old' } },
    { v: 5, t: 1, d: 1 },
    { v: 6, t: 1, m: { label: 'New', unit: 'percent' } },
  ];
  (await net.next()).answer({ cpu: { from: '3.a', to: '6.a', entries: changes } });
  await settled();
  assert.deepEqual(
    cpu.map((update) => update.meta),
    [{ label: 'CPU' }, undefined, { label: 'New', unit: 'percent' }],
  );
});

test('an invalid channel, tail or base URL is rejected by the call that contains it', (t) => {
  const { client } = scripted(t);
  const refused = (error: unknown): boolean =>
    error instanceof ClientError && error.code === 'bad-request';
  for (const name of ['', 'a b', '.a', 'a,b', 'é', 'x'.repeat(129)]) {
    assert.throws(() => client.subscribe(name, () => {}), refused, name);
  }
  for (const tail of [-1, 1.5, Number.NaN, Infinity]) {
    assert.throws(() => client.subscribe('cpu', () => {}, { tail }), refused, `${tail}`);
  }
});
