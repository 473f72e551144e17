import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Served, serve } from '../support/command.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const TIMES = { skip: noEngine, timeout: 60_000 };

/** `lp-kit serve` on an engine, over a connection that can be cut and stalled. */
async function served(
  t: TestContext,
): Promise<{ engine: RedisServer; wire: TcpProxy; server: Served }> {
  const engine = await RedisServer.start();
  const wire = await TcpProxy.to(engine.port);
  const server = await serve(['--redis', wire.url]);
  t.after(async () => {
    await server.stop();
    await wire.close();
    await engine.stop();
  });
  return { engine, wire, server };
}

const poll = (url: string, query: string): Promise<Response> => fetch(`${url}/poll?${query}`);

const goesOn = async ({ child, url }: Served): Promise<void> => {
  while ((await poll(url, 'channels=cpu&wait=0')).status !== 200);
  assert.equal(child.exitCode, null);
};

test(
  'a poll of a new channel while the engine is frozen is refused, and the server keeps running',
  TIMES,
  async (t) => {
    const { engine, server } = await served(t);
    engine.signal('SIGSTOP');
    const names = Array.from({ length: 20 }, (_, n) => `no${n}`);
    const answers = await Promise.all(names.map((name) => poll(server.url, `channels=${name}`)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
    engine.signal('SIGCONT');
    await goesOn(server);
  },
);

test(
  'polls of new names while the engine is killed and started again do not end the server',
  TIMES,
  async (t) => {
    const { engine, wire, server } = await served(t);
    let polling = true;
    let n = 0;
    const reader = async () => {
      while (polling) await poll(server.url, `channels=no${n++}&wait=0`);
    };
    const readers = Array.from({ length: 10 }, reader);
    for (let round = 0; round < 3; round++) {
      await engine.kill();
      await engine.up();
      wire.cut();
      await goesOn(server);
    }
    polling = false;
    await Promise.all(readers);
    await goesOn(server);
  },
);

test(
  'a silent connection is detected and reported within 5 s, and everything continues when it is back',
  TIMES,
  async (t) => {
    const { wire, server } = await served(t);
    const { url } = server;
    const post = (value: number) =>
      fetch(`${url}/channels/cpu`, { method: 'POST', body: String(value) });
    const { cursor } = (await (await post(1)).json()) as { cursor: string };
    await poll(url, 'channels=cpu&wait=0');
    const held = poll(url, `channels=cpu&since=${cursor}&wait=8`);
    wire.stall();
    const start = performance.now();
    while ((await fetch(`${url}/health`)).status === 200);
    const noticedMs = performance.now() - start;
    assert.ok(noticedMs < 6_000, `noticed after ${noticedMs.toFixed()} ms`);
    const told = await held;
    assert.ok(performance.now() - start > 6_900, 'held polls are not answered early');
    assert.equal(told.status, 503);
    assert.ok(Number(told.headers.get('retry-after')) > 0);
    const known = (await (await poll(url, 'channels=cpu&wait=0')).json()) as {
      channels: { cpu: { to: string } };
    };
    assert.equal(known.channels.cpu.to, cursor, 'entries that the server has are sent');
    wire.resume();
    const next = poll(url, `channels=cpu&since=${cursor}&wait=30`);
    while ((await post(2)).status !== 201);
    assert.equal((await next).status, 200);
    assert.equal((await fetch(`${url}/health`)).status, 200);
  },
);
