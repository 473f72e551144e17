import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import { ask } from '../support/ask.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

test('a response lost in transit is sent again, because the client still has its old cursor', async () => {
  await using server = await startLive(new HandClock().options);
  const { cursor } = await server.live.publish('cpu', 1);
  const leaving = new AbortController();
  const lost = server.poll(`channels=cpu&since=${cursor}`, { signal: leaving.signal });
  await server.held(1);
  await server.live.publish('cpu', [2, 3]);
  leaving.abort();
  await lost.catch(() => {});
  const again = (await server.poll(`channels=cpu&since=${cursor}`)).answer.channels['cpu'];
  assert.equal(again?.from, cursor);
  assert.deepEqual(
    again?.entries.map(({ v }) => v),
    [2, 3],
  );
});

test('a client that was away gets from its cursor all that it missed', async () => {
  await using server = await startLive();
  const { cursor } = await server.live.publish('chat', 'before');
  const words = Array.from({ length: 40 }, (_, i) => `word ${i}`);
  for (const word of words) await server.live.publish('chat', word);
  const { channels } = (await server.poll(`channels=chat&since=${cursor}`)).answer;
  assert.deepEqual(
    channels['chat']?.entries.map(({ d }) => d),
    words.map((text) => ({ text })),
  );
});

test('an update of a single user’s channel reaches only that user', async () => {
  await using server = await startLive(new HandClock().options);
  const anna = server.poll('channels=all,to.anna&since=0,0');
  const bela = server.poll('channels=all,to.bela&since=0,0');
  await server.held(2);
  await server.live.publish('to.anna', 'for you');
  assert.deepEqual(Object.keys((await anna).answer.channels), ['to.anna']);
  await server.held(1);
  await server.live.publish('all', 'for all');
  assert.deepEqual(Object.keys((await bela).answer.channels), ['all']);
});

test('equal versions of different histories are distinguished, after a restart or a restored backup', async () => {
  await using before = await startLive();
  await using after = await startLive();
  const { cursor } = await before.live.publish('cpu', [1, 2, 3]);
  const other = await after.live.publish('cpu', [7, 8, 9]);
  assert.equal(Number.parseInt(cursor, 10), Number.parseInt(other.cursor, 10));
  const part = (await after.poll(`channels=cpu&since=${cursor}`)).answer.channels['cpu'];
  assert.deepEqual([part?.reset, part?.to], ['unknown', other.cursor]);
  assert.deepEqual(
    part?.entries.map(({ d }) => d),
    [{ value: 7 }, { value: 8 }, { value: 9 }],
  );
});

test('a POST whose response was lost is stored once when it is repeated with its key', async () => {
  await using server = await startLive();
  const { hostname, port } = new URL(server.url);
  const { store } = server.live;
  const append = store.append.bind(store);
  const socket = connect(Number(port), hostname);
  const appended = new Promise<void>((done) => {
    store.append = async (...args) => {
      const result = await append(...args);
      socket.destroy();
      await once(socket, 'close');
      done();
      return result;
    };
  });
  const body = '{"value":1}';
  socket.write(
    `POST /lp/channels/cpu HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: k1\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  await appended;
  store.append = append;
  const headers = { 'Idempotency-Key': 'k1' };
  const again = await ask(`${server.url}/channels/cpu`, { body, headers });
  assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, 'true']);
  assert.deepEqual((again.json as { count: number }).count, 1);
  assert.equal((await server.poll('channels=cpu')).answer.channels['cpu']?.entries.length, 1);
});

test('168 channels of one page are two polls, and each response contains only what changed', async () => {
  await using server = await startLive(new HandClock().options);
  const names = Array.from({ length: 168 }, (_, i) => `widget.${String(i).padStart(3, '0')}`);
  const poll = (some: string[], cursors: string[]) =>
    server.poll(`channels=${some.join(',')}&since=${cursors.join(',')}`);
  const halves = [names.slice(0, 100), names.slice(100)];
  for (const half of halves) {
    const { channels } = (await poll(half, [])).answer;
    assert.equal(Object.keys(channels).length, half.length);
  }
  const held = halves.map((half) =>
    poll(
      half,
      half.map(() => '0'),
    ),
  );
  await server.held(2);
  await server.live.publish('widget.099', 1);
  await server.live.publish('widget.100', 1);
  const told = await Promise.all(held);
  assert.deepEqual(
    told.map(({ answer }) => Object.keys(answer.channels)),
    [['widget.099'], ['widget.100']],
  );
});

test('several requests on one connection are answered in their order', async () => {
  await using server = await startLive(new HandClock().options);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (data) => (said += data.toString()));
  const line = (path: string) => `GET /lp${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  socket.write(line('/poll?channels=cpu&since=0') + line('/poll?channels=mem'));
  await server.held(1);
  await server.live.publish('cpu', 1);
  while (!said.includes('"mem"')) await new Promise((done) => setImmediate(done));
  assert.ok(said.indexOf('"cpu"') < said.indexOf('"mem"'));
  socket.destroy();
});
