import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { ProtocolError } from '../../protocol/lp1.ts';
import { Hub, type HubOptions } from '../../server/hub/hub.ts';
import { memoryStore, type Store } from '../../server/index.ts';
import { ChannelLog } from '../../server/stores/channel-log.ts';
import { newEntries } from '../../server/stores/log-entry.ts';
import type { Watch } from '../../server/stores/store.ts';
import { reading, turns } from '../support/fake-reader.ts';
import { HandClock, sweeps } from '../support/hand-clock.ts';

const one = (value: number) => [{ json: `{"value":${value}}` }];

function hubOf(t: TestContext, store: Store, options: Omit<HubOptions, 'store'> = {}): Hub {
  const hub = new Hub({ store, ...new HandClock().options, ...options });
  t.after(() => hub.close(1));
  return hub;
}

/**
 * A memory store whose reads end only when the test ends them; `reads` counts those that have
 * begun.
 */
function slowStore(): { store: Store; reads: (() => void)[]; failNext: () => void } {
  const store = memoryStore();
  const read = store.read.bind(store);
  const reads: (() => void)[] = [];
  let failing = false;
  store.read = async (...args) => {
    const slice = await read(...args); // The state when the read began.
    await new Promise<void>((done) => reads.push(done));
    if (!failing) return slice;
    failing = false;
    throw new Error('cannot be read');
  };
  return { store, reads, failNext: () => (failing = true) };
}

test('an append between the read and the wait is not lost', async (t) => {
  const { store, reads } = slowStore();
  const hub = hubOf(t, store);
  const { cursor } = await store.append('cpu', one(1));
  const reader = reading(hub, 'channels=cpu&since=9');
  await turns();
  await store.append('cpu', one(2));
  reads.shift()?.();
  await turns();
  assert.equal(reader.answer.channels['cpu']?.to, cursor); // A valid step from the cursor that was read.
  const next = reading(hub, `channels=cpu&since=${cursor}`);
  await turns();
  reads.shift()?.();
  await turns();
  assert.deepEqual(next.versions('cpu'), [2]);
});

test('an append during a read without updates is delivered after another read', async (t) => {
  const { store, reads } = slowStore();
  const hub = hubOf(t, store);
  const read = store.read.bind(store);
  await store.append('cpu', one(1));
  store.read = async (...args) => ({ ...(await read(...args)), entries: [] }); // The read is older than its own signal.
  const reader = reading(hub, 'channels=cpu&since=0');
  await turns();
  await store.append('cpu', one(2));
  store.read = read;
  await turns();
  reads.shift()?.();
  await turns();
  assert.equal(reader.done, false);
  reads.shift()?.();
  await turns();
  assert.deepEqual(reader.versions('cpu'), [1, 2]);
});

test('a poll that arrives during a read gets everything that was appended before its arrival', async (t) => {
  const { store, reads } = slowStore();
  const hub = hubOf(t, store);
  await store.append('cpu', one(1));
  const early = reading(hub, 'channels=cpu&wait=0');
  await turns();
  await store.append('cpu', one(2)); // Acknowledged.
  const late = reading(hub, 'channels=cpu&wait=0');
  reads.shift()?.();
  await turns();
  assert.deepEqual(early.versions('cpu'), [1]);
  assert.equal(late.done, false);
  reads.shift()?.();
  await turns();
  assert.deepEqual(late.versions('cpu'), [1, 2]);
  assert.equal(hub.held, 0);
});

test('a poll with wait=0 is answered after its read, however long that takes', async (t) => {
  const { store, reads } = slowStore();
  const hub = hubOf(t, store);
  await store.append('cpu', one(1));
  const reader = reading(hub, 'channels=cpu&wait=0');
  await sweeps();
  assert.equal(reader.done, false);
  reads.shift()?.();
  await turns();
  assert.deepEqual(reader.versions('cpu'), [1]);
});

test('a client that leaves during a read is released, and the others get their responses', async (t) => {
  const { store, reads } = slowStore();
  const hub = hubOf(t, store);
  await store.append('cpu', one(1));
  const gone = reading(hub, 'channels=cpu');
  const stays = reading(hub, 'channels=cpu');
  await turns();
  hub.leave(gone);
  assert.equal(hub.held, 1);
  for (const done of reads) done();
  await turns();
  for (const done of reads) done();
  await turns();
  assert.equal(gone.done, false);
  assert.deepEqual(stays.versions('cpu'), [1]);
  assert.deepEqual([hub.held, hub.stats.gone], [0, 1]);
});

test('a failed read fails the new polls; held ones stay held, and get the next append', async (t) => {
  const told = t.mock.method(console, 'error', () => {});
  const { store, reads, failNext } = slowStore();
  const hub = hubOf(t, store);
  const { cursor } = await store.append('cpu', one(1));
  const came = reading(hub, 'channels=cpu');
  await turns();
  failNext();
  reads.shift()?.();
  await turns();
  assert.match(String(came.error), /cannot be read/);
  const held = reading(hub, `channels=cpu&since=${cursor}`);
  await store.append('cpu', one(2));
  await turns();
  failNext();
  reads.shift()?.();
  await turns();
  assert.equal(held.done, false);
  assert.equal(hub.held, 1);
  assert.equal(told.mock.callCount(), 1);
  await store.append('cpu', one(3));
  await turns();
  reads.shift()?.();
  await turns();
  assert.deepEqual(held.versions('cpu'), [2, 3]);
});

test('a store that throws synchronously affects only that poll', async (t) => {
  const store = memoryStore();
  const hub = hubOf(t, store);
  const other = reading(hub, 'channels=mem&since=0');
  const read = store.read.bind(store);
  store.read = (name, ...args) => {
    if (name === 'cpu') throw new Error('cannot be read');
    return read(name, ...args);
  };
  assert.match(String(reading(hub, 'channels=cpu').error), /cannot be read/);
  assert.equal(hub.held, 1);
  await store.append('mem', one(1));
  await turns();
  assert.deepEqual(other.versions('mem'), [1]);
});

test('a failed watch is reported, and retried by the next poll', async (t) => {
  const store = memoryStore();
  const watch = store.watch.bind(store);
  let failing = true;
  store.watch = async (...args) => {
    if (failing) throw new Error('cannot be watched');
    return watch(...args);
  };
  const hub = hubOf(t, store);
  const first = reading(hub, 'channels=cpu&since=0');
  await turns();
  assert.match(String(first.error), /cannot be watched/);
  assert.equal(hub.held, 0);
  failing = false;
  const second = reading(hub, 'channels=cpu&since=0');
  await turns();
  assert.equal(hub.held, 1);
  await store.append('cpu', one(1));
  await turns();
  assert.deepEqual(second.versions('cpu'), [1]);
});

test('a poll that joins others while their watch fails gets a working watch', async (t) => {
  const store = memoryStore();
  const watch = store.watch.bind(store);
  let fail = (): void => {};
  store.watch = () => new Promise((_, reject) => (fail = () => reject(new Error('away'))));
  const hub = hubOf(t, store);
  const first = reading(hub, 'channels=cpu&since=0');
  const second = reading(hub, 'channels=cpu&since=0'); // An equal poll request: both form one group.
  store.watch = watch;
  fail();
  await turns();
  assert.match(String(first.error), /away/);
  const third = reading(hub, 'channels=cpu&since=0');
  await turns();
  await store.append('cpu', one(1));
  await turns();
  for (const reader of [second, third]) assert.deepEqual(reader.versions('cpu'), [1]);
});

test('when the store has lost its connection, a hold ends in time, with the reason', async (t) => {
  const clock = new HandClock();
  const store = memoryStore();
  let away = false;
  store.checkLink = () => {
    if (away) throw new ProtocolError('overloaded', 'no reply for 9 s');
  };
  const hub = hubOf(t, store, { ...clock.options, random: () => 0 });
  const held = reading(hub, 'channels=cpu&since=0&wait=25');
  away = true;
  clock.pass(24_000);
  await sweeps();
  assert.equal(held.done, false, 'held polls are not answered early');
  clock.pass(1_000);
  await sweeps();
  assert.match(String(held.error), /no reply/);
  assert.match(String(reading(hub, 'channels=cpu&since=0&wait=0').error), /no reply/);
  away = false;
  assert.deepEqual(reading(hub, 'channels=cpu&since=0&wait=0').answer.channels, {});
});

test('a name without history leaves nothing behind when its poll ends', async (t) => {
  const store = memoryStore();
  let watches = 0;
  const watch = store.watch.bind(store);
  store.watch = (...args) => {
    const made = watch(...args) as Watch;
    watches++;
    const stop = made.stop.bind(made);
    made.stop = () => {
      watches--;
      stop();
    };
    return made;
  };
  const hub = hubOf(t, store);
  await store.append('cpu', one(1));
  for (let n = 0; n < 1_000; n++) reading(hub, `channels=cpu,no${n}&since=0,0&wait=0`);
  assert.equal(watches, 1, 'the watch of the existing channel is kept for a while');
});

test('a wall clock that jumps by an hour, forward or back, neither prolongs nor ends a hold', async (t) => {
  for (const hour of [-3_600_000, 3_600_000]) {
    const clock = new HandClock();
    const store = memoryStore();
    const hub = hubOf(t, store, { ...clock.options, random: () => 0 });
    const reader = reading(hub, 'channels=cpu&since=0&wait=25');
    clock.step(hour);
    clock.pass(24_000);
    await sweeps();
    assert.equal(reader.done, false);
    clock.pass(1_000);
    await sweeps();
    assert.deepEqual(reader.answer.channels, {});
    assert.equal(reader.answer.now, clock.options.now());
  }
});

test('versions near 2^53 are sent exactly', async (t) => {
  const log = new ChannelLog({ entries: 10, maxAgeMs: undefined });
  let signal = (): void => {};
  const append = (head: number) => {
    log.append(newEntries({ items: one(1), head, tag: 'abcd', now: 0 }), 0);
    signal();
  };
  const store: Store = {
    ...memoryStore(),
    read: (_name, since, limit) => log.read(since, limit),
    watch: (_name, onAdvance) => {
      signal = onAdvance;
      return {
        get head() {
          return log.cursor;
        },
        stop() {},
      };
    },
  };
  append(Number.MAX_SAFE_INTEGER - 3);
  const hub = hubOf(t, store);
  const reader = reading(hub, 'channels=cpu&since=9007199254740989.abcd');
  assert.equal(reader.done, false);
  append(Number.MAX_SAFE_INTEGER - 2);
  append(Number.MAX_SAFE_INTEGER - 1);
  await turns();
  assert.equal(reader.answer.channels['cpu']?.to, '9007199254740991.abcd');
  assert.deepEqual(reader.versions('cpu'), [9_007_199_254_740_990, 9_007_199_254_740_991]);
  const ahead = reading(hub, 'channels=cpu&since=9007199254740991.abcd');
  assert.equal(ahead.done, false);
  assert.throws(() => reading(hub, 'channels=cpu&since=9007199254740992.abcd'));
});
