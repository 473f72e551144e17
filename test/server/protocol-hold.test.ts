import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, postJson } from '../support/ask.ts';
import { HandClock, sweeps } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

/** A poll is still held after `heldMs` of the server's clock, and has ended by `endMs`. */
async function endsBetween(search: string, random: number, heldMs: number, endMs: number) {
  const clock = new HandClock();
  await using server = await startLive({ ...clock.options, random: () => random });
  const held = server.poll(`channels=none&since=0&${search}`);
  await server.held(1);
  clock.pass(heldMs);
  await sweeps();
  await server.held(1);
  clock.pass(endMs - heldMs);
  assert.deepEqual((await held).answer.channels, {});
}

test('a hold ends at a random time between 7/8 of wait and wait', async () => {
  await Promise.all([
    endsBetween('wait=40', 0, 39_800, 39_900),
    endsBetween('wait=40', 0.999999, 34_900, 35_001),
    endsBetween('', 0, 24_800, 24_900),
    endsBetween('', 0.999999, 21_800, 21_876),
    endsBetween('wait=2.5', 0, 2_300, 2_400),
  ]);
});

test('wait is limited to 55 s', () => endsBetween('wait=3600', 0, 54_800, 55_000));

test('wait=0 or less is answered at once', async () => {
  await using server = await startLive(new HandClock().options); // Its clock does not advance: no hold would end.
  assert.deepEqual((await server.poll('channels=none&since=0&wait=-3')).answer.channels, {});
  assert.deepEqual((await server.poll('channels=none&since=0&wait=0')).answer.channels, {});
});

test('a publish ends a held poll, with that entry', async () => {
  await using server = await startLive(new HandClock().options);
  const { cursor } = await server.live.publish('cpu', 1);
  const held = server.poll(`channels=cpu&since=${cursor}`);
  await server.held(1);
  const posted = await postJson(`${server.url}/channels/cpu`, { value: 2 });
  const part = (await held).answer.channels['cpu'];
  assert.equal(part?.to, (posted.json as { cursor: string }).cursor);
  assert.deepEqual(
    part?.entries.map(({ v, d }) => [v, d]),
    [[2, { value: 2 }]],
  );
});

test('any of the named channels ends the hold; a write to another channel wakes no poll', async () => {
  await using server = await startLive(new HandClock().options);
  const held = server.poll('channels=a,b,c&since=0,0,0');
  await server.held(1);
  await server.live.publish('other', 1);
  await sweeps();
  await server.held(1);
  await server.live.publish('b', 1);
  assert.deepEqual(Object.keys((await held).answer.channels), ['b']);
});

test('a cursor that cannot be continued is answered at once', async () => {
  await using server = await startLive(new HandClock().options);
  await server.live.publish('cpu', 1);
  const { channels } = (await server.poll('channels=cpu,mem&since=7.abcd,0')).answer;
  assert.equal(channels['cpu']?.reset, 'unknown');
});

test('publishes in one turn of the event loop are sent in one response', async () => {
  await using server = await startLive(new HandClock().options);
  const held = server.poll('channels=a,b&since=0,0');
  await server.held(1);
  const { live } = server;
  await Promise.all([live.publish('a', 1), live.publish('b', 1), live.publish('a', [2, 3])]);
  const { channels } = (await held).answer;
  assert.equal(channels['a']?.entries.length, 3);
  assert.equal(channels['b']?.entries.length, 1);
});

test('one POST to several channels wakes a poll once', async () => {
  await using server = await startLive(new HandClock().options);
  const held = server.poll('channels=a,b&since=0,0');
  await server.held(1);
  const wakes = async () => {
    const { text } = await ask(`${server.url}/metrics`);
    return Number(/^lp_wake_seconds_count (\d+)/m.exec(text)?.[1]);
  };
  const before = await wakes();
  const posted = await postJson(`${server.url}/publish`, { channels: { a: [1, 2], b: 3 } });
  assert.equal(posted.status, 201);
  assert.deepEqual(Object.keys((await held).answer.channels).toSorted(), ['a', 'b']);
  assert.equal((await wakes()) - before, 1);
});

test('a change of meta is an entry with m, and every reset contains meta', async () => {
  await using server = await startLive(new HandClock().options);
  const { cursor } = await server.live.publish('cpu', 1);
  const held = server.poll(`channels=cpu&since=${cursor}`);
  await server.held(1);
  const meta = { label: 'CPU', unit: 'percent', ttl: 5, extra: ['kept'] };
  const put = await ask(`${server.url}/channels/cpu`, {
    method: 'PUT',
    body: JSON.stringify(meta),
  });
  assert.equal(put.status, 200);
  const delta = (await held).answer.channels['cpu'];
  assert.deepEqual(
    delta?.entries.map(({ v, m, d }) => [v, m, d]),
    [[2, meta, undefined]],
  );
  const reset = (await server.poll('channels=cpu')).answer.channels['cpu'];
  assert.deepEqual(reset?.meta, meta);
  assert.equal(reset?.to, delta?.to);
  assert.deepEqual(
    reset?.entries.map(({ v }) => v),
    [1],
  );
  const gone = (await server.poll('channels=cpu&since=9.zzzz')).answer.channels['cpu'];
  assert.deepEqual(gone?.meta, meta);
});

test('meta that is sent again unchanged makes no version', async () => {
  await using server = await startLive();
  const first = await server.live.describe('cpu', { label: 'CPU', retain: 2 });
  const again = await server.live.describe('cpu', { label: 'CPU', retain: 2 });
  assert.deepEqual(again, { cursor: first.cursor, first: 0, count: 0 });
  await server.live.publish('cpu', [1, 2, 3]);
  assert.equal((await server.poll('channels=cpu')).answer.channels['cpu']?.entries.length, 2);
});

test('a read changes nothing: the same poll twice returns the same entries', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', [1, 2]);
  const one = await server.poll('channels=cpu&since=1');
  const two = await server.poll('channels=cpu&since=1');
  assert.deepEqual(one.answer.channels, two.answer.channels);
});
