import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import test from 'node:test';
import { type LivePollOptions, livePoll, memoryStore } from '../../server/index.ts';
import { ask, postJson } from '../support/ask.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

const channels = (count: number): string =>
  Array.from({ length: count }, (_, i) => `c${String(i).padStart(5, '0')}`).join(',');

test('channels per poll are limited to 100, or the value of the option', async () => {
  await using usual = await startLive();
  assert.equal((await usual.poll(`channels=${channels(100)}`)).status, 200);
  assert.equal((await usual.poll(`channels=${channels(101)}`)).problem.code, 'too-many-channels');
  await using other = await startLive({ maxChannelsPerPoll: 2 });
  assert.equal((await other.poll('channels=a,b')).status, 200);
  assert.equal((await other.poll('channels=a,b,c')).problem.code, 'too-many-channels');
});

test('the URL is limited to 8 KB, or the value of the option', async () => {
  await using server = await startLive({ maxUrlBytes: 100 });
  assert.equal((await server.poll(`channels=a&x=${'y'.repeat(87)}`)).status, 200);
  const { status, problem } = await server.poll(`channels=a&x=${'y'.repeat(88)}`);
  assert.deepEqual([status, problem.code], [414, 'url-too-long']);
});

test('a body is limited to 256 KB, before and after decompression', async () => {
  await using server = await startLive();
  const url = `${server.url}/channels/log`;
  assert.equal((await postJson(url, 'x'.repeat(262_142))).status, 201);
  const agent = new Agent({ keepAlive: true });
  const over = await postJson(url, 'x'.repeat(262_143), { agent });
  assert.deepEqual([over.status, over.problem.code], [413, 'too-large']);
  assert.equal(over.headers.connection, 'close'); // The rest of the body is not read.
  agent.destroy();
  const { gzipSync } = await import('node:zlib');
  const headers = { 'Content-Encoding': 'gzip' };
  const small = await ask(url, { body: gzipSync('x'.repeat(1_000)), headers });
  assert.equal(small.status, 201);
  const bomb = await ask(url, { body: gzipSync('x'.repeat(30_000_000)), headers });
  assert.deepEqual([bomb.status, bomb.problem.code], [413, 'too-large']);
});

test('items of a POST are limited to 1,000, over all channels of a publish', async () => {
  await using server = await startLive();
  const url = `${server.url}/channels/cpu`;
  assert.equal((await postJson(url, Array(1_000).fill(1))).status, 201);
  const over = await postJson(url, Array(1_001).fill(1));
  assert.deepEqual([over.status, over.problem.code], [413, 'too-large']);
  const halves = { a: Array(501).fill(1), b: Array(500).fill(1) };
  const both = await postJson(`${server.url}/publish`, { channels: halves });
  assert.equal(both.problem.code, 'too-large');
  await using other = await startLive({ maxItems: 2 });
  assert.equal((await postJson(`${other.url}/channels/cpu`, [1, 2, 3])).problem.code, 'too-large');
});

test('retained entries per key are limited to 500, or the value of the option or the meta', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', Array(600).fill(1));
  await server.live.describe('gauge', { retain: 1 });
  await server.live.publish('gauge', [1, 2, 3]);
  await server.live.describe('greedy', { retain: 1e9 });
  assert.equal(
    (await ask(`${server.url}/channels/cpu`)).answer.channels['cpu']?.entries.length,
    500,
  );
  const gauge = (await ask(`${server.url}/channels/gauge`)).answer.channels['gauge'];
  assert.deepEqual(
    gauge?.entries.map(({ d }) => d),
    [{ value: 3 }],
  );
  await using other = await startLive({ retain: 2 });
  await other.live.publish('cpu', [1, 2, 3]);
  assert.equal((await ask(`${other.url}/channels/cpu`)).answer.channels['cpu']?.entries.length, 2);
});

test('keys of a channel are limited to 2,000, refused per item and as a whole', async () => {
  await using server = await startLive({ maxItems: 3_000 });
  const url = `${server.url}/channels/disk`;
  const keys = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}` }));
  const over = await postJson(url, keys(2_001));
  assert.deepEqual([over.status, over.problem.code], [400, 'bad-item']);
  assert.equal(over.problem.errors?.[0]?.path, 'key');
  assert.equal((await postJson(url, keys(2_000))).status, 201);
  assert.equal((await postJson(url, { key: 'k7' })).status, 201);
  assert.equal((await postJson(url, { key: 'one more' })).problem.code, 'bad-item');
});

test('channels are limited to 10,000, or the value of the option; a deleted one makes room', async () => {
  await using server = await startLive({ maxChannels: 2 });
  const post = (name: string) => postJson(`${server.url}/channels/${name}`, 1);
  assert.equal((await post('a')).status, 201);
  assert.equal((await post('b')).status, 201);
  const over = await post('c');
  assert.deepEqual([over.status, over.problem.code], [400, 'too-many-channels']);
  await ask(`${server.url}/channels/a`, { method: 'DELETE' });
  assert.equal((await post('c')).status, 201);
  assert.equal((await post('b')).status, 201);
});

test('entries and bytes of a response are limited, and a cut response has more', async () => {
  await using server = await startLive();
  for (let i = 0; i < 3; i++) {
    await server.live.publish(
      'long',
      Array.from({ length: 500 }, (_, k) => ({ key: `${i}-${k}` })),
    );
  }
  const first = (await server.poll('channels=long')).answer;
  assert.equal(first.channels['long']?.entries.length, 1_000);
  assert.equal(first.more, true);
  assert.equal(first.channels['long']?.more, true, 'the part has more');
  await server.live.publish('short', 1);
  const both = (await server.poll('channels=long,short')).answer;
  assert.equal(both.more, true);
  assert.deepEqual(Object.keys(both.channels), ['short'], 'the smallest first');
  assert.equal(both.channels['short']?.more, undefined);
  for (let i = 0; i < 6; i++) await server.live.publish('wide', { text: 'x'.repeat(240_000) });
  const wide = await server.poll('channels=wide');
  assert.equal(wide.answer.more, true);
  assert.ok(wide.bytes.length > 1_000_000 && wide.bytes.length < 1_300_000);
});

test('from 80 % of the limit of held polls, polls are answered at once with a pause; updates are still sent', async () => {
  await using server = await startLive({ maxHeld: 10, ...new HandClock().options });
  const held = Array.from({ length: 8 }, () => server.poll('channels=cpu&since=0'));
  await server.held(8);
  const calmed = (await server.poll('channels=cpu&since=0')).answer;
  assert.deepEqual(calmed.channels, {});
  assert.ok((calmed.pause ?? 0) >= 1_000);
  await server.live.publish('cpu', 1);
  const news = await Promise.all(held);
  assert.ok(news.every(({ answer }) => answer.channels['cpu']?.entries.length === 1));
  assert.equal(news[0]?.answer.pause, undefined);
});

test('at 100 % of the limit of waiting polls, polls are refused with 503 and Retry-After', async () => {
  const store = memoryStore();
  const watch = store.watch.bind(store);
  let goOn = (): void => {};
  const ready = new Promise<void>((done) => (goOn = done));
  store.watch = async (...args) => {
    await ready; // A slow store: polls wait before they are held.
    return watch(...args);
  };
  await using server = await startLive({ store, maxHeld: 2, ...new HandClock().options });
  const waiting = [server.poll('channels=cpu'), server.poll('channels=cpu')];
  await server.held(2);
  const { status, problem, headers } = await server.poll('channels=cpu');
  assert.deepEqual([status, problem.code], [503, 'overloaded']);
  assert.ok(Number(headers['retry-after']) >= 1);
  goOn();
  const answers = await Promise.all(waiting);
  assert.ok(answers.every(({ answer }) => answer.channels['cpu']?.to === '0'));
});

test('writes per minute from one address are limited by the option, with Retry-After', async () => {
  for (const door of ['express', 'front', 'bare'] as const) {
    await using server = await startLive({ door, writesPerMinute: 2 });
    const post = () => postJson(`${server.url}/channels/cpu`, 1);
    assert.deepEqual([(await post()).status, (await post()).status], [201, 201]);
    const { status, problem, headers } = await post();
    assert.deepEqual([status, problem.code], [429, 'rate-limited']);
    assert.ok(Number(headers['retry-after']) >= 1);
    assert.equal((await server.poll('channels=cpu')).status, 200);
  }
});

test('an unknown or invalid option is refused', async () => {
  const bad = [
    { maxHold: 1 },
    { maxHeld: 0 },
    { retain: 1.5 },
    { maxItems: '9' },
    { base: 'lp?' },
    { base: '/../x' },
    { base: '/a/.' },
  ];
  for (const options of [...bad, { allowOrigins: ['wall.example'] }, { writeToken: '' }]) {
    await assert.rejects(livePoll(options as LivePollOptions), TypeError, JSON.stringify(options));
  }
});
