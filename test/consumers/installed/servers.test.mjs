/** The kit's routes in other servers: a publish, a read, a script. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { livePoll } from 'lp-kit/server';

async function works(t, listener, path = '/lp') {
  const server = typeof listener === 'function' ? createServer(listener) : listener;
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${server.address().port}${path}`;
  const sent = await fetch(`${base}/channels/cpu`, { method: 'POST', body: '42' });
  assert.equal(sent.status, 201, await sent.text());
  const read = await fetch(`${base}/channels/cpu`);
  assert.equal(read.status, 200);
  assert.equal((await read.json()).channels.cpu.entries[0].d.value ?? 42, 42);
  const script = await fetch(`${base}/kit.js`);
  assert.equal(script.status, 200);
  assert.match(script.headers.get('content-type'), /javascript/);
  await script.text();
}

const open = async (t) => {
  const live = await livePoll();
  t.after(() => live.close());
  return live;
};

test('Express 5', async (t) => {
  const { default: express } = await import('express');
  const live = await open(t);
  await works(t, express().use('/lp', live.router));
});

test('Koa', async (t) => {
  const { default: Koa } = await import('koa');
  const live = await open(t);
  const app = new Koa();
  app.use((ctx, next) => {
    if (!ctx.path.startsWith('/lp/')) return next();
    ctx.respond = false;
    ctx.req.url = ctx.req.url.slice('/lp'.length);
    live.router(ctx.req, ctx.res);
  });
  await works(t, app.callback());
});

test('Fastify', async (t) => {
  const { default: fastify } = await import('fastify');
  const live = await open(t);
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.all('/lp/*', (request, reply) => {
    reply.hijack();
    request.raw.url = request.raw.url.slice('/lp'.length);
    live.router(request.raw, reply.raw);
  });
  await app.ready();
  await works(t, app.server);
});

test('Hono', async (t) => {
  const { Hono } = await import('hono');
  const { createAdaptorServer } = await import('@hono/node-server');
  const { RESPONSE_ALREADY_SENT } = await import('@hono/node-server/utils/response');
  const live = await open(t);
  const app = new Hono();
  app.all('/lp/*', ({ env: { incoming, outgoing } }) => {
    incoming.url = incoming.url.slice('/lp'.length);
    live.router(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  await works(t, createAdaptorServer({ fetch: app.fetch }));
});

test('node:http without a framework', async (t) => {
  const live = await open(t);
  await works(t, (req, res) => live.router(req, res), '');
});
