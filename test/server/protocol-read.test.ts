import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, postJson } from '../support/ask.ts';
import { type StartOptions, startLive } from '../support/live-server.ts';

const CURSOR = /^[1-9]\d*\.[0-9a-z]{4,8}$/;

for (const door of ['express', 'front', 'bare'] as const) {
  const start = (options: StartOptions = {}) => startLive({ door, ...options });

  test(`${door}: an entry is sent as {v, t, d}, its cursor as version and tag`, async () => {
    await using server = await start({ now: () => 1_795_188_702_388 });
    const { cursor } = (await postJson(`${server.url}/channels/cpu`, { value: 42 })).json as {
      cursor: string;
    };
    const { headers, answer } = await server.poll('channels=cpu');
    assert.match(cursor, CURSOR);
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(answer, {
      now: 1_795_188_702_388,
      channels: {
        cpu: {
          from: '',
          to: cursor,
          reset: 'initial',
          entries: [{ v: 1, t: 1_795_188_702_388, d: { value: 42 } }],
        },
      },
    });
  });

  test(`${door}: only channels with updates are named, with exactly the entries after from and up to to`, async () => {
    await using server = await start();
    const { cursor } = await server.live.publish('cpu', [1, 2]);
    const mem = await server.live.publish('mem', 1);
    await server.live.publish('cpu', [3, 4]);
    const { answer } = await server.poll(`channels=cpu,mem&since=${cursor},${mem.cursor}`);
    assert.deepEqual(Object.keys(answer.channels), ['cpu']);
    const part = answer.channels['cpu'];
    assert.equal(part?.from, cursor);
    assert.match(part?.to ?? '', /^4\./);
    assert.equal(part?.reset, undefined);
    assert.deepEqual(
      part?.entries.map(({ v, d }) => [v, d]),
      [
        [3, { value: 3 }],
        [4, { value: 4 }],
      ],
    );
  });

  test(`${door}: without updates the response is empty, with status 200`, async () => {
    await using server = await start();
    const { cursor } = await server.live.publish('cpu', 1);
    const { status, answer } = await server.poll(`channels=cpu&since=${cursor}&wait=0`);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(answer), ['now', 'channels']);
    assert.deepEqual(answer.channels, {});
  });

  test(`${door}: a GET of one channel is a poll of it that does not wait`, async () => {
    await using server = await start();
    const { cursor } = await server.live.publish('cpu', [1, 2, 3]);
    const whole = await ask(`${server.url}/channels/cpu`);
    const none = await ask(`${server.url}/channels/cpu?since=${cursor}`);
    const tail = await ask(`${server.url}/channels/cpu?tail=1`);
    assert.equal(whole.answer.channels['cpu']?.entries.length, 3);
    assert.equal(whole.answer.channels['cpu']?.to, cursor);
    assert.deepEqual(none.answer.channels, {});
    assert.deepEqual(
      tail.answer.channels['cpu']?.entries.map(({ v }) => v),
      [3],
    );
  });
}

test('without since, or with an empty position in it, a client gets everything that is retained', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', [1, 2]);
  await server.live.publish('mem', 1);
  for (const search of [
    'channels=cpu,mem',
    'channels=cpu,mem&since=',
    'channels=cpu,mem&since=,',
  ]) {
    const { channels } = (await server.poll(search)).answer;
    assert.equal(channels['cpu']?.reset, 'initial');
    assert.equal(channels['cpu']?.entries.length, 2);
    assert.equal(channels['mem']?.entries.length, 1);
  }
});

test('a channel without history has the cursor 0, and a poll from it is held', async () => {
  await using server = await startLive();
  const first = (await server.poll('channels=none&since=')).answer;
  assert.deepEqual(first.channels['none'], { from: '', to: '0', reset: 'initial', entries: [] });
  const held = server.poll('channels=none&since=0');
  await server.held(1);
  const { cursor } = await server.live.publish('none', 'at last');
  const part = (await held).answer.channels['none'];
  assert.deepEqual([part?.from, part?.to, part?.reset], ['0', cursor, undefined]);
  assert.deepEqual(part?.entries[0]?.d, { text: 'at last' });
});

test('a cursor without a tag is compared by its version only', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', [1, 2, 3]);
  const { channels } = (await server.poll('channels=cpu&since=1')).answer;
  assert.equal(channels['cpu']?.from, '1');
  assert.equal(channels['cpu']?.reset, undefined);
  assert.deepEqual(
    channels['cpu']?.entries.map(({ v }) => v),
    [2, 3],
  );
  assert.deepEqual((await server.poll('channels=cpu&since=3&wait=0')).answer.channels, {});
  const all = (await server.poll('channels=cpu&since=0')).answer.channels['cpu'];
  assert.equal(all?.entries.length, 3);
});

test('a client whose next entries were dropped gets a reset "trimmed" with what is retained', async () => {
  await using server = await startLive({ retain: 2, history: 'none' });
  const { cursor } = await server.live.publish('cpu', 1);
  await server.live.publish('cpu', [2, 3, 4, 5]);
  const part = (await server.poll(`channels=cpu&since=${cursor}`)).answer.channels['cpu'];
  assert.equal(part?.reset, 'trimmed');
  assert.equal(part?.from, cursor);
  assert.deepEqual(
    part?.entries.map(({ v }) => v),
    [4, 5],
  );
});

test('the entry at the trim floor can still be continued from', async () => {
  await using server = await startLive({ retain: 1 });
  const { cursor } = await server.live.publish('cpu', 1);
  await server.live.publish('cpu', 2);
  const part = (await server.poll(`channels=cpu&since=${cursor}`)).answer.channels['cpu'];
  assert.equal(part?.reset, undefined);
  assert.deepEqual(
    part?.entries.map(({ v }) => v),
    [2],
  );
});

test('a cursor of another history, or ahead of this one, gets a reset "unknown"', async () => {
  await using server = await startLive();
  const { cursor } = await server.live.publish('cpu', [1, 2]);
  for (const since of ['2.zzzzzz', '1.zzzzzz', '9.zzzzzz', '9', '9007199254740991.zz', '0.zz']) {
    const part = (await server.poll(`channels=cpu&since=${since}`)).answer.channels['cpu'];
    assert.equal(part?.reset, 'unknown', since);
    assert.equal(part?.from, since);
    assert.equal(part?.to, cursor);
    assert.equal(part?.entries.length, 2);
  }
});

test('after a deletion clients get a reset "cleared", and versions continue', async () => {
  await using server = await startLive();
  const { cursor } = await server.live.publish('cpu', [1, 2]);
  const held = server.poll(`channels=cpu&since=${cursor}`);
  await server.held(1);
  assert.equal((await ask(`${server.url}/channels/cpu`, { method: 'DELETE' })).status, 204);
  const part = (await held).answer.channels['cpu'];
  assert.equal(part?.reset, 'cleared');
  assert.deepEqual(part?.entries, []);
  assert.match(part?.to ?? '', /^3\./);
  assert.notEqual(part?.to.split('.')[1], cursor.split('.')[1]);
  const next = await server.live.publish('cpu', 3);
  assert.equal(next.first, 4);
  const delta = (await server.poll(`channels=cpu&since=${part?.to}`)).answer.channels['cpu'];
  assert.equal(delta?.reset, undefined);
  assert.equal(delta?.entries.length, 1);
});

test('tail limits a reset per key, and never a delta', async () => {
  await using server = await startLive();
  const { cursor } = await server.live.publish('disk', { value: 0, key: 'a' });
  const values = [1, 2, 3].flatMap((value) => ['a', 'b'].map((key) => ({ value, key })));
  await server.live.publish('disk', values);
  const reset = (await server.poll('channels=disk&tail=1')).answer.channels['disk'];
  assert.deepEqual(
    reset?.entries.map(({ k, d }) => [k, d]),
    [
      ['a', { value: 3 }],
      ['b', { value: 3 }],
    ],
  );
  const delta = (await server.poll(`channels=disk&since=${cursor}&tail=1`)).answer.channels['disk'];
  assert.equal(delta?.entries.length, 6);
  const none = (await server.poll('channels=disk&tail=0')).answer.channels['disk'];
  assert.deepEqual([none?.to, none?.entries], [reset?.to, []]);
});

test('`-N` in since limits the history of one channel per key, and is returned', async () => {
  await using server = await startLive();
  for (const channel of ['disk', 'log'])
    await server.live.publish(
      channel,
      [1, 2, 3].flatMap((value) => ['a', 'b'].map((key) => ({ value, key }))),
    );
  const { channels } = (await server.poll('channels=disk,log,none&since=-1,,-5')).answer;
  const told = Object.entries(channels).map(([name, part]) => [
    name,
    part.from,
    part.reset,
    part.entries.map(({ v }) => v),
  ]);
  assert.deepEqual(
    told.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    [
      ['disk', '-1', 'initial', [5, 6]],
      ['log', '', 'initial', [1, 2, 3, 4, 5, 6]],
      ['none', '-5', 'initial', []],
    ],
  );
  const both = (await server.poll('channels=disk,log&since=-1,&tail=2')).answer.channels;
  assert.deepEqual([both['disk']?.entries.length, both['log']?.entries.length], [2, 4]);
  const empty = (await server.poll('channels=disk&since=-0')).answer.channels['disk'];
  assert.deepEqual([empty?.from, empty?.to, empty?.entries], ['-0', both['disk']?.to, []]);
});

test('retention counts per key: neither a busy key nor a busy channel evicts entries of another', async () => {
  await using server = await startLive({ retain: 2 });
  await server.live.publish('disk', { value: 1, key: 'quiet' });
  await server.live.publish('other', 1);
  for (let value = 0; value < 5; value++) await server.live.publish('disk', { value, key: 'busy' });
  const { channels } = (await server.poll('channels=disk,other')).answer;
  assert.deepEqual(
    channels['disk']?.entries.map(({ v, k }) => [v, k]),
    [
      [1, 'quiet'],
      [5, 'busy'],
      [6, 'busy'],
    ],
  );
  assert.equal(channels['other']?.entries.length, 1);
});

test('entries older than maxAge are not returned', async () => {
  let now = 1_795_000_000_000;
  await using server = await startLive({ now: () => now });
  await server.live.describe('cpu', { maxAge: 60 });
  await server.live.publish('cpu', 1);
  now += 59_000;
  await server.live.publish('cpu', 2);
  now += 2_000;
  const part = (await server.poll('channels=cpu')).answer.channels['cpu'];
  assert.deepEqual(
    part?.entries.map(({ d }) => d),
    [{ value: 2 }],
  );
});

test('a response cut by size has more, and the next one continues without a gap', async () => {
  await using server = await startLive({ maxAnswerEntries: 4 });
  for (let value = 0; value < 10; value++) await server.live.publish('cpu', value);
  const seen: number[] = [];
  let since = '';
  let cut = 0;
  for (;;) {
    const { channels, more } = (await server.poll(`channels=cpu&since=${since}`)).answer;
    seen.push(...(channels['cpu']?.entries.map(({ v }) => v) ?? []));
    since = channels['cpu']?.to ?? '';
    if (!more) break;
    cut++;
  }
  assert.equal(cut, 2);
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('many entries of one channel do not keep an idle channel out of a cut response', async () => {
  await using server = await startLive({ maxAnswerEntries: 5 });
  for (let value = 0; value < 20; value++) await server.live.publish('a', value);
  await server.live.publish('b', 1);
  const { channels, more } = (await server.poll('channels=a,b')).answer;
  assert.equal(more, true);
  assert.equal(channels['b']?.entries.length, 1);
});
