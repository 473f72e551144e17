/** A backup of a running server, and its restore into stores of any kind. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { restore } from '../../server/backup/restore.ts';
import { type LivePollOptions, livePoll, memoryStore } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { run } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

const DAY_MS = 86_400_000;
const SECONDS = 2_000;
const START = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;

/** What clients see of a channel: entries without their versions, and meta. */
async function view({ url }: LiveServer, channel: string): Promise<unknown> {
  let entries: unknown[] = [];
  let meta: unknown;
  for (let since = '', more = true; more; ) {
    const { answer } = await ask(`${url}/channels/${channel}?since=${since}`);
    const part = answer.channels[channel];
    assert.ok(part, `${channel} is missing`);
    if (part.reset) meta = part.meta;
    entries = entries.concat(part.entries.map(({ t, k, d }) => ({ t, k, d })));
    more = answer.more ?? false;
    since = part.to;
  }
  return { meta, entries };
}

async function historyOf({ url }: LiveServer, points: number): Promise<unknown> {
  const query = `from=${START}&to=${START + SECONDS * 1_000}&points=${points}`;
  const { json } = await ask(`${url}/channels/room/history?${query}`);
  const { step, series } = json as { step: number; series: unknown[] };
  return { step, series };
}

/**
 * A server with a keyed channel whose older samples are in tiers, a feed, and a channel with only
 * meta.
 */
async function filled(t: TestContext, options: LivePollOptions): Promise<LiveServer> {
  const server = await startLive(options);
  t.after(() => server.close());
  const { live } = server;
  await live.describe('room', { label: 'Room', unit: '°C', retain: 100, history: '90d' });
  for (let second = 0; second < SECONDS; second += 100) {
    const items = Array.from({ length: 100 }, (_, i) =>
      ['kitchen', 'bath "1"'].map((key, k) => ({
        key,
        time: START + (second + i) * 1_000,
        value: Math.sin((second + i) / 60) + k,
      })),
    ).flat();
    await live.publish('room', items);
  }
  await live.publish('talk', [{ text: 'hi — ü\u2028' }, { text: 'ho', level: 'warn' }]);
  await live.describe('quiet', { label: 'Nothing yet' });
  return server;
}

const backup = async ({ url }: LiveServer): Promise<string> => {
  const { code, out, err } = await run(['backup', '--url', url]);
  assert.equal(code, 0, err);
  return out;
};

async function checkSame(a: LiveServer, b: LiveServer): Promise<void> {
  for (const channel of ['room', 'talk', 'quiet'])
    assert.deepEqual(await view(b, channel), await view(a, channel), channel);
}

for (const kind of ['memory', 'level'] as const) {
  test(`${kind}: a backup restored into a folder shows the same views and the same history`, async (t) => {
    const folder = await emptyFolder(t);
    const from = await filled(t, kind === 'level' ? { data: await emptyFolder(t) } : {});
    const saved = await backup(from);
    assert.match(saved, /"tier":"room~1s"/);
    const data = join(folder, 'new');
    const { code, out, err } = await run(['restore', '--data', data], { input: saved });
    assert.equal(code, 0, err);
    assert.match(out, /^3 channels and \d+ entries are restored$/m);
    const to = await startLive({ data });
    t.after(() => to.close());
    await checkSame(from, to);
    await checkHistory(from, to);
  });
}

/** Checks that both servers have the same history, with each sample once, and that rolls continue. */
async function checkHistory(from: LiveServer, to: LiveServer): Promise<void> {
  for (const points of [5_000, 200, 20]) {
    const [before, after] = [await historyOf(from, points), await historyOf(to, points)];
    assert.deepEqual(after, before, `${points} points`);
  }
  const total = (await historyOf(to, 20)) as { series: { n: number[] }[] };
  const counts = total.series.map(({ n }) => n.reduce((sum, each) => sum + each, 0));
  assert.deepEqual(counts, [SECONDS, SECONDS], 'each sample once');
  for (let i = 0; i < 500; i++) await to.live.publish('room', { key: 'kitchen', value: i });
  const again = (await historyOf(to, 20)) as { series: { n: number[] }[] };
  assert.deepEqual(
    again.series.map(({ n }) => n.reduce((sum, each) => sum + each, 0)),
    [SECONDS, SECONDS],
    'rolls continue where they were',
  );
}

test('a backup restored into Redis shows the same views as the folder', {
  skip: noEngine,
}, async (t) => {
  const engine = await RedisServer.start();
  t.after(() => engine.stop());
  const from = await filled(t, { data: await emptyFolder(t) });
  const { code, err } = await run(['restore', '--redis', engine.url], {
    input: await backup(from),
  });
  assert.equal(code, 0, err);
  const to = await startLive({ redis: engine.url, history: '30d' });
  t.after(() => to.close());
  await checkSame(from, to);
  await checkHistory(from, to);
  const second = await backup(to);
  const { code: refused, err: why } = await run(['restore', '--redis', engine.url], {
    input: second,
  });
  assert.equal(refused, 1);
  assert.match(why, /holds 3 channels already.*--force/);
});

test('a backup during writes contains each channel as it was at one moment', async (t) => {
  await using server = await startLive();
  const { live } = server;
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
  let isOver = false;
  const writers = names.map(async (name) => {
    for (let n = 0; !isOver; n++) {
      await live.publish(name, [n, n]); // One atomic append.
      if (n > 400) await new Promise((done) => setImmediate(done));
    }
  });
  const texts = [await backup(server), await backup(server)];
  isOver = true;
  await Promise.all(writers);
  const folder = await emptyFolder(t);
  for (const [i, input] of texts.entries()) {
    const data = join(folder, String(i));
    assert.equal((await run(['restore', '--data', data], { input })).code, 0);
    const restored = await livePoll({ data });
    for (const name of names) {
      const { entries } = await restored.store.read(name, undefined, {
        entries: 9_999,
        bytes: 1e9,
      });
      const values = entries.map((text) => (JSON.parse(text) as { d: { value: number } }).d.value);
      assert.ok(values.length > 0);
      const last = values.at(-1) as number;
      assert.equal(values.at(-2), last, 'an append is contained as a whole');
      assert.deepEqual(
        values.slice(-100),
        Array.from(
          { length: Math.min(100, values.length) },
          (_, n) => last - Math.floor((99 - n) / 2),
        ).slice(-Math.min(100, values.length)),
      );
    }
    await restored.close();
  }
});

test('an incomplete backup is refused with its line; --force replaces channels of the same name', async (t) => {
  const from = await filled(t, {});
  const saved = await backup(from);
  const lines = saved.split('\n');
  const cases: [name: string, input: string, said: RegExp][] = [
    ['cut', lines.slice(0, 50).join('\n'), /ends early, after line 50/],
    ['empty', '', /ends early/],
    ['html', '<!doctype html>\n', /line 1 .* is not part of a backup/],
    ['json', '{"a":1}\n', /line 1 .*not a backup of lp-kit/],
    ['newer', saved.replace('"backup":1', '"backup":2'), /line 1 .*format is 2/],
    ['lost', lines.toSpliced(40, 1).join('\n'), /the backup holds \d+ entries, and says/],
    [
      'name',
      saved.replace('"channel":"talk"', '"channel":"../talk"'),
      /"\.\.\/talk" is not a channel name/,
    ],
    [
      'tier',
      saved.replace('"tier":"room~1s"', '"tier":"talk~1s"'),
      /"talk~1s" is not a tier of its channel/,
    ],
    ['entry', saved.replace(/\{"v":1,/, '{"v":"x",'), /is not an entry/],
  ];
  for (const [name, input, said] of cases) {
    const lines = input.split('\n');
    await assert.rejects(restore(memoryStore(), { lines }), said, name);
  }
  const to = await startLive();
  t.after(() => to.close());
  await restore(to.live.store, { lines });
  await assert.rejects(restore(to.live.store, { lines }), /holds 3 channels already.*--force/);
  const twice = await restore(to.live.store, { lines, force: true });
  assert.equal(twice.channels, 3);
  await checkSame(from, to);
});

test('a backup that is cut on its way ends with an error', async () => {
  await using server = await startLive({ writeToken: 'w', readToken: 'r' });
  const { code, err } = await run(['backup', '--url', server.url]);
  assert.equal(code, 1);
  assert.match(err, /answered 401/);
});

test('at most two backups are sent at a time, however slowly they are read; one that is aborted makes room', {
  timeout: 60_000,
}, async (t) => {
  const server = await startLive({ door: 'front' });
  t.after(() => server.close());
  const item = JSON.stringify({ text: 'x'.repeat(250_000) });
  for (let n = 0; n < 60; n++) await ask(`${server.url}/channels/c${n % 3}`, { body: item });
  const { port, host, pathname } = new URL(server.url);
  const stalled = Array.from({ length: 2 }, () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET ${pathname}/backup HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    socket.pause(); // It reads nothing of the body.
    return socket;
  });
  const backup = () => ask(`${server.url}/backup`);
  let answer = await backup();
  while (answer.status === 200) answer = await backup(); // Until both have begun.
  assert.deepEqual([answer.status, answer.problem.code], [503, 'overloaded']);
  assert.equal(answer.headers['retry-after'], '30');
  stalled[0]?.destroy();
  while (answer.status === 503) answer = await backup();
  assert.equal(answer.status, 200);
  const lines = answer.text.trimEnd().split('\n');
  assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), { end: true, channels: 3, entries: 60 });
  stalled[1]?.destroy();
});
