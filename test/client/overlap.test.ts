import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '../support/manual-time.ts';
import { delta, entries, initial, scripted, versions } from '../support/scripted-client.ts';

test('a response lost in transit costs one retry from the same cursor, and no entry', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  const held = await net.next();
  assert.equal(held.param('since'), '2.a');
  held.fail(); // The server had responded with version 3.
  await time.advance(250);
  const retry = await net.next();
  assert.equal(retry.param('since'), '2.a');
  retry.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(cpu), [[1, 2], [3]]);
});

test('of two responses out of order, the older one changes nothing', async (t) => {
  const { client, net, time, listen } = scripted(t);
  net.deaf = true; // An abort does not reach the server.
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  const first = await net.next();
  client.refresh();
  await time.advance(100);
  const second = await net.next();
  second.answer({ cpu: delta('2.a', 4) });
  await settled();
  first.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(cpu), [
    [1, 2],
    [3, 4],
  ]);
});

test('a late response of a poll that was given up is applied if its from equals the cursor', async (t) => {
  const { client, net, time, listen } = scripted(t);
  net.deaf = true;
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  const first = await net.next();
  client.refresh();
  await time.advance(100);
  const second = await net.next();
  first.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(cpu), [[1, 2], [3]]);
  assert.equal(second.aborted, true, 'the poll was sent from a cursor that the client has left');
  second.answer({ cpu: delta('2.a', 3) });
  await time.advance(100);
  assert.equal((await net.next()).param('since'), '3.a');
  assert.deepEqual(versions(cpu), [[1, 2], [3]]);
});

test('a repeated response is applied once', async (t) => {
  const { client, net, time, listen } = scripted(t);
  net.deaf = true;
  const cpu = listen('cpu');
  const first = await net.next();
  client.refresh();
  await time.advance(100);
  const second = await net.next();
  first.answer({ cpu: initial(2) });
  second.answer({ cpu: initial(2) });
  await settled();
  assert.deepEqual(versions(cpu), [[1, 2]]);
});

test('a widget added while a poll is held costs one abort and one request, and no entry is lost', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(1_000);
  const held = await net.next();
  const mem = listen('mem');
  const disk = listen('disk');
  const both = await net.next();
  assert.equal(held.aborted, true);
  assert.equal(both.param('channels'), 'cpu,disk,mem');
  assert.equal(both.param('since'), '2.a,,');
  both.answer({ cpu: delta('2.a', 3), mem: initial(1), disk: initial(0) });
  await settled();
  assert.deepEqual([cpu, mem, disk].map(versions), [[[1, 2], [3]], [[1]], [[]]]);
  await net.quiet();
});

test('a late response from before the restart of the server changes nothing', async (t) => {
  const { client, net, time, listen } = scripted(t);
  net.deaf = true;
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  const before = await net.next();
  client.refresh();
  await time.advance(100);
  const after = await net.next();
  after.answer({ cpu: { ...initial(2, 'b'), from: '2.a', reset: 'unknown' } });
  await settled();
  before.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(
    cpu.map(({ reset, cursor }) => [reset, cursor]),
    [
      ['initial', '2.a'],
      ['unknown', '2.b'],
    ],
  );
});

test('each reason of a reset reaches the listener, with the entries that replace its data', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  let from = '2.a';
  for (const [reset, to] of [
    ['trimmed', '9.a'],
    ['unknown', '4.b'],
    ['cleared', '5.c'],
  ] as const) {
    await time.advance(100);
    const last = Number.parseInt(to);
    (await net.next()).answer({ cpu: { from, to, reset, entries: entries(last, last) } });
    from = to;
  }
  await settled();
  assert.deepEqual(
    cpu.map((update) => update.reset),
    ['initial', 'trimmed', 'unknown', 'cleared'],
  );
  assert.deepEqual(versions(cpu), [[1, 2], [9], [4], [5]]);
});

test('a delta with a missing version is dropped, and only its channel is requested again', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  const mem = listen('mem');
  (await net.next()).answer({ cpu: initial(2), mem: initial(5) });
  await time.advance(100);
  (await net.next()).answer({
    cpu: { from: '2.a', to: '4.a', entries: entries(4, 4) },
    mem: delta('5.a', 6),
  });
  await time.advance(100);
  const anew = await net.next();
  assert.equal(anew.param('since'), ',6.a');
  anew.answer({ cpu: initial(4) });
  await settled();
  assert.deepEqual(versions(cpu), [
    [1, 2],
    [1, 2, 3, 4],
  ]);
  assert.deepEqual(versions(mem), [[1, 2, 3, 4, 5], [6]]);
});

test('two equal values are two updates', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ cpu: initial(0) });
  for (const v of [1, 2]) {
    await time.advance(100);
    const from = v === 1 ? '0' : '1.a';
    (await net.next()).answer({ cpu: { from, to: `${v}.a`, entries: [{ v, t: 1, d: 42 }] } });
  }
  await settled();
  assert.deepEqual(
    cpu.flatMap((update) => update.entries.map((entry) => entry.d)),
    [42, 42],
  );
});

test('channels named __proto__, constructor and toString work like any other', async (t) => {
  const { net, listen } = scripted(t);
  const names = ['__proto__', 'constructor', 'toString'];
  const told = names.map((name) => listen(name));
  const poll = await net.next();
  assert.equal(poll.param('channels'), names.join(','));
  const parts = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(initial(1))}`);
  poll.json(JSON.parse(`{"now":1,"channels":{${parts.join(',')}}}`));
  await settled();
  assert.deepEqual(told.map(versions), [[[1]], [[1]], [[1]]]);
});

test('a part of a channel that was not requested is ignored', async (t) => {
  const { net, time, listen } = scripted(t);
  const cpu = listen('cpu');
  (await net.next()).answer({ mem: initial(3), toString: initial(1), cpu: initial(1) });
  await time.advance(100);
  assert.equal((await net.next()).param('channels'), 'cpu');
  assert.deepEqual(versions(cpu), [[1]]);
});
