/** The kit's handler in servers other than Express. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { livePoll } from '../../server/index.ts';
import { ask } from '../support/ask.ts';

async function served(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const STATUSES: [method: string, path: string, status: number][] = [
  ['GET', '/kit.js', 200],
  ['HEAD', '/kit.js', 200],
  ['POST', '/channels/cpu', 201],
  ['GET', '/channels/cpu', 200],
  ['GET', '/poll?channels=cpu&wait=0', 200],
  ['GET', '/channels', 200],
  ['GET', '/health', 200],
  ['GET', '/metrics', 200],
  ['OPTIONS', '/channels/cpu', 204],
  ['DELETE', '/channels/cpu', 204],
  ['PATCH', '/channels/cpu', 405],
  ['GET', '/nothing.js', 404],
  ['GET', '/channels/%20', 400],
];

test('the protocol description and llms.txt are served below the base, and not at the root of an app', async (t) => {
  const live = await livePoll();
  t.after(() => live.close());
  const below: RequestListener = (req, res) => {
    Object.assign(req, { baseUrl: '/lp' });
    live.router(req, res, () => res.writeHead(418).end());
  };
  const base = await served(t, below);
  const openapi = await ask(`${base}/openapi.json`);
  assert.equal((openapi.json as { openapi: string }).openapi, '3.1.0');
  assert.match(openapi.headers['content-type'] ?? '', /^application\/json/);
  assert.match((await ask(`${base}/llms.txt`)).text, /^# lp-kit/);
  const app = await served(t, (req, res) => live.router(req, res, () => res.writeHead(418).end()));
  for (const name of ['openapi.json', 'llms.txt'])
    assert.equal((await ask(`${app}/${name}`)).status, 418, name);
});

test('each response has its own status, independent of what the framework has set before', async (t) => {
  const live = await livePoll();
  t.after(() => live.close());
  const base = await served(t, (req, res) => {
    res.statusCode = 404; // The status with which Koa begins.
    live.router(req, res);
  });
  for (const [method, path, status] of STATUSES) {
    const body = method === 'POST' ? { body: '42' } : {};
    const response = await fetch(base + path, { method, ...body });
    await response.arrayBuffer();
    assert.equal(response.status, status, `${method} ${path}`);
  }
  const { headers } = await ask(`${base}/kit.js`);
  const again = await ask(`${base}/kit.js`, { headers: { 'If-None-Match': headers.etag ?? '' } });
  assert.equal(again.status, 304);
});
