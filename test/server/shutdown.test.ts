import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test from 'node:test';
import { Hub } from '../../server/hub/hub.ts';
import { livePoll, memoryStore } from '../../server/index.ts';
import { ask, postJson } from '../support/ask.ts';
import { reading } from '../support/fake-reader.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

for (const door of ['express', 'front'] as const) {
  test(`${door}: at close every held poll gets a response that asks for a pause, and its connection ends`, async () => {
    await using server = await startLive({ door, ...new HandClock().options });
    const agent = new Agent({ keepAlive: true });
    const held = Array.from({ length: 150 }, (_, i) =>
      server.poll(`channels=c${i % 3}&since=0`, { agent }),
    );
    await server.held(150);
    await server.live.close();
    for (const { headers, answer } of await Promise.all(held)) {
      assert.deepEqual(answer.channels, {});
      assert.ok((answer.pause ?? 0) > 0);
      assert.equal(headers.connection, 'close');
    }
    agent.destroy();
  });
}

test('responses at close are spread over the grace period, so that clients do not return at the same time', async () => {
  const hub = new Hub({ store: memoryStore(), ...new HandClock().options });
  const readers = Array.from({ length: 1_000 }, (_, i) =>
    reading(hub, `channels=c${i % 7}&since=0`),
  );
  const closing = hub.close(100);
  const first = readers.filter(({ done }) => done).length;
  assert.ok(first > 0 && first <= 100, `${first} at once`);
  await closing;
  assert.ok(readers.every(({ done }) => done));
  assert.equal(hub.held, 0);
});

test('while a server drains, polls are refused with 503 and Retry-After, and running publishes are still delivered', async () => {
  const live = await livePoll({ graceMs: 40_000, ...new HandClock().options });
  const server = createServer(live.router).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const held = Array.from({ length: 300 }, () => ask(`${url}/poll?channels=cpu&since=0`));
  const heldNow = async () => ((await ask(`${url}/health`)).json as { held: number }).held;
  while ((await heldNow()) < 300);
  const closing = live.close();
  const agent = new Agent({ keepAlive: true });
  const refused = await ask(`${url}/poll?channels=cpu&since=0`, { agent });
  assert.deepEqual([refused.status, refused.problem.code], [503, 'draining']);
  assert.ok(Number(refused.headers['retry-after']) >= 1);
  assert.equal(refused.headers.connection, 'close');
  const posted = await postJson(`${url}/channels/cpu`, 1, { agent });
  assert.deepEqual([posted.status, posted.headers.connection], [201, 'close']);
  const answers = (await Promise.all(held)).map(({ answer }) => answer);
  const withNews = answers.filter(({ channels }) => channels['cpu']?.entries.length === 1).length;
  assert.ok(withNews > 0 && withNews < 300, `${withNews} of 300 got the update`);
  await closing;
  const late = await postJson(`${url}/channels/cpu`, 2);
  assert.deepEqual([late.status, late.problem.code], [503, 'draining']);
  await assert.rejects(live.publish('cpu', 3), { code: 'draining' });
  server.close();
  agent.destroy();
});

test('closing twice has the same effect as closing once, and frees the port', async () => {
  const live = await livePoll({ graceMs: 20 });
  const server = live.listen({ port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await Promise.all([live.close(), live.close()]);
  const next = createServer().listen(port, '127.0.0.1');
  await once(next, 'listening');
  next.close();
});

test('a connection that sends half a request does not keep a server from closing', async () => {
  const live = await livePoll({ graceMs: 20 });
  const server = live.listen({ port: 0 });
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /lp/channels/cpu HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n4');
  await once(socket, 'ready');
  const ended = new Promise((done) => socket.once('close', done)); // By an end or by a reset.
  await live.close();
  await ended;
});

test('a process with held polls ends by itself once it is closed', async () => {
  const code = `
    import { livePoll } from ${JSON.stringify(new URL('../../server/index.ts', import.meta.url).href)};
    const live = await livePoll({ graceMs: 100 });
    const server = live.listen({ port: 0 });
    server.once('listening', () => console.log(server.address().port));
    process.once('SIGINT', () => live.close());
  `;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', code],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${String(port).trim()}/lp`;
  const agent = new Agent({ keepAlive: true });
  const held = Array.from({ length: 20 }, () => ask(`${url}/poll?channels=cpu&since=0`, { agent }));
  while (((await ask(`${url}/health`)).json as { held: number }).held < 20);
  child.kill('SIGINT');
  for (const { answer } of await Promise.all(held)) assert.ok(answer.pause);
  assert.deepEqual(await exited, [0, null]);
  agent.destroy();
});

test('connections are kept open longer than a load balancer keeps them idle', async () => {
  const live = await livePoll({ graceMs: 20 });
  const server = live.listen({ port: 0 });
  await once(server, 'listening');
  assert.ok(server.keepAliveTimeout > 60_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lp/poll?channels=cpu&wait=0`;
  let connections = 0;
  server.on('connection', () => connections++);
  for (let i = 0; i < 5; i++) assert.equal((await ask(url, { agent })).status, 200);
  assert.equal(connections, 1);
  agent.destroy();
  await live.close();
});
