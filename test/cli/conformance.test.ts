import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { conformance } from '../../cli/conformance.ts';
import { startLive } from '../support/live-server.ts';

test('this server passes each LP/1 case, and no test channel remains', async (t) => {
  const server = await startLive();
  t.after(() => server.close());
  const said = t.mock.method(console, 'log', () => {});
  const code = await conformance([server.url]);
  const lines = said.mock.calls.map(({ arguments: [line] }) => String(line));
  t.mock.restoreAll();
  assert.equal(code, 0, lines.join('\n'));
  assert.ok(lines.length > 15);
  const { channels } = (await (await fetch(`${server.url}/channels`)).json()) as {
    channels: { entries: number }[];
  };
  assert.deepEqual(
    channels.filter(({ entries }) => entries > 0),
    [],
  );
});

test('a server with other responses fails the cases, and the first difference is printed', async (t) => {
  const other = createServer((req, res) => {
    req
      .resume()
      .on('end', () =>
        res.setHeader('Content-Type', 'application/json').end('{"now":1,"channels":{"x":3}}'),
      );
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close().closeAllConnections());
  const said = t.mock.method(console, 'log', () => {});
  const { port } = other.address() as AddressInfo;
  assert.equal(
    await conformance([`http://127.0.0.1:${port}`, '--only', 'a channel without entries']),
    1,
  );
  const lines = said.mock.calls.map(({ arguments: [line] }) => String(line)).join('\n');
  assert.match(lines, /FAIL {2}the cursor[^]*\/channels is \{"x":3\}, not \{\}/);
  assert.match(lines, /0 passed, 1 failed/);
});
