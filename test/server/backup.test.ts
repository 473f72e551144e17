import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

test('two backups are sent at a time, however slowly they are read; who leaves makes room', {
  timeout: 60_000,
}, async (t) => {
  const server = await startLive({ door: 'front' });
  t.after(() => server.close());
  const item = JSON.stringify({ text: 'x'.repeat(250_000) });
  for (let n = 0; n < 60; n++) await ask(`${server.url}/channels/c${n % 3}`, { body: item });
  const { port, host, pathname } = new URL(server.url);
  const stalled = Array.from({ length: 2 }, () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET ${pathname}/backup HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    socket.pause(); // takes nothing of it
    return socket;
  });
  const backup = () => ask(`${server.url}/backup`);
  let answer = await backup();
  while (answer.status === 200) answer = await backup(); // until both have begun
  assert.deepEqual([answer.status, answer.problem.code], [503, 'overloaded']);
  assert.equal(answer.headers['retry-after'], '30');
  stalled[0]?.destroy();
  while (answer.status === 503) answer = await backup();
  assert.equal(answer.status, 200);
  const lines = answer.text.trimEnd().split('\n');
  assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), { end: true, channels: 3, entries: 60 });
  stalled[1]?.destroy();
});
