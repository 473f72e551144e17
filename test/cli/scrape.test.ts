import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { scrape } from '../../cli/scrape.ts';
import { held } from '../support/ingest-case.ts';
import { startLive } from '../support/live-server.ts';

const TEXT = '# TYPE node_load1 gauge\nnode_load1 0.5\n# EOF\n';

async function exporter(status: number): Promise<AsyncDisposable & { host: string }> {
  const server = createServer((_req, res) => res.writeHead(status).end(TEXT)).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((done) => server.once('listening', done));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test('scrape publishes the metrics of exporters, and which of them could be read', async (t) => {
  const told: unknown[] = [];
  t.mock.method(console, 'error', (text: unknown) => told.push(text));
  await using server = await startLive({ writeToken: 'w' });
  await using good = await exporter(200);
  await using bad = await exporter(503);
  const args = ['--once', '--prefix', 'h', '--url', server.url, '--token', 'w'];
  assert.equal(await scrape([...args, good.host]), 0);
  assert.equal(await scrape([...args, `http://${bad.host}/metrics`]), 1);
  assert.match(String(told[0]), /was not read: it answers 503/);
  const all = await held(server.url);
  assert.deepEqual(all['h.node_load1']?.entries[0]?.d, {
    value: 0.5,
    labels: { instance: good.host, job: 'scrape' },
  });
  assert.deepEqual(
    all['h.up']?.entries.map(({ d }) => (d as { value: number }).value),
    [1, 0],
  );
});

test('scrape reports what the server refuses', async (t) => {
  const told: unknown[] = [];
  t.mock.method(console, 'error', (text: unknown) => told.push(text));
  await using server = await startLive({ writeToken: 'w' });
  await using good = await exporter(200);
  assert.equal(await scrape(['--once', '--url', server.url, '--token', 'no', good.host]), 1);
  assert.match(String(told[0]), /did not take .*403/);
});

test('scrape refuses invalid metrics', async () => {
  await assert.rejects(scrape([]), /takes URLs/);
  await assert.rejects(scrape(['--every', '0', 'a:1']), /seconds, 1 or more/);
  await assert.rejects(scrape(['http://']), /is not a URL/);
});
