/** Rights per channel: a tokens file, and what each of its tokens may do on each route. */
import assert from 'node:assert/strict';
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { ChannelPatterns } from '../../server/http/channel-patterns.ts';
import { newLinkKey, readLink, signLink } from '../../server/http/links.ts';
import { hashOf, Tokens } from '../../server/http/tokens.ts';
import { linkKey } from '../../server/http/tokens-file.ts';
import { Hub } from '../../server/hub/hub.ts';
import type { ReadRights } from '../../server/hub/watched-channel.ts';
import { type Answer, livePoll, memoryStore } from '../../server/index.ts';
import { type Asked, ask } from '../support/ask.ts';
import { run, serve } from '../support/command.ts';
import { reading, turns } from '../support/fake-reader.ts';
import { emptyFolder } from '../support/folders.ts';
import { type LiveServer, type StartOptions, startLive } from '../support/live-server.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

const ENTRIES = [
  { public: { read: ['status.*'] } },
  { name: 'wall', hash: hashOf('wall'), read: ['wall.*'] },
  { name: 'all', hash: hashOf('all'), read: ['*'], write: ['*'] },
  { name: 'ci', hash: hashOf('ci'), write: ['ci.*', 'deploys'] },
  { name: 'ping', hash: hashOf('ping'), push: 'ci.nightly' },
  { name: 'old', hash: hashOf('old'), read: ['*'], write: ['*'], until: '2020-01-01' },
];

async function tokensFile(t: TestContext, entries: unknown = ENTRIES): Promise<string> {
  const path = join(await emptyFolder(t), 'tokens.json');
  await writeFile(path, JSON.stringify(entries), { mode: 0o600 });
  return path;
}

async function start(t: TestContext, options: StartOptions = {}): Promise<LiveServer> {
  const server = await startLive({ tokens: await tokensFile(t), ...options });
  t.after(() => server.close());
  for (const name of ['wall.a', 'ci.a', 'status.a', 'deploys']) await server.live.publish(name, 1);
  return server;
}

const bearer = (token: string): { headers: Record<string, string> } =>
  token ? { headers: { Authorization: `Bearer ${token}` } } : { headers: {} };

/** Channels of a response: `-` before those that are denied. */
const told = ({ channels }: Answer): string[] =>
  Object.entries(channels).map(([name, part]) => (part.denied ? `-${name}` : name));

const TOKENS = ['', 'wall', 'all', 'ci', 'ping', 'old', 'unknown'] as const;

type Row = [method: string, path: string, body: string | undefined, ...statuses: number[]];

/** Status by token, in the order of TOKENS. */
const MATRIX: Row[] = [
  ['GET', '/poll?channels=wall.a&wait=0', undefined, 200, 200, 200, 403, 403, 401, 401],
  ['GET', '/channels/wall.a', undefined, 403, 200, 200, 403, 403, 401, 401],
  ['GET', '/channels/status.a', undefined, 200, 200, 200, 403, 403, 401, 401],
  ['GET', '/channels/ci.a', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['GET', '/channels/%63i.a', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['GET', '/channels/CI.a', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['GET', '/channels/wall.a/history', undefined, 403, 200, 200, 403, 403, 401, 401],
  ['GET', '/channels/wall.a/history?format=csv', undefined, 403, 200, 200, 403, 403, 401, 401],
  ['GET', '/channels/ci.a/history', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['GET', '/channels', undefined, 200, 200, 200, 403, 403, 401, 401],
  ['GET', '/metrics', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['GET', '/backup', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['GET', '/health', undefined, 200, 200, 200, 200, 200, 200, 200],
  ['GET', '/health?deep', undefined, 403, 403, 200, 403, 403, 401, 401],
  ['POST', '/channels/ci.a', '1', 401, 403, 201, 201, 403, 401, 401],
  ['POST', '/channels/deploys', '1', 401, 403, 201, 201, 403, 401, 401],
  ['POST', '/channels/deploys2', '1', 401, 403, 201, 403, 403, 401, 401],
  ['POST', '/channels/wall.a', '1', 401, 403, 201, 403, 403, 401, 401],
  ['POST', '/channels/%77all.a/', '1', 401, 403, 201, 403, 403, 401, 401],
  ['POST', '/channels/ci', '1', 401, 403, 201, 403, 403, 401, 401],
  ['PUT', '/channels/wall.a', '{"label":"x"}', 401, 403, 200, 403, 403, 401, 401],
  ['PUT', '/channels/ci.a', '{"label":"x"}', 401, 403, 200, 200, 403, 401, 401],
  [
    'POST',
    '/publish',
    '{"channels":{"ci.a":[1],"deploys":[1]}}',
    401,
    403,
    201,
    201,
    403,
    401,
    401,
  ],
  ['POST', '/publish', '{"channels":{"ci.a":[1],"wall.a":[1]}}', 401, 403, 201, 403, 403, 401, 401],
  ['POST', '/in/ci/metrics', 'cpu 1\n', 401, 403, 200, 200, 403, 401, 401],
  ['POST', '/in/wall/metrics', 'cpu 1\n', 401, 403, 200, 403, 403, 401, 401],
  ['POST', '/in/ntfy/wall.b', 'hello', 401, 403, 200, 403, 403, 401, 401],
  ['DELETE', '/channels/wall.a', undefined, 401, 403, 204, 403, 403, 401, 401],
  ['DELETE', '/channels/ci.a', undefined, 401, 403, 204, 204, 403, 401, 401],
];

interface Place {
  name: string;
  skip: string | false;
  options: (t: TestContext) => Promise<StartOptions>;
}

/** The ways to serve the kit, and the stores behind them. */
const PLACES: Place[] = [
  { name: 'in an Express app', skip: false, options: async () => ({ door: 'express' }) },
  { name: 'with the standalone listener', skip: false, options: async () => ({ door: 'front' }) },
  {
    name: 'with a data folder',
    skip: false,
    options: async (t) => ({ door: 'front', data: await emptyFolder(t) }),
  },
  {
    name: 'with Redis',
    skip: noEngine,
    async options(t) {
      const engine = await RedisServer.start();
      t.after(() => engine.stop());
      return { door: 'front', redis: engine.url };
    },
  },
];

for (const { name, skip, ...place } of PLACES) {
  test(`${name}: each token may do on each route what the file allows, and nothing else`, {
    skip,
  }, async (t) => {
    const server = await start(t, await place.options(t));
    for (const [method, path, body, ...statuses] of MATRIX) {
      for (const [i, token] of TOKENS.entries()) {
        const { status, text } = await ask(server.url + path, { method, body, ...bearer(token) });
        assert.equal(status, statuses[i], `${method} ${path} as ${token || 'nobody'}: ${text}`);
      }
    }
  });
}

test('a ping writes its one channel, which is named in the path', async (t) => {
  const server = await start(t);
  const ping = (token: string) => ask(`${server.url}/in/push/${token}?status=up`);
  assert.equal((await ping('ping')).status, 200);
  for (const token of ['all', 'ci', 'wall', 'unknown'])
    assert.equal((await ping(token)).status, 404);
  const { answer } = await ask(`${server.url}/channels/ci.nightly`, bearer('all'));
  assert.equal(answer.channels['ci.nightly']?.entries.length, 1);
});

test('a poll may name channels that may not be read: the others are sent', async (t) => {
  const server = await start(t);
  const poll = (token: string, since = '') =>
    server.poll(`channels=ci.a,status.a,wall.a&since=${since}&wait=20`, bearer(token));
  assert.deepEqual(told((await poll('all')).answer).toSorted(), ['ci.a', 'status.a', 'wall.a']);
  const wall = await poll('wall');
  assert.deepEqual(told(wall.answer).toSorted(), ['-ci.a', 'status.a', 'wall.a']);
  assert.match(wall.text, /"ci\.a":\{"from":"","denied":true\}/);
  assert.deepEqual(told((await poll('')).answer).toSorted(), ['-ci.a', '-wall.a', 'status.a']);
  const again = await poll('wall', '1.abc,1,1');
  assert.match(again.text, /"ci\.a":\{"from":"1\.abc","denied":true\}/);
  const { json } = await ask(`${server.url}/channels`, bearer('wall'));
  assert.deepEqual(
    (json as { channels: { name: string }[] }).channels.map(({ name }) => name),
    ['wall.a', 'status.a'],
  );
});

test('two clients with different rights never get each other’s parts in a shared response', async () => {
  const store = memoryStore();
  const hub = new Hub({ store });
  const names = Array.from({ length: 8 }, (_, i) => `c${i}`);
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed >> 8) % below;
  };
  const rightsOf = (mask: number): ReadRights => {
    const set = new ChannelPatterns(names.filter((_, i) => mask & (1 << i)));
    return { id: set.id, all: false, open: false, allows: (name) => set.allows(name) };
  };
  let seen = 0;
  for (let wake = 0; wake < 10_000; wake++) {
    const asked = names.filter(() => random(2)).slice(0, 5);
    if (asked.length === 0) continue;
    const polls = [random(256), random(256), random(256)].map((mask) => {
      const rights = rightsOf(mask);
      const since = asked.map(() => (random(3) ? '0' : '')).join(',');
      return { rights, poll: reading(hub, `channels=${asked.join(',')}&since=${since}`, rights) };
    });
    await store.append(asked[random(asked.length)] as string, [{ json: `{"value":${wake}}` }]);
    await turns(1);
    for (const { rights, poll } of polls) {
      if (!poll.done) hub.leave(poll);
      else
        for (const [name, part] of Object.entries(poll.answer.channels)) {
          seen++;
          assert.equal(part.denied === true, !rights.allows(name), name);
          if (part.denied) assert.deepEqual(Object.keys(part), ['from', 'denied']);
        }
    }
  }
  assert.ok(seen > 10_000, String(seen));
  await hub.close(0);
});

test('a removed token ends its held polls at once, and a changed one makes its clients poll again', async (t) => {
  const path = await tokensFile(t);
  const server = await startLive({ tokens: path });
  t.after(() => server.close());
  const poll = (token: string) =>
    server.poll('channels=status.a,wall.a&since=0,0&wait=50', bearer(token));
  const [wall, all, nobody] = [
    poll('wall'),
    poll('all'),
    server.poll('channels=status.a&since=0&wait=50'),
  ];
  await server.held(3);
  const kept = ENTRIES.filter((entry) => !('name' in entry && entry.name === 'wall'));
  await writeFile(path, JSON.stringify(kept), { mode: 0o600 });
  assert.deepEqual([(await wall).status, (await wall).problem.code], [401, 'unauthorized']);
  await server.held(2);
  assert.equal((await poll('wall')).status, 401);
  const narrowed = kept.map((entry) =>
    'name' in entry && entry.name === 'all' ? { ...entry, read: ['status.*'] } : entry,
  );
  await writeFile(path, JSON.stringify(narrowed), { mode: 0o600 });
  assert.deepEqual((await all).answer.channels, {});
  assert.deepEqual(told((await poll('all')).answer), ['-wall.a']);
  await server.live.publish('status.a', 1);
  assert.equal((await nobody).answer.channels['status.a']?.entries.length, 1);
});

test('a tokens file that has become invalid changes nothing, and is reported', async (t) => {
  const said = t.mock.method(console, 'error', () => {});
  const path = await tokensFile(t);
  const server = await startLive({ tokens: path });
  t.after(() => server.close());
  await writeFile(path, '{ half');
  while (said.mock.callCount() === 0) await new Promise((done) => setTimeout(done, 50));
  assert.match(String(said.mock.calls[0]?.arguments[0]), /tokens\.json.*stay in force/);
  assert.equal((await ask(`${server.url}/channels`, bearer('wall'))).status, 200);
});

test('tokens of the options are valid for all channels beside a tokens file', async (t) => {
  const server = await start(t, { writeToken: 'hands', readToken: 'eyes' });
  const get = (token: string): Promise<Asked> => ask(`${server.url}/channels/ci.a`, bearer(token));
  assert.deepEqual([(await get('eyes')).status, (await get('hands')).status], [200, 200]);
  assert.equal(
    (await ask(`${server.url}/channels/x`, { body: '1', ...bearer('hands') })).status,
    201,
  );
  assert.equal(
    (await ask(`${server.url}/channels/x`, { body: '1', ...bearer('eyes') })).status,
    403,
  );
  assert.equal((await get('wall')).status, 403);
});

test('with shared, caches store only what everybody may read', async (t) => {
  const server = await start(t, { shared: true, writeToken: 'hands' });
  const caching = async (search: string, token = '') =>
    (await server.poll(search, bearer(token))).headers['cache-control'];
  assert.match((await caching('channels=status.a')) ?? '', /s-maxage=5/);
  assert.equal(await caching('channels=status.a,wall.a'), 'no-store');
  for (const token of ['all', 'wall', 'hands']) {
    assert.equal(await caching('channels=status.a', token), 'no-store', token);
  }
  const closed = await tokensFile(t, ENTRIES.slice(1));
  await assert.rejects(livePoll({ shared: true, tokens: closed }), /public/);
});

test('a tokens file is validated: the error says what is wrong, and in which entry', async (t) => {
  const bad: [entries: unknown, said: RegExp][] = [
    [{}, /JSON list/],
    [[{ name: 'a', hash: 'abc' }], /"a".*hash/],
    [[{ name: 'a', hash: hashOf('a'), read: ['wall*.x'] }], /"a".*wall\*\.x/],
    [[{ name: 'a', hash: hashOf('a'), read: ['..'] }], /"a"/],
    [[{ name: 'a', hash: hashOf('a'), write: [''] }], /"a"/],
    [[{ name: 'a', hash: hashOf('a'), until: 'soon' }], /until/],
    [[{ name: 'a', hash: hashOf('a'), perHour: 5 }], /"a".*unknown field.*perHour/],
    [[{ name: 'a', hash: hashOf('a'), push: 'b', read: ['*'] }], /push/],
    [
      [
        { name: 'a', hash: hashOf('a') },
        { name: 'a', hash: hashOf('b') },
      ],
      /two tokens/,
    ],
    [[{ public: true }], /public/],
    [[{ hash: hashOf('a') }], /no name/],
  ];
  for (const [entries, said] of bad) assert.throws(() => new Tokens(entries), said);
  const path = await tokensFile(t);
  await chmod(path, 0o622);
  await assert.rejects(livePoll({ tokens: path }), /chmod 600/);
  await assert.rejects(livePoll({ tokens: `${path}.gone` }), /ENOENT/);
  const warned = t.mock.method(console, 'warn', () => {});
  await chmod(path, 0o644);
  await (await livePoll({ tokens: path })).close();
  assert.match(String(warned.mock.calls[0]?.arguments[0]), /chmod 600/);
});

test('lp-kit token makes, lists and removes tokens; the file holds hashes and only its owner may read it', async (t) => {
  const file = join(await emptyFolder(t), 'tokens.json');
  const env = { LP_TOKENS: file };
  const added = await run(['token', 'add', '--name', 'ci', '--write', 'ci.*', '--until', '90d'], {
    env,
  });
  assert.equal(added.code, 0, added.err);
  const made = added.out.trim().split(' ').at(-1) ?? '';
  assert.match(made, /^lp_[\w-]{32}$/);
  const text = await readFile(file, 'utf8');
  assert.ok(!text.includes(made) && text.includes(hashOf(made)));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const server = await startLive({ tokens: file });
  t.after(() => server.close());
  const posted = await ask(`${server.url}/channels/ci.a`, { body: '1', ...bearer(made) });
  assert.equal(posted.status, 201);
  const twice = await run(['token', 'add', '--name', 'ci', '--read', '*'], { env });
  assert.deepEqual([twice.code, /two tokens/.test(twice.err)], [1, true]);
  assert.match((await run(['token', 'list'], { env })).out, /^ci {2}write ci\.\* {2}until \d{4}-/);
  assert.equal((await run(['token', 'remove', '--name', 'ci'], { env })).code, 0);
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), []);
  assert.equal((await run(['token', 'add', '--name', 'x'], { env })).code, 2);
});

test('a link grants its reads until it expires, in the URL of a GET, and no writes', async (t) => {
  const path = await tokensFile(t);
  const key = await linkKey(path);
  const server = await startLive({ tokens: path });
  t.after(() => server.close());
  for (const name of ['wall.a', 'ci.a']) await server.live.publish(name, 1);
  const { token } = signLink(key, { read: ['wall.*'], until: Date.now() + 60_000 });
  const at = (target: string) => `${target}${target.includes('?') ? '&' : '?'}access=${token}`;
  const get = async (target: string): Promise<number> =>
    (await ask(server.url + at(target))).status;
  assert.deepEqual(
    await Promise.all(
      ['/channels/wall.a', '/channels/ci.a', '/channels', '/metrics', '/health?deep'].map(get),
    ),
    [200, 403, 200, 403, 403],
  );
  const poll = await ask(server.url + at('/poll?channels=ci.a,wall.a'));
  assert.deepEqual(told(poll.answer).toSorted(), ['-ci.a', 'wall.a']);
  assert.equal((await ask(`${server.url}/channels/wall.a`, bearer(token))).status, 200);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const { status } = await ask(server.url + at('/channels/wall.a'), { method, body: '{}' });
    assert.equal(status, 401, method);
    const shown = { method, body: '{}', ...bearer(token) };
    assert.equal((await ask(`${server.url}/channels/wall.a`, shown)).status, 403, method);
  }
  assert.equal(
    (await ask(`${server.url}/channels/ci.a?access=all`)).status,
    403,
    'no other token is accepted in a URL',
  );
  const over = signLink(key, { read: ['*'], until: Date.now() - 1 }).token;
  assert.equal((await ask(`${server.url}/channels/wall.a?access=${over}`)).status, 401);
});

test('a link that was cut, extended, changed or signed by another key is refused', () => {
  const key = newLinkKey();
  const link = { read: ['wall.*'], until: 2_000_000_000_000 };
  const { token, id } = signLink(key, link);
  assert.deepEqual(readLink(key, token), { ...link, id });
  const [payload = '', signature = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...link, id, read: ['*'] })).toString('base64url');
  const other = signLink(newLinkKey(), link).token;
  const bad = [
    token.slice(0, -1),
    `${token}A`,
    `${token}.x`,
    `${payload}A.${signature}`,
    `${payload}.`,
    `lpl_${forged}.${signature}`,
    `lpl_.${signature}`,
    token.replace('lpl_', 'lp_'),
    other,
    '',
  ];
  for (const text of bad) assert.equal(readLink(key, text), undefined, text);
  for (let i = 0; i < token.length; i++) {
    const flipped = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    assert.equal(readLink(key, flipped), undefined, `character ${i}`);
  }
  assert.throws(() => signLink(key, { ...link, read: ['a*b'] }), TypeError);
});

test('clients of one link, and of another with the same rights, share their responses', async (t) => {
  const path = await tokensFile(t, []);
  const key = await linkKey(path);
  const server = await startLive({ tokens: path });
  t.after(() => server.close());
  const links = [1, 2].map((day) =>
    signLink(key, { read: ['wall.*'], until: Date.now() + day * 86_400_000 }),
  );
  const polls = links.map(({ token }) =>
    server.poll(`channels=wall.a&since=0&wait=50&access=${token}`),
  );
  await server.held(2);
  await server.live.publish('wall.a', 1);
  const [one, two] = await Promise.all(polls);
  assert.equal(one?.text, two?.text);
});

test('lp-kit link makes a link; revoked by its id, it ends, even during a hold', async (t) => {
  const file = join(await emptyFolder(t), 'tokens.json');
  const env = { LP_TOKENS: file };
  const made = await run(['link', '--read', 'wall.*', '--until', '7d'], { env });
  assert.equal(made.code, 0, made.err);
  const token = made.out.trim().split(' ').at(-1) ?? '';
  const id = /^The link (\S+),/.exec(made.out)?.[1] ?? '';
  assert.equal((await stat(`${file}.key`)).mode & 0o777, 0o600);
  const server = await startLive({ tokens: file });
  t.after(() => server.close());
  const held = server.poll(`channels=wall.a&since=0&wait=50&access=${token}`);
  await server.held(1);
  assert.equal((await run(['link', '--withdraw', id], { env })).code, 0);
  assert.equal((await held).status, 401);
  assert.equal((await run(['link'], { env })).code, 2);
});

test('an app decides by its sessions, once per request; responses are shared by clients with equal rights', async (t) => {
  let asked = 0;
  const server = await startLive({
    writeToken: 'hands',
    authorize(req) {
      asked++;
      const user = req.headers['x-user'];
      if (user === 'nobody') throw Object.assign(new Error('sign in first'), { status: 401 });
      if (typeof user !== 'string') return undefined;
      return {
        name: user,
        read: (channel) => user === 'root' || channel.startsWith(`${user}.`),
        write: (channel) => channel === `${user}.a`,
      };
    },
  });
  t.after(() => server.close());
  for (const name of ['anna.a', 'bela.a']) await server.live.publish(name, 1);
  const as = (user: string) => ({ headers: { 'X-User': user } });
  const poll = async (user: string) =>
    told((await server.poll('channels=anna.a,bela.a&wait=0', as(user))).answer).toSorted();
  assert.deepEqual(await poll('anna'), ['-bela.a', 'anna.a']);
  assert.deepEqual(await poll('bela'), ['-anna.a', 'bela.a']);
  assert.deepEqual(await poll('root'), ['anna.a', 'bela.a']);
  assert.deepEqual(await poll('other'), ['-anna.a', '-bela.a']);
  asked = 0;
  const status = async (path: string, user: string, body?: string) =>
    (await ask(server.url + path, { body, ...as(user) })).status;
  assert.deepEqual(
    [
      await status('/channels/anna.a', 'anna'),
      await status('/channels/bela.a', 'anna'),
      await status('/metrics', 'anna'),
      await status('/metrics', 'root'),
      await status('/channels/anna.a', 'anna', '2'),
      await status('/channels/anna.b', 'anna', '2'),
      await status('/publish', 'anna', '{"channels":{"anna.a":[1],"bela.a":[1]}}'),
      await status('/channels/anna.a', 'nobody'),
    ],
    [200, 403, 403, 200, 201, 403, 403, 401],
  );
  assert.equal(asked, 8);
  const { status: byToken } = await ask(`${server.url}/channels/x`, {
    body: '1',
    ...bearer('hands'),
  });
  assert.equal(byToken, 201, 'without a session the tokens decide');
  await assert.rejects(livePoll({ shared: true, authorize: () => undefined }), TypeError);
});

test('an audit file has a line per write, refusal and change of tokens, and no secret', async (t) => {
  const path = await tokensFile(t);
  const audit = join(await emptyFolder(t), 'audit.log');
  const server = await startLive({ tokens: path, audit, writeToken: 'hands' });
  const { url } = server;
  const send = (target: string, token: string, method = 'POST', body?: string) =>
    ask(url + target, { method, body, ...bearer(token) });
  const posted = await send('/channels/ci.a', 'ci', 'POST', '{"secret":"payload"}');
  const { cursor } = posted.json as { cursor: string };
  await send('/publish', 'hands', 'POST', '{"channels":{"x":[1],"y":[2]}}');
  await send('/channels/wall.a', 'ci', 'POST', '1');
  await send('/channels/wall.a', 'unknown-token', 'POST', '1');
  await send('/channels/ci.a', 'ci', 'DELETE');
  await send('/in/push/unknown-token', '', 'GET');
  await send('/in/ci/metrics', 'ci', 'POST', 'cpu 1\n');
  await send('/poll?channels=wall.a&access=unknown-token', 'unknown-token', 'GET');
  const lines = async (file: string) =>
    (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
  await writeFile(path, JSON.stringify(ENTRIES.slice(1)), { mode: 0o600 });
  while (!(await readFile(audit, 'utf8')).includes('"tokens"')) await turns(50);
  await rename(audit, `${audit}.1`);
  server.live.reopenAudit();
  await send('/channels/x', 'hands', 'PUT', '{"label":"X"}');
  await server.close();
  const told = (await lines(`${audit}.1`)).map(({ event, name, channel, code, method }) =>
    [event, method, name, channel, code].map((word) => word ?? '-').join(' '),
  );
  assert.deepEqual(told, [
    'write POST ci ci.a -',
    'write POST - x -',
    'write POST - y -',
    'refused POST ci wall.a forbidden',
    'refused POST - wall.a unauthorized',
    'write DELETE ci ci.a -',
    'refused GET - - not-found',
    'write POST ci ci.cpu -',
    'refused GET - - unauthorized',
    'tokens - - - -',
  ]);
  const [first] = await lines(`${audit}.1`);
  assert.deepEqual([first?.['cursor'], first?.['address']], [cursor, '127.0.0.1']);
  assert.match(first?.['time'] ?? '', /^\d{4}-\d\d-\d\dT/);
  assert.equal((await stat(audit)).mode & 0o777, 0o600);
  assert.equal((await lines(audit)).length, 1);
  const all = (await readFile(`${audit}.1`, 'utf8')) + (await readFile(audit, 'utf8'));
  assert.doesNotMatch(all, /payload|unknown-token|hands/);
});

test('SIGHUP reopens the audit file, for log rotation', async (t) => {
  const audit = join(await emptyFolder(t), 'audit.log');
  const served = await serve(['--audit', audit]);
  t.after(() => served.stop());
  const write = () => ask(`${served.url}/channels/a`, { body: '1' });
  const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n').length - 1;
  await write();
  await rename(audit, `${audit}.1`);
  served.child.kill('SIGHUP');
  while (!(await stat(audit).catch(() => undefined))) await turns(50);
  await write();
  while ((await linesOf(audit)) === 0) await turns(50);
  assert.deepEqual([await linesOf(`${audit}.1`), await linesOf(audit)], [1, 1]);
});
