/** Limits of single tokens: writes a minute, and polls open at the same time. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { hashOf, type TokenEntry, Tokens } from '../../server/http/tokens.ts';
import { ask } from '../support/ask.ts';
import { run } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { type LiveServer, type StartOptions, startLive } from '../support/live-server.ts';

const entry = (name: string, more: Partial<TokenEntry>): TokenEntry => ({
  name,
  hash: hashOf(name),
  ...more,
});

async function start(
  t: TestContext,
  entries: TokenEntry[],
  options: StartOptions = {},
): Promise<LiveServer> {
  const path = join(await emptyFolder(t), 'tokens.json');
  await writeFile(path, JSON.stringify(entries), { mode: 0o600 });
  const server = await startLive({ tokens: path, ...options });
  t.after(() => server.close());
  return server;
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

for (const door of ['express', 'front'] as const) {
  test(`${door}: the writes of a token per minute are limited, on all routes together, independent of other tokens`, async (t) => {
    const limited = entry('limited', { write: ['*'], perMinute: 4 });
    const server = await start(t, [limited, entry('free', { write: ['*'] })], { door });
    const write = (token: string, path = '/channels/a') =>
      ask(server.url + path, { body: 'cpu 1\n', ...bearer(token) });
    const first = await write('limited');
    assert.equal(first.status, 201);
    assert.match(String(first.headers['ratelimit']), /^limit=4, remaining=3, reset=\d+$/);
    assert.equal((await write('limited', '/channels/b')).status, 201);
    assert.equal((await write('limited', '/in/host/metrics')).status, 200);
    const widget = { body: '{"auth_token":"limited","value":1}' };
    assert.equal((await ask(`${server.url}/widgets/w`, widget)).status, 404, 'not at the base');
    assert.equal((await write('limited')).status, 201);
    const { status, headers, problem } = await write('limited');
    assert.deepEqual([status, problem.code], [429, 'rate-limited']);
    assert.match(problem.detail ?? '', /"limited" may write 4 times a minute/);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((await write('limited', '/in/host/metrics')).status, 429);
    for (let i = 0; i < 8; i++) assert.equal((await write('free')).status, 201);
  });
}

test('a token in a URL has its limit too, and so has one in the body of a widget', async (t) => {
  const ping = entry('ping', { push: 'ci.nightly', perMinute: 2 });
  const widgets = entry('widgets', { write: ['*'], perMinute: 2 });
  const server = await start(t, [ping, widgets], { door: 'front', atRoot: true });
  const pinged = () => ask(`${server.url}/in/push/ping?status=up`);
  assert.deepEqual(
    [(await pinged()).status, (await pinged()).status, (await pinged()).status],
    [200, 200, 429],
  );
  const root = new URL(server.url).origin;
  const post = () => ask(`${root}/widgets/w`, { body: '{"auth_token":"widgets","current":1}' });
  assert.deepEqual(
    [(await post()).status, (await post()).status, (await post()).status],
    [204, 204, 429],
  );
});

test('a token has a limited number of open polls; one that ends makes room', async (t) => {
  const server = await start(t, [
    entry('one', { read: ['*'], maxHeld: 2 }),
    entry('two', { read: ['*'] }),
  ]);
  const poll = (token: string, wait: number, signal?: AbortSignal) =>
    ask(`${server.url}/poll?channels=a&since=&wait=${wait}`, {
      ...bearer(token),
      ...(signal && { signal }),
    });
  const first = await poll('one', 0);
  const cursor = first.answer.channels['a']?.to ?? '';
  const ended = new AbortController();
  const hold = (token: string) =>
    ask(`${server.url}/poll?channels=a&since=${cursor}&wait=30`, {
      ...bearer(token),
      signal: ended.signal,
    }).catch(() => undefined);
  void hold('one');
  void hold('one');
  void hold('two');
  await server.held(3);
  const refused = await poll('one', 0);
  assert.deepEqual([refused.status, refused.problem.code], [429, 'rate-limited']);
  assert.match(refused.problem.detail ?? '', /2 polls open/);
  assert.equal((await poll('two', 0)).status, 200);
  ended.abort();
  await server.held(0);
  assert.equal((await poll('one', 0)).status, 200);
});

test('limits are whole numbers above 0, in the file and on the command line', async (t) => {
  for (const field of ['perMinute', 'maxHeld'] as const) {
    for (const value of [0, -1, 1.5, '60', null, Infinity]) {
      const wrong = [{ name: 'ci', hash: hashOf('x'), write: ['*'], [field]: value }];
      assert.throws(() => new Tokens(wrong), new RegExp(`token "ci": ${field} .* whole number`));
    }
  }
  const file = join(await emptyFolder(t), 'tokens.json');
  const add = (...args: string[]) => run(['token', 'add', '--write', '*', '--file', file, ...args]);
  assert.equal((await add('--name', 'a', '--per-minute', '60', '--max-held', '5')).code, 0);
  const { err, code } = await add('--name', 'b', '--per-minute', 'often');
  assert.equal(code, 2);
  assert.match(err, /--per-minute often: give a whole number above 0/);
  const { out } = await run(['token', 'list', '--file', file]);
  assert.match(out, /^a {2}write \* {2}60 writes a minute {2}5 open polls$/m);
});
