import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import test from 'node:test';
import { type Asked, type AskOptions, ask } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** A write, and its status and code. */
async function write(url: string, headers: Record<string, string>): Promise<[number, string?]> {
  const asked = await ask(`${url}/channels/cpu`, { body: 'value=1', headers });
  return asked.status === 201 ? [201] : [asked.status, asked.problem.code];
}

test('without tokens anybody may read and write', async () => {
  await using server = await startLive();
  assert.deepEqual(await write(server.url, {}), [201]);
  assert.equal((await server.poll('channels=cpu')).status, 200);
});

test('a write token is accepted as Bearer, as Token, as password of Basic and in X-Api-Key', async () => {
  await using server = await startLive({ writeToken: ['first:1', 'second'] });
  const { url } = server;
  for (const headers of [
    { Authorization: 'Bearer first:1' },
    { Authorization: 'bearer second' },
    { Authorization: 'Token second' },
    { Authorization: basic('anyone:first:1') },
    { Authorization: basic(':second') },
    { 'X-Api-Key': 'second' },
  ]) {
    assert.deepEqual(await write(url, headers), [201], JSON.stringify(headers));
  }
  for (const headers of [
    { Authorization: 'Bearer third' },
    { Authorization: 'Bearer secon' },
    { Authorization: 'Bearer secondx' },
    { Authorization: basic('second') },
    { Authorization: basic('second:') },
    { 'X-Api-Key': '' },
    { 'X-Api-Key': 'third', Authorization: 'Bearer second' },
  ]) {
    const [status, code] = await write(url, headers);
    assert.ok(status === 403 ? code === 'forbidden' : status === 401, JSON.stringify(headers));
  }
});

test('every write without a token gets 401, with how to send one', async () => {
  await using server = await startLive({ writeToken: 'secret' });
  const routes: [method: string, path: string][] = [
    ['POST', '/channels/cpu'],
    ['POST', '/publish'],
    ['PUT', '/channels/cpu'],
    ['DELETE', '/channels/cpu'],
  ];
  for (const [method, path] of routes) {
    for (const headers of [{}, { Authorization: 'Bearer' }, { Authorization: 'Digest x' }]) {
      const asked = await ask(server.url + path, { method, headers, body: '{"channels":{}}' });
      assert.deepEqual([asked.status, asked.problem.code], [401, 'unauthorized']);
      assert.match(asked.headers['www-authenticate'] ?? '', /^Bearer/);
    }
  }
  assert.equal((await server.poll('channels=cpu')).status, 200);
});

test('the token is checked before a byte of the body is read', async () => {
  await using server = await startLive({ writeToken: 'secret', maxBodyBytes: 10 });
  const asked = await ask(`${server.url}/channels/cpu`, { body: 'x'.repeat(1_000) });
  assert.equal(asked.status, 401);
});

test('with a read token, every route about channels requires it; a write token reads too', async () => {
  await using server = await startLive({ readToken: 'eyes', writeToken: 'hands' });
  const routes = ['/poll?channels=cpu', '/channels/cpu', '/channels', '/metrics'];
  for (const path of routes) {
    const get = (headers: Record<string, string>): Promise<Asked> =>
      ask(server.url + path, { headers });
    assert.equal((await get({})).status, 401, path);
    assert.equal((await get({ Authorization: 'Bearer wrong' })).status, 403, path);
    assert.equal((await get({ Authorization: 'Bearer eyes' })).status, 200, path);
    assert.equal((await get({ Authorization: 'Bearer hands' })).status, 200, path);
    assert.equal((await ask(`${server.url}${path}?&token=eyes`)).status, 401);
  }
  assert.deepEqual(await write(server.url, { Authorization: 'Bearer eyes' }), [403, 'forbidden']);
  assert.equal((await ask(`${server.url}/health`)).status, 200);
});

/** `sha256:` and 64 hex digits. */
const HASH_BYTES = 71;

test('tokens are compared in constant time, and all of them', async (t) => {
  const compared = t.mock.method(crypto, 'timingSafeEqual');
  syncBuiltinESMExports();
  t.after(syncBuiltinESMExports);
  await using server = await startLive({ writeToken: ['a', 'b', 'c'] });
  for (const token of ['a', 'c', 'wrong and of another length']) {
    compared.mock.resetCalls();
    await write(server.url, { Authorization: `Bearer ${token}` });
    const ofHashes = compared.mock.calls.filter(
      ({ arguments: [, known] }) => known.byteLength === HASH_BYTES, // The rest is sent with the last token of the connection.
    );
    assert.equal(ofHashes.length, 3, token);
  }
});

test('a page of another origin may not write, even by forms and text that need no preflight', async () => {
  await using server = await startLive();
  const { host, origin } = new URL(server.url);
  const foreign: Record<string, string>[] = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: `http://${host}.evil.example` },
    { Origin: origin.replace(/\d+$/, '1') },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'cross-site', Origin: origin },
  ];
  for (const headers of foreign) {
    assert.deepEqual(await write(server.url, headers), [403, 'forbidden'], JSON.stringify(headers));
  }
  for (const headers of [
    { Origin: origin },
    { 'Sec-Fetch-Site': 'same-origin', Origin: origin },
    { 'Sec-Fetch-Site': 'none' },
    { 'Sec-Fetch-Mode': 'cors' }, // The fetch of Node.
  ]) {
    assert.deepEqual(await write(server.url, headers), [201], JSON.stringify(headers));
  }
  for (const method of ['PUT', 'DELETE']) {
    const headers = { Origin: 'https://evil.example' };
    const asked = await ask(`${server.url}/channels/cpu`, { method, headers, body: '{}' });
    assert.equal(asked.status, 403);
  }
});

test('a page of another origin with the token may write only if its origin is allowed', async () => {
  const wall = { Origin: 'https://wall.example', Authorization: 'Bearer secret' };
  await using closed = await startLive({ writeToken: 'secret' });
  assert.deepEqual(await write(closed.url, wall), [403, 'forbidden']);
  await using open = await startLive({ writeToken: 'secret', allowOrigins: [wall.Origin] });
  assert.deepEqual(await write(open.url, wall), [201]);
  assert.deepEqual(await write(open.url, { Origin: wall.Origin }), [401, 'unauthorized']);
});

const cors = (headers: Asked['headers']) => [
  headers['access-control-allow-origin'],
  headers['access-control-allow-credentials'],
];

for (const door of ['express', 'front'] as const) {
  test(`${door}: pages of allowed origins may read, including errors; others get no CORS header`, async () => {
    await using server = await startLive({ door, allowOrigins: ['https://wall.example/'] });
    const get = (path: string, Origin: string): Promise<Asked> =>
      ask(server.url + path, { headers: { Origin } });
    for (const path of ['/poll?channels=cpu', '/poll?channels=', '/channels', '/nothing']) {
      const { headers } = await get(path, 'https://wall.example');
      assert.deepEqual(cors(headers), ['https://wall.example', 'true'], path);
      assert.match(headers.vary ?? '', /Origin/);
      assert.match(headers['access-control-expose-headers'] ?? '', /Retry-After/);
      const other = await get(path, 'https://evil.example');
      assert.deepEqual(cors(other.headers), [undefined, undefined], path);
      assert.match(other.headers.vary ?? '', /Origin/);
      const none = await ask(server.url + path);
      assert.match(none.headers.vary ?? '', /Origin/); // Otherwise a cache would send a page the response to a request without Origin.
    }
  });
}

test('the origin * allows every page, without credentials', async () => {
  await using server = await startLive({ allowOrigins: ['*'] });
  const headers = { Origin: 'https://any.example' };
  assert.deepEqual(cors((await server.poll('channels=cpu', { headers })).headers), [
    '*',
    undefined,
  ]);
  assert.deepEqual(await write(server.url, headers), [201]);
});

test('a preflight is allowed for allowed origins only', async () => {
  await using server = await startLive({ allowOrigins: ['https://wall.example'] });
  const preflight = (path: string, Origin: string): Promise<Asked> => {
    const headers = { Origin, 'Access-Control-Request-Method': 'POST' };
    return ask(server.url + path, { method: 'OPTIONS', headers } satisfies AskOptions);
  };
  for (const path of ['/channels/cpu', '/publish', '/poll?channels=cpu']) {
    const good = await preflight(path, 'https://wall.example');
    assert.equal(good.status, 204);
    assert.equal(good.headers['access-control-allow-origin'], 'https://wall.example');
    assert.match(good.headers['access-control-allow-methods'] ?? '', /POST, PUT, DELETE/);
    const allowed = good.headers['access-control-allow-headers'] ?? '';
    for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Api-Key']) {
      assert.ok(allowed.includes(name), name);
    }
    const bad = await preflight(path, 'https://evil.example');
    assert.equal(bad.headers['access-control-allow-origin'], undefined);
    assert.equal(bad.headers['access-control-allow-methods'], undefined);
  }
});

test('a server with configured host names refuses all others, against DNS rebinding', async () => {
  const options = { allowHosts: ['Wall.example'], allowOrigins: ['https://ops.example:8443'] };
  await using server = await startLive(options);
  const get = (Host: string): Promise<Asked> =>
    ask(`${server.url}/channels`, { headers: { Host } });
  for (const host of [
    'wall.example',
    'WALL.example:3000',
    'ops.example',
    '127.0.0.1',
    '[::1]:80',
  ]) {
    assert.equal((await get(host)).status, 200, host);
  }
  for (const host of ['evil.example', 'wall.example.evil.example', 'localhost.evil', ':']) {
    assert.equal((await get(host)).status, 403, host);
  }
  assert.deepEqual(await write(server.url, { Host: 'evil.example' }), [403, 'forbidden']);
  const polled = await server.poll('channels=cpu', { headers: { Host: 'evil.example' } });
  assert.equal(polled.problem.code, 'forbidden');
});

test('no request header is copied into the response', async () => {
  await using server = await startLive({ allowOrigins: ['*', 'https://wall.example'] });
  const evil = 'https://evil.example/\u00ff; x=1';
  const { headers } = await server.poll('channels=cpu&round=abc', { headers: { Origin: evil } });
  assert.ok(!JSON.stringify(headers).includes('evil'));
});
