import assert from 'node:assert/strict';
import test from 'node:test';
import { type Asked, ask, postJson } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

const put = (url: string, meta: unknown): Promise<Asked> =>
  ask(url, { method: 'PUT', body: JSON.stringify(meta) });

/** What a channel holds, without versions and times. */
async function kept(url: string, channel: string): Promise<unknown[]> {
  const { channels } = (await ask(`${url}/channels/${channel}`)).answer;
  return channels[channel]?.entries.map(({ d }) => d) ?? [];
}

test('a 201 response has the cursor, the first version and the count', async () => {
  await using server = await startLive();
  const one = await postJson(`${server.url}/channels/cpu`, { value: 1 });
  const three = await postJson(`${server.url}/channels/cpu`, [{ value: 2 }, 3, 'text']);
  assert.deepEqual([one.status, three.status], [201, 201]);
  const { channels } = (await server.poll('channels=cpu')).answer;
  assert.deepEqual(three.json, { cursor: channels['cpu']?.to, first: 2, count: 3 });
  assert.match(channels['cpu']?.to ?? '', /^4\./);
  assert.equal(three.headers['cache-control'], 'no-store');
});

test('an object is stored as d without time and key, a bare number as a number, and bare text as text', async () => {
  await using server = await startLive({ now: () => 1_795_188_000_000 });
  const items = [
    { value: 1, nested: { list: [null, true, 'é\u2028😀'] }, time: 1_795_188_702_390, key: 'a' },
    { text: 'later', time: '2026-11-20T16:00:00.5Z' },
    7.5,
    'words',
    {},
    null,
  ];
  assert.equal((await postJson(`${server.url}/channels/cpu`, items)).status, 201);
  const { channels } = (await server.poll('channels=cpu')).answer;
  assert.deepEqual(channels['cpu']?.entries, [
    {
      v: 1,
      t: 1_795_188_702_390,
      k: 'a',
      d: { value: 1, nested: { list: [null, true, 'é\u2028😀'] } },
    },
    { v: 2, t: Date.parse('2026-11-20T16:00:00.500Z'), d: { text: 'later' } },
    { v: 3, t: 1_795_188_000_000, d: { value: 7.5 } },
    { v: 4, t: 1_795_188_000_000, d: { text: 'words' } },
    { v: 5, t: 1_795_188_000_000, d: {} },
    { v: 6, t: 1_795_188_000_000, d: { value: null } },
  ]);
});

test('a time in the wrong unit, or an invalid time, is refused', async () => {
  await using server = await startLive({ now: () => 1_795_188_000_000 });
  const times = [1_795_188_702, 1_795_188_702_390_000, 1.5e12 + 0.5, 'yesterday', true, [], -1];
  const day = 86_400_000;
  for (const time of [...times, '2026-02-30T00:00:00Z', '2026-11-20', 1_795_188_000_001 + day]) {
    const { status, problem } = await postJson(`${server.url}/channels/cpu`, { value: 1, time });
    assert.equal(status, 400, String(time));
    assert.equal(problem.code, 'bad-item');
    assert.deepEqual(
      problem.errors?.map(({ index, path }) => [index, path]),
      [[0, 'time']],
    );
  }
  assert.deepEqual(await kept(server.url, 'cpu'), []);
  const ahead = { value: 1, time: 1_795_188_000_000 + day };
  assert.equal((await postJson(`${server.url}/channels/cpu`, ahead)).status, 201);
});

test('one invalid item stores nothing, and every invalid item is named', async () => {
  await using server = await startLive();
  const batch = [{ value: 1 }, { value: 2, key: {} }, [3], { value: 4, labels: { host: 5 } }];
  const { status, problem } = await postJson(`${server.url}/channels/cpu`, batch);
  assert.equal(status, 400);
  assert.equal(problem.code, 'bad-item');
  assert.deepEqual(
    problem.errors?.map(({ index, path }) => [index, path]),
    [
      [1, 'key'],
      [2, ''],
      [3, 'labels.host'],
    ],
  );
  assert.ok(problem.errors?.every(({ message }) => message.length > 0));
  assert.deepEqual(await kept(server.url, 'cpu'), []);
});

test('a publish to several channels stores all of it, or nothing', async () => {
  await using server = await startLive();
  const url = `${server.url}/publish`;
  const good = await postJson(url, { channels: { cpu: [{ value: 1 }, 2], mem: 3 } });
  assert.equal(good.status, 201);
  const { channels } = (await server.poll('channels=cpu,mem')).answer;
  assert.deepEqual(good.json, {
    channels: {
      cpu: { cursor: channels['cpu']?.to, first: 1, count: 2 },
      mem: { cursor: channels['mem']?.to, first: 1, count: 1 },
    },
  });
  const bad = await postJson(url, { channels: { cpu: [4], mem: [5, { time: 'no' }] } });
  assert.equal(bad.status, 400);
  assert.deepEqual(
    bad.problem.errors?.map(({ index, path }) => [index, path]),
    [[1, 'channels.mem.time']],
  );
  for (const body of [{}, { channels: {} }, { channels: { cpu: [] } }, { channels: [1] }, [], 1]) {
    const { status, problem } = await postJson(url, body);
    assert.deepEqual([status, problem.code], [400, 'bad-request'], JSON.stringify(body));
  }
  assert.equal((await postJson(url, { channels: { 'no/name': 1 } })).problem.code, 'bad-request');
  assert.equal((await kept(server.url, 'cpu')).length, 2);
});

test('a repeated Idempotency-Key gets the first result, and stores nothing', async () => {
  await using server = await startLive();
  const headers = { 'Idempotency-Key': '"8e03-first"' };
  const url = `${server.url}/channels/cpu`;
  const first = await ask(url, { body: '{"value":1}', headers });
  await server.live.publish('cpu', 2);
  const again = await ask(url, { body: '{"value":1}', headers });
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.deepEqual(again.json, first.json);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(await kept(server.url, 'cpu'), [{ value: 1 }, { value: 2 }]);
  const other = await ask(url, { body: '{"value":3}', headers });
  assert.deepEqual([other.status, other.problem.code], [422, 'key-reused']);
  assert.equal((await kept(server.url, 'cpu')).length, 2);
});

test('an idempotency key is dropped after ten minutes, or after 10,000 newer ones', async () => {
  let now = 1_795_000_000_000;
  await using server = await startLive({ now: () => now, maxIds: 2 });
  const post = (key: string, body: string) =>
    ask(`${server.url}/channels/cpu`, { body, headers: { 'Idempotency-Key': key } });
  await post('a', '1');
  now += 599_000;
  assert.equal((await post('a', '1')).headers['idempotency-replayed'], 'true');
  now += 1_001;
  assert.equal((await post('a', '2')).status, 201);
  await post('b', '1');
  await post('c', '1');
  assert.equal((await post('a', '3')).status, 201);
});

test('a repeated publish to several channels gets its first result as a whole', async () => {
  await using server = await startLive();
  const headers = { 'Idempotency-Key': 'k1' };
  const post = (channels: unknown) =>
    ask(`${server.url}/publish`, { body: JSON.stringify({ channels }), headers });
  const first = await post({ cpu: 1, mem: 2 });
  const again = await post({ cpu: 1, mem: 2 });
  assert.deepEqual(again.json, first.json);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  const other = await post({ disk: 1, cpu: 9 });
  assert.deepEqual([other.status, other.problem.code], [422, 'key-reused']);
  assert.deepEqual(await kept(server.url, 'disk'), []);
});

test('a key repeated with another channel is refused: it is another request', async () => {
  await using server = await startLive();
  const headers = { 'Idempotency-Key': 'k1' };
  await ask(`${server.url}/channels/cpu`, { body: '1', headers });
  const other = await ask(`${server.url}/channels/mem`, { body: '1', headers });
  assert.equal(other.problem.code, 'key-reused');
});

test('an invalid Idempotency-Key is refused', async () => {
  await using server = await startLive();
  for (const key of ['', ' ', 'a b', 'k'.repeat(256), 'é']) {
    const headers = { 'Idempotency-Key': key };
    const { status, problem } = await ask(`${server.url}/channels/cpu`, { body: '1', headers });
    assert.deepEqual([status, problem.code], [400, 'bad-request'], key);
  }
});

test('a second request with a key gets 409 while the first is still running', async () => {
  await using server = await startLive();
  const { store } = server.live;
  const append = store.append.bind(store);
  let goOn = (): void => {};
  const started = new Promise<void>((go) => {
    store.append = async (...args) => {
      go();
      await new Promise<void>((done) => (goOn = done));
      return append(...args);
    };
  });
  const post = () =>
    ask(`${server.url}/channels/cpu`, { body: '1', headers: { 'Idempotency-Key': 'k' } });
  const first = post();
  await started;
  const second = await post();
  assert.deepEqual([second.status, second.problem.code], [409, 'key-in-use']);
  assert.ok(Number(second.headers['retry-after']) >= 1);
  goOn();
  assert.equal((await first).status, 201);
});

test('publishing an equal value twice is two updates', async () => {
  await using server = await startLive();
  await postJson(`${server.url}/channels/cpu`, { value: 1 });
  await postJson(`${server.url}/channels/cpu`, { value: 1 });
  assert.deepEqual(await kept(server.url, 'cpu'), [{ value: 1 }, { value: 1 }]);
});

test('PUT sets meta, and refuses what is invalid', async () => {
  await using server = await startLive();
  const url = `${server.url}/channels/cpu`;
  const told = await put(url, { label: 'CPU', unit: 'percent', ttl: 5, min: 0, max: 100 });
  assert.equal(told.status, 200);
  assert.equal((told.json as { count: number }).count, 1);
  const wrong = [{ label: 1 }, { unit: [] }, { ttl: 0 }, { ttl: '5' }, { min: 'a' }, { retain: 0 }];
  for (const meta of [...wrong, { retain: 1.5 }, { maxAge: -1 }, [], 1, 'x', null]) {
    const { status, problem } = await put(url, meta);
    assert.deepEqual([status, problem.code], [400, 'bad-request'], JSON.stringify(meta));
  }
  for (const levels of [40, 100_000]) {
    const body = `{"label":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    assert.equal((await ask(url, { method: 'PUT', body })).problem.code, 'bad-request');
  }
  const { channels } = (await server.poll('channels=cpu')).answer;
  assert.equal(channels['cpu']?.meta?.label, 'CPU');
});

test('meta describes limits, states and digits, also of other fields; an invalid part is named with its path', async () => {
  await using server = await startLive();
  const url = `${server.url}/channels/room`;
  const meta = {
    warn: 70,
    danger: 90.5,
    states: 'up:ok, slow:warn:Slow: 3 s, off:none,',
    decimals: 1,
    kind: 'gauge',
    icon: '🌡',
    fields: { hum: { unit: 'percent', max: 100, states: 'dry:danger' } },
  };
  assert.equal((await put(url, meta)).status, 200);
  const wrong: [unknown, RegExp][] = [
    [{ warn: '70' }, /warn must be a number/],
    [{ decimals: 1.5 }, /decimals/],
    [{ decimals: 21 }, /decimals/],
    [{ states: 'up' }, /states must be word:level/],
    [{ states: 'up:good' }, /states/],
    [{ states: { up: 'ok' } }, /states/],
    [{ icon: 1 }, /icon must be text/],
    [{ fields: [] }, /fields must be an object/],
    [{ fields: { hum: { max: '9' } } }, /fields\.hum\.max must be a number/],
  ];
  for (const [each, message] of wrong) {
    const { status, problem } = await put(url, each);
    assert.deepEqual([status, problem.code], [400, 'bad-request']);
    assert.match(problem.detail, message);
  }
});

test('channels are listed with cursor, count, time and meta; a deleted one is not', async () => {
  await using server = await startLive({ now: () => 1_795_000_000_000 });
  const { cursor } = await server.live.publish('cpu', [1, 2]);
  await server.live.describe('mem', { label: 'Memory' });
  await server.live.publish('old', 1);
  await ask(`${server.url}/channels/old`, { method: 'DELETE' });
  const { json, headers } = await ask(`${server.url}/channels`);
  assert.equal(headers['cache-control'], 'no-store');
  const { now, channels } = json as { now: number; channels: Record<string, unknown>[] };
  assert.equal(now, 1_795_000_000_000);
  assert.deepEqual(
    channels.map(({ name }) => name),
    ['cpu', 'mem'],
  );
  assert.deepEqual(channels[0], { name: 'cpu', cursor, entries: 2, updated: 1_795_000_000_000 });
  assert.deepEqual(channels[1]?.['meta'], { label: 'Memory' });
});

test('deleting a channel that does not exist is no error', async () => {
  await using server = await startLive();
  const { status, text } = await ask(`${server.url}/channels/none`, { method: 'DELETE' });
  assert.deepEqual([status, text], [204, '']);
});

test('a POST with If-Match is stored only if the channel is at that cursor', async () => {
  await using server = await startLive();
  const post = (path: string, header: string, method = 'POST') =>
    ask(`${server.url}${path}`, { method, body: '1', headers: { 'If-Match': header } });
  const first = await post('/channels/cpu', '"0"');
  const { cursor } = first.json as { cursor: string };
  assert.equal(first.status, 201);
  const moved = await post('/channels/cpu', '"0"');
  assert.deepEqual(
    [moved.status, moved.problem.code, moved.problem.channel],
    [412, 'moved', 'cpu'],
  );
  assert.equal((await post('/channels/cpu', `"${cursor}"`)).status, 201);
  assert.equal((await kept(server.url, 'cpu')).length, 2);
  for (const header of ['*', cursor, 'W/"0"', '"1", "2"', '"7"', '']) {
    const { status, problem } = await post('/channels/cpu', header);
    assert.deepEqual([status, problem.code], [400, 'bad-request'], header);
  }
  for (const [path, method] of [
    ['/publish', 'POST'],
    ['/channels/cpu', 'PUT'],
    ['/channels/cpu', 'DELETE'],
  ] as const)
    assert.equal((await post(path, `"${cursor}"`, method)).status, 400);
  await assert.rejects(server.live.publish('cpu', 1, { ifMatch: cursor }), { code: 'moved' });
});
