import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import express5 from 'express';
import { type LivePoll, livePoll } from '../../server/index.ts';
import { ask, postJson } from '../support/ask.ts';
import { HandClock } from '../support/hand-clock.ts';

const express4 = createRequire(import.meta.url)('express4') as typeof express5; // This package has no types.
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

interface Served extends AsyncDisposable {
  url: string;
}

/** Serves an app on a free port, and closes it with its live poll. */
async function serve(app: RequestListener, live: LivePoll): Promise<Served> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await live.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const start = (): Promise<LivePoll> => livePoll({ graceMs: 20, ...new HandClock().options });

/** Publish, hold, wake and read again below a base: the main functions of the kit. */
async function assertWorks(base: string): Promise<void> {
  const posted = await postJson(`${base}/channels/cpu`, { value: 1 });
  assert.equal(posted.status, 201, posted.text);
  const { cursor } = posted.json as { cursor: string };
  const held = ask(`${base}/poll?channels=cpu&since=${cursor}`);
  const heldNow = async () => ((await ask(`${base}/health`)).json as { held: number }).held;
  while ((await heldNow()) < 1);
  const published = await postJson(`${base}/publish`, { channels: { cpu: [2] } });
  assert.equal(published.status, 201, published.text);
  assert.deepEqual(
    (await held).answer.channels['cpu']?.entries.map(({ v, d }) => [v, d]),
    [[2, { value: 2 }]],
  );
  const put = await ask(`${base}/channels/cpu`, { method: 'PUT', body: '{"label":"CPU"}' });
  assert.equal(put.status, 200);
  assert.equal((await ask(`${base}/channels`)).status, 200);
  assert.equal((await ask(`${base}/metrics`)).status, 200);
  assert.equal((await ask(`${base}/nothing`)).problem.code, 'not-found');
  assert.equal((await ask(`${base}/channels/%ff`)).problem.code, 'bad-request');
  assert.equal((await ask(`${base}/channels/cpu`, { method: 'DELETE' })).status, 204);
}

const mounts = { 'Express 5': express5, 'Express 4': express4 };
for (const [name, express] of Object.entries(mounts)) {
  test(`${name}: mounted in an app, the kit leaves the other routes to the app`, async () => {
    const live = await start();
    const app = express();
    app.get('/', (_req, res) => void res.send('home'));
    app.use('/lp', live.router);
    app.use((_req, res) => void res.status(404).send('mine'));
    await using served = await serve(app, live);
    await assertWorks(`${served.url}/lp`);
    assert.equal((await ask(served.url)).text, 'home');
    assert.equal((await ask(`${served.url}/else`)).text, 'mine');
  });

  test(`${name}: mounted in a router of a router, the kit works`, async () => {
    const live = await start();
    const outer = express.Router();
    outer.use('/inner', live.router);
    await using served = await serve(express().use('/a/b', outer), live);
    await assertWorks(`${served.url}/a/b/inner`);
  });

  test(`${name}: behind express.json() the parsed value is used`, async () => {
    const live = await start();
    const app = express()
      .use(express.json({ strict: false }))
      .use('/lp', live.router);
    await using served = await serve(app, live);
    await assertWorks(`${served.url}/lp`);
    const url = `${served.url}/lp/channels/cpu`;
    assert.equal((await postJson(url, [1, 'two', { value: 3, key: 'k' }])).status, 201);
    assert.equal((await postJson(url, [1, [true]])).problem.code, 'bad-item');
    assert.equal((await ask(url, { body: '7', headers: FORM })).status, 201);
    assert.equal((await ask(url, { body: 'some text', headers: FORM })).status, 201);
    const json = { 'Content-Type': 'application/json' };
    for (const body of ['', undefined]) {
      const empty = await ask(url, { method: 'POST', headers: json, body });
      assert.deepEqual([empty.status, empty.problem.code], [400, 'bad-request']);
    }
    const headers = { ...json, 'Idempotency-Key': 'k' };
    const first = await ask(url, { body: '{"value":1}', headers });
    const again = await ask(url, { body: '{"value":1}', headers });
    assert.deepEqual(again.json, first.json);
    assert.equal((await ask(url, { body: '{"value":2}', headers })).status, 422);
    const deep = await ask(`${served.url}/lp/publish`, {
      headers,
      body: `{"channels":{"cpu":[{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}}`,
    });
    assert.equal(deep.problem.code, 'bad-item');
  });

  test(`${name}: behind express.text() the text is used`, async () => {
    const live = await start();
    const app = express()
      .use(express.text({ type: () => true }))
      .use('/lp', live.router);
    await using served = await serve(app, live);
    const url = `${served.url}/lp/channels/cpu`;
    assert.equal((await ask(url, { body: '{"value":1}', headers: FORM })).status, 201);
    const { channels } = (await ask(url)).answer;
    assert.deepEqual(channels['cpu']?.entries[0]?.d, { value: 1 });
  });

  test(`${name}: a form that the app has already read is reported as an error of the app`, async (t) => {
    const told = t.mock.method(console, 'error', () => {});
    const live = await start();
    const app = express()
      .use(express.urlencoded({ extended: false }))
      .use('/lp', live.router);
    await using served = await serve(app, live);
    const url = `${served.url}/lp/channels/cpu`;
    const { status, problem } = await ask(url, { body: 'value=1', headers: FORM });
    assert.deepEqual([status, problem.code], [500, 'internal']);
    assert.match(problem.detail, /before/);
    assert.equal(told.mock.callCount(), 1);
    assert.equal((await postJson(url, 1)).status, 201);
  });

  test(`${name}: with the standalone listener polls never run the app’s middleware, and the app gets all other requests`, async () => {
    const live = await start();
    const seen: string[] = [];
    const app = express();
    app.use((req, _res, next) => {
      seen.push(req.originalUrl);
      next();
    });
    app.use(express.urlencoded({ extended: false }));
    app.get('/lpx', (_req, res) => void res.send('mine'));
    app.post('/form', (req, res) => void res.json(req.body));
    const server = live.listen({ port: 0, app });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await assertWorks(`${url}/lp`);
    assert.equal((await ask(`${url}/lp?x=1`)).problem.code, 'not-found');
    assert.deepEqual(seen, []);
    assert.equal((await ask(`${url}/lpx`)).text, 'mine');
    assert.deepEqual((await ask(`${url}/form`, { body: 'a=b', headers: FORM })).json, { a: 'b' });
    assert.deepEqual(seen, ['/lpx', '/form']);
    await live.close();
  });
}

test('a poll stays held although the app has read its whole request', async () => {
  const live = await start();
  const app = express5().use((req, _res, next) => {
    req.resume().once('end', () => setImmediate(next)); // From here on, req is closed, and only the response's close event shows when the client leaves.
  });
  await using served = await serve(app.use('/lp', live.router), live);
  const held = ask(`${served.url}/lp/poll?channels=cpu&since=0`);
  const heldNow = async () =>
    ((await ask(`${served.url}/lp/health`)).json as { held: number }).held;
  while ((await heldNow()) < 1);
  await new Promise((done) => setTimeout(done, 30));
  assert.equal(await heldNow(), 1);
  await live.publish('cpu', 1);
  assert.equal((await held).answer.channels['cpu']?.entries.length, 1);
});

test('the kit works on plain node:http without an app', async () => {
  const live = await start();
  await using served = await serve(live.router, live);
  await assertWorks(served.url);
});

test('the kit works below any base, and at the root', async () => {
  for (const base of ['/', '', '/a/b-c/', '/live']) {
    const live = await livePoll({ graceMs: 20, base, ...new HandClock().options });
    const server = live.listen({ port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await assertWorks(`http://127.0.0.1:${port}${base.replace(/\/$/, '')}`);
    await live.close();
  }
});

test('without an app, the standalone listener serves only its base', async () => {
  const live = await start();
  const server = live.listen({ port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { status, problem } = await ask(`http://127.0.0.1:${port}/`);
  assert.deepEqual([status, problem.code], [404, 'not-found']);
  await live.close();
});

test('publish() in the process accepts and refuses the same as a POST', async () => {
  const live = await start();
  const { cursor } = await live.publish('cpu', [{ value: 1, key: 'a' }, 2, 'three']);
  assert.match(cursor, /^3\./);
  const same = await live.publish('cpu', 4, { id: 'once' });
  assert.deepEqual(await live.publish('cpu', 4, { id: 'once' }), same);
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  for (const values of [undefined, [], { time: 5 }, cyclic, { n: 1n }, () => 1, '']) {
    await assert.rejects(live.publish('cpu', values), { status: 400 });
  }
  await assert.rejects(live.publish('no/name', 1), { code: 'bad-request' });
  await assert.rejects(live.describe('cpu', { retain: -1 }), { code: 'bad-request' });
  await live.close();
});
