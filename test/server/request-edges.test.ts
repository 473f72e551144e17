/**
 * Unusual requests of clients, proxies and attackers: spelled in other ways, late, in pieces, too
 * large.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { Guard } from '../../server/http/guard.ts';
import { standaloneServer } from '../../server/http/listener.ts';
import type { PollRoute } from '../../server/http/poll-route.ts';
import { livePoll } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { emptyFolder } from '../support/folders.ts';
import { type StartOptions, startLive } from '../support/live-server.ts';

/** A connection that sends `text`, and collects what it receives. */
class RawClient {
  readonly socket: Socket;
  said = '';

  constructor(url: string, text: string) {
    this.socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.socket.on('error', () => {}); // The server may reset the connection of a refused request.
    this.socket.on('data', (data: Buffer) => (this.said += data.toString('latin1')));
    this.socket.write(text);
  }

  /** Resolves once the received text matches. */
  async says(wanted: RegExp): Promise<string> {
    while (!wanted.test(this.said)) await once(this.socket, 'data');
    return this.said;
  }

  /** Resolves with all received text, once the connection has ended. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.said;
  }
}

const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);

const head = (line: string, ...headers: string[]): string =>
  `${[line, ...headers].join('\r\n')}\r\n\r\n`;

async function startRaw(t: TestContext, options: StartOptions = {}): Promise<string> {
  const server = await startLive({ door: 'front', ...options });
  t.after(() => server.close());
  return server.url;
}

const doors = ['front', 'express'] as const;

for (const door of doors) {
  test(`${door}: a request line may contain an absolute URL and doubled slashes`, async (t) => {
    const url = await startRaw(t, { door });
    const { host } = new URL(url);
    const lines = [
      `GET http://${host}/lp/channels/cpu HTTP/1.1`,
      `GET HTTP://${host}/lp/poll?channels=cpu&wait=0 HTTP/1.1`,
      'GET /lp//channels HTTP/1.1',
      'GET /lp//channels///cpu HTTP/1.1',
      'GET /lp//poll?channels=cpu&wait=0 HTTP/1.1',
      'GET /lp//channels/cpu?since=&x=http://a//b HTTP/1.1',
    ];
    for (const line of lines) {
      const answer = new RawClient(url, head(line, `Host: ${host}`, 'Connection: close'));
      const text = await answer.closed();
      assert.equal(statusOf(text), 200, `${line}: ${text}`);
      assert.match(text, /"now":/);
    }
  });

  test(`${door}: a body with a too large Content-Length is refused before it is sent`, async (t) => {
    const url = await startRaw(t, { door });
    const { host } = new URL(url);
    const post = head(
      'POST /lp/channels/cpu HTTP/1.1',
      `Host: ${host}`,
      'Content-Length: 1000000000',
    );
    const upload = new RawClient(url, post);
    const chunk = Buffer.alloc(65_536);
    let sent = 0;
    while (upload.said === '') {
      sent += chunk.length;
      if (!upload.socket.write(chunk))
        await Promise.race(['drain', 'data'].map((e) => once(upload.socket, e)));
      await new Promise((done) => setImmediate(done));
    }
    assert.equal(statusOf(await upload.says(/"code":"too-large"/)), 413);
    assert.ok(sent < 50_000_000, `${sent} bytes were read`);
    await upload.closed();
  });

  test(`${door}: a chunked body ends at the first byte above the limit, compressed or not`, async (t) => {
    const url = await startRaw(t, { door, maxBodyBytes: 100_000 });
    const { host } = new URL(url);
    for (const [encoding, bytes] of [
      ['identity', Buffer.alloc(200_000, 'x')],
      ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ] as const) {
      const upload = new RawClient(
        url,
        head(
          'POST /lp/channels/cpu HTTP/1.1',
          `Host: ${host}`,
          'Transfer-Encoding: chunked',
          `Content-Encoding: ${encoding}`,
        ),
      );
      upload.socket.write(`${bytes.length.toString(16)}\r\n`);
      upload.socket.write(bytes); // Without an end.
      assert.equal(statusOf(await upload.says(/"code":"too-large"/)), 413, encoding);
      await upload.closed();
    }
  });

  test(`${door}: a client that may not write is refused before its body, of which little is read`, async (t) => {
    const url = await startRaw(t, { door, writeToken: 'secret' });
    const { host } = new URL(url);
    const upload = new RawClient(
      url,
      head('POST /lp/channels/cpu HTTP/1.1', `Host: ${host}`, 'Content-Length: 1000000000'),
    );
    assert.equal(statusOf(await upload.says(/"code":"unauthorized"/)), 401);
    await upload.closed(); // Nothing was sent: the server ends the connection.
  });

  test(`${door}: a body in 250,000 chunks is refused`, async (t) => {
    const url = await startRaw(t, { door });
    const { host } = new URL(url);
    const upload = new RawClient(
      url,
      head('POST /lp/channels/cpu HTTP/1.1', `Host: ${host}`, 'Transfer-Encoding: chunked'),
    );
    upload.socket.write(`${'1\r\nx\r\n'.repeat(250_000)}0\r\n\r\n`);
    const text = await upload.says(/"detail"/);
    assert.equal(statusOf(text), 413);
    assert.match(text, /pieces/);
  });

  test(`${door}: a body that does not arrive in time is refused, and its connection ends`, async (t) => {
    const url = await startRaw(t, { door, maxBodyMs: 100 });
    const { host } = new URL(url);
    for (const length of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      const upload = new RawClient(
        url,
        head('POST /lp/channels/cpu HTTP/1.1', `Host: ${host}`, length),
      );
      const text = await upload.says(/"code"/);
      assert.equal(statusOf(text), 408, text);
      assert.match(text, /"code":"too-slow"/);
      upload.socket.destroy();
    }
    const { status } = await ask(`${url}/channels/cpu`, { body: '1' });
    assert.equal(status, 201);
  });

  test(`${door}: an Idempotency-Key is the same for all spellings of a URL`, async (t) => {
    const url = await startRaw(t, { door });
    const headers = { 'Idempotency-Key': 'k1' };
    const first = await ask(`${url}/channels/a`, { body: '1', headers });
    for (const path of ['/channels/a/', '/channels/%61', '//channels/a', '/channels/a?x=1']) {
      const again = await ask(url + path, { body: '1', headers });
      assert.deepEqual([again.status, again.json], [201, first.json], path);
      assert.equal(again.headers['idempotency-replayed'], 'true');
    }
    assert.equal((await ask(`${url}/channels/b`, { body: '1', headers })).status, 422);
  });

  test(`${door}: a failed precondition on kit.js is 412, and utf-8 is not a content encoding`, async (t) => {
    const kitDir = await emptyFolder(t);
    await writeFile(join(kitDir, 'kit.js'), 'export {};\n');
    const url = await startRaw(t, { door, kitDir });
    const { headers } = await ask(`${url}/kit.js`);
    const match = (tag: string) => ask(`${url}/kit.js`, { headers: { 'If-Match': tag } });
    const failed = await match('"other"');
    assert.deepEqual([failed.status, failed.problem.code], [412, 'precondition-failed']);
    assert.equal((await match(headers.etag ?? '')).status, 200);
    for (const encoding of ['utf-8', 'UTF8', 'identity', '']) {
      const posted = await ask(`${url}/channels/cpu`, {
        body: '1',
        headers: { 'Content-Encoding': encoding },
      });
      assert.equal(posted.status, 201, encoding);
    }
  });
}

test('no 100 Continue is sent for a request that will be refused; it is sent for others', async (t) => {
  const url = await startRaw(t, { writeToken: 'secret' });
  const { host } = new URL(url);
  const expecting = (...headers: string[]): RawClient =>
    new RawClient(
      url,
      head('POST /lp/channels/cpu HTTP/1.1', `Host: ${host}`, 'Expect: 100-continue', ...headers),
    );
  const token = 'Authorization: Bearer secret';
  const refused: [status: number, headers: string[]][] = [
    [413, [token, 'Content-Length: 1000000000']],
    [401, ['Content-Length: 10']],
    [415, [token, 'Content-Length: 10', 'Content-Encoding: snappy']],
  ];
  for (const [status, headers] of refused) {
    const text = await expecting(...headers).closed();
    assert.equal(statusOf(text), status, text);
    assert.match(text, /^Connection: close\r$/im);
  }
  const taken = expecting(token, 'Content-Length: 2', 'Connection: close');
  assert.equal(statusOf(await taken.says(/\r\n\r\n/)), 100);
  taken.socket.write('42');
  assert.match(await taken.closed(), /HTTP\/1\.1 201/);
});

test('an app beside the kit gets its 100 Continue, and the URL as it was sent', async (t) => {
  const live = await livePoll();
  const seen: (string | undefined)[] = [];
  const server = live.listen({
    port: 0,
    app: (req, res) => {
      seen.push(req.url);
      req.resume().on('end', () => res.end('mine'));
    },
  });
  await once(server, 'listening');
  t.after(() => live.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const upload = new RawClient(
    url,
    head(
      'POST //mine HTTP/1.1',
      'Host: x',
      'Expect: 100-continue',
      'Content-Length: 1',
      'Connection: close',
    ),
  );
  await upload.says(/100 Continue/);
  upload.socket.write('x');
  assert.match(await upload.closed(), /mine/);
  assert.deepEqual(seen, ['//mine']);
});

test('an incomplete request head times out; an idle connection stays open', async (t) => {
  const poll = { handle: (_req: unknown, res: { end(text: string): void }) => res.end('polled') };
  const server = standaloneServer({
    base: '/lp',
    poll: poll as unknown as PollRoute,
    router: (_req, res) => void res.end(),
    guard: new Guard(),
    app: undefined,
    host: '127.0.0.1',
    times: { headMs: 200, requestMs: 400, idleMs: 60_000, checkMs: 20 },
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = head('GET /lp/poll?x HTTP/1.1', 'Host: localhost');
  const idle = new RawClient(url, request);
  await idle.says(/polled/);
  for (const half of ['GET /lp/poll', 'GET /lp/poll HTTP/1.1\r\nHost: x\r\n', '']) {
    assert.match(await new RawClient(url, half).closed(), /^(HTTP\/1\.1 408|$)/);
  }
  idle.said = '';
  idle.socket.write(request);
  await idle.says(/polled/); // It was idle for longer than a head may take.
  idle.socket.destroy();
});

test('at the root, an app beside the kit gets all requests that are for no route of the kit', async () => {
  for (const base of ['/', '']) {
    const live = await livePoll({ base, allowOrigins: ['https://wall.example'] });
    const app = express().get('/index.html', (_req, res) => void res.send('home'));
    const server = live.listen({ port: 0, app });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const headers = { Origin: 'https://wall.example' };
    const home = await ask(`${url}/index.html`, { headers });
    assert.deepEqual([home.status, home.text], [200, 'home']);
    assert.equal(
      home.headers['access-control-allow-origin'],
      undefined,
      'the app has its own CORS',
    );
    assert.equal((await ask(`${url}/app.js`)).headers['content-type'], 'text/html; charset=utf-8');
    assert.equal((await ask(`${url}/channels`, { headers })).status, 200);
    assert.equal((await ask(`${url}/channels`, { method: 'PATCH' })).status, 405);
    await live.close();
  }
});

test('mounted at the root of an app, the router leaves the other routes to it', async (t) => {
  const live = await livePoll();
  const app = express()
    .use(live.router)
    .get('/mine', (_req, res) => void res.send('mine'));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    await live.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal((await ask(`${url}/mine`)).text, 'mine');
  assert.equal((await ask(`${url}//channels`)).status, 200);
});

test('the standalone listener on loopback accepts only its own names and addresses', async (t) => {
  const url = await startRaw(t);
  const get = async (Host: string, path = '/channels') =>
    (await ask(url + path, { headers: { Host } })).status;
  for (const host of ['localhost', 'localhost:3000', '127.0.0.1', '[::1]:1', 'wall.localhost']) {
    assert.equal(await get(host), 200, host);
  }
  for (const path of ['/channels', '/poll?channels=cpu&wait=0', '/channels/cpu', '/metrics']) {
    assert.equal(await get('evil.example', path), 403, path);
  }
  const write = (Host: string, Origin: string) =>
    ask(`${url}/channels/cpu`, { body: '1', headers: { Host, Origin } });
  assert.equal((await write('evil.example', 'http://evil.example')).status, 403);
  const { problem } = await ask(`${url}/channels`, { headers: { Host: 'wall.example' } });
  assert.match(problem.detail, /--allow-host wall\.example/);
  const line = 'GET http://evil.example/lp/channels HTTP/1.1';
  const absolute = new RawClient(url, head(line, 'Host: localhost', 'Connection: close'));
  assert.equal(statusOf(await absolute.closed()), 403, 'the host of the URL counts');
  assert.equal(await get('evil.example', '/health'), 200);

  const named = await startRaw(t, { allowHosts: ['Wall.example:8443'] });
  const byName = async (Host: string) =>
    (await ask(`${named}/channels`, { headers: { Host } })).status;
  assert.deepEqual(
    [await byName('wall.example'), await byName('wall.example.:80'), await byName('localhost')],
    [200, 200, 200],
  );
  assert.equal(await byName('evil.example'), 403);
  await assert.rejects(livePoll({ allowHosts: ['http://wall.example'] }), TypeError);
});

test('the origin null, which files and sandboxed frames have, can be allowed by that name', async (t) => {
  const url = await startRaw(t, { allowOrigins: ['null'] });
  const headers = { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' };
  const posted = await ask(`${url}/channels/cpu`, { body: '1', headers });
  assert.deepEqual([posted.status, posted.headers['access-control-allow-origin']], [201, 'null']);
  const other = { ...headers, Origin: 'https://evil.example' };
  assert.equal((await ask(`${url}/channels/cpu`, { body: '1', headers: other })).status, 403);
  const closed = await startRaw(t);
  const { problem } = await ask(`${closed}/channels/cpu`, { body: '1', headers });
  assert.match(problem.detail, /--allow-origin null/);
});

test('behind a trusted proxy each client has its own rate limit; otherwise one warning is printed', async (t) => {
  const warned = t.mock.method(console, 'warn', () => {});
  const posts = async (url: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.1']) {
      const headers = { 'X-Forwarded-For': `evil, ${address}` };
      statuses.push((await ask(`${url}/channels/cpu`, { body: '1', headers })).status);
    }
    return statuses;
  };
  for (const door of doors) {
    const url = await startRaw(t, { door, writesPerMinute: 1, trustProxy: 'loopback' });
    assert.deepEqual(await posts(url), [201, 201, 429], door);
    const list = await startRaw(t, {
      door,
      writesPerMinute: 1,
      trustProxy: ['10.1.0.0/16, 127.0.0.1'],
    });
    assert.deepEqual(await posts(list), [201, 201, 429], door);
    assert.equal(warned.mock.callCount(), 0);
    const untrusting = await startRaw(t, { door, writesPerMinute: 2 });
    assert.deepEqual(await posts(untrusting), [201, 201, 429], door);
    assert.equal(warned.mock.callCount(), 1);
    assert.match(String(warned.mock.calls[0]?.arguments[0]), /--trust-proxy 127\.0\.0\.1/);
    warned.mock.resetCalls();
  }
  await assert.rejects(livePoll({ trustProxy: 'nginx' }), TypeError);
});

test('behind listen(), the app’s own trust proxy setting counts', async (t) => {
  t.mock.method(console, 'warn', () => {});
  for (const [setting, wanted] of [
    ['loopback', [201, 201, 429]],
    [1, [201, 201, 429]],
    [false, [201, 429, 429]],
  ] as const) {
    const live = await livePoll({ writesPerMinute: 1 });
    t.after(() => live.close());
    const app = express().set('trust proxy', setting);
    const server = live.listen({ port: 0, app });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lp/channels/cpu`;
    const statuses: number[] = [];
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.1']) {
      const headers = { 'X-Forwarded-For': `evil, ${address}` };
      statuses.push((await ask(url, { body: '1', headers })).status);
    }
    assert.deepEqual(statuses, wanted, String(setting));
  }
});

test('with shared, no cache stores the read of one channel', async (t) => {
  const url = await startRaw(t, { shared: true });
  const caching = async (path: string) => (await ask(url + path)).headers['cache-control'];
  assert.equal(await caching('/channels/cpu'), 'no-store');
  assert.equal(await caching('/channels/cpu?since=0'), 'no-store');
  assert.match((await caching('/poll?channels=cpu&wait=0')) ?? '', /s-maxage=5/);
});
