import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Histogram } from '../../server/hub/hub-stats.ts';
import { ask, postJson } from '../support/ask.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

test('health has status, held polls, channels, store and version', async () => {
  await using server = await startLive(new HandClock().options);
  await server.live.publish('cpu', 1);
  const held = server.poll('channels=cpu&since=1');
  await server.held(1);
  const { status, headers, json } = await ask(`${server.url}/health`);
  assert.equal(status, 200);
  assert.equal(headers['cache-control'], 'no-store');
  const { version, ...rest } = json as Record<string, unknown>;
  assert.deepEqual(rest, { status: 'ok', held: 1, channels: 1, store: 'memory' });
  assert.match(String(version), /^\d+\.\d+\.\d+/);
  await server.live.close();
  await held;
});

test('health is 503 while the server drains, and when its store accepts no appends', async () => {
  await using server = await startLive();
  server.live.store.health = () => ({ ok: false, reason: 'disk full', channels: 0 });
  const sick = await ask(`${server.url}/health`);
  assert.equal(sick.status, 503);
  assert.equal((sick.json as { status: string }).status, 'store');
  assert.doesNotMatch(sick.text, /disk full/);
  await server.live.close();
  const draining = await ask(`${server.url}/health`);
  assert.equal(draining.status, 503);
  assert.equal((draining.json as { status: string }).status, 'draining');
});

test('health does not access the store; with ?deep it does, for clients that may read', async () => {
  await using server = await startLive({ readToken: 'eyes' });
  await server.live.publish('cpu', 1);
  const { store } = server.live;
  const list = store.list.bind(store);
  let asked = 0;
  store.list = () => {
    asked++;
    return list();
  };
  const shallow = await ask(`${server.url}/health`);
  assert.equal(shallow.status, 200);
  assert.equal('listed' in (shallow.json as object), false);
  assert.equal((await ask(`${server.url}/health?deep`)).status, 401);
  assert.equal(asked, 0);
  const headers = { Authorization: 'Bearer eyes' };
  const deep = (await ask(`${server.url}/health?deep`, { headers })).json as { listed: number };
  assert.equal(deep.listed, 1);
});

test('on a strict server a deleted channel has to be declared again', async () => {
  await using server = await startLive({ strict: true });
  await server.live.describe('cpu', { label: 'CPU' });
  await server.live.publish('cpu', 1);
  await ask(`${server.url}/channels/cpu`, { method: 'DELETE' });
  await assert.rejects(server.live.publish('cpu', 2), { code: 'unknown-channel' });
  assert.equal((await server.live.describe('cpu', { label: 'CPU' })).count, 1);
  assert.equal((await server.live.publish('cpu', 3)).count, 1);
});

test('metrics are in the Prometheus text format, and count each event', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', [1, 2]);
  await server.poll('channels=cpu');
  await server.poll('channels=cpu&since=2&wait=0');
  const headers = { 'Idempotency-Key': 'k' };
  await ask(`${server.url}/channels/cpu`, { body: '3', headers });
  await ask(`${server.url}/channels/cpu`, { body: '3', headers });
  const asked = await ask(`${server.url}/metrics`);
  assert.match(asked.headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = asked.text.split('\n').filter((line) => line && !line.startsWith('#'));
  const sample = /^[a-zA-Z_:][\w:]*(\{[^{}]*\})? (-?[\d.e+-]+|Na[Nn]|[+-]Inf)( \d+)?$/;
  for (const line of lines) assert.match(line, sample);
  const value = (name: string): number =>
    Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  assert.equal(value('lp_polls_total{result="news"}'), 1);
  assert.equal(value('lp_polls_total{result="empty"}'), 1);
  assert.equal(value('lp_resets_total{reason="initial"}'), 1);
  assert.equal(value('lp_delivered_entries_total'), 2);
  assert.equal(value('lp_published_entries_total'), 3);
  assert.equal(value('lp_replayed_publishes_total'), 1);
  assert.equal(value('lp_held_polls'), 0);
  assert.equal(value('lp_hold_seconds_count'), 2);
  assert.equal(value('lp_hold_seconds_bucket{le="+Inf"}'), 2);
  assert.equal(value('lp_hold_seconds_bucket{le="55"}'), 2);
  assert.equal(value('lp_wake_seconds_count'), 0, 'no poll was held');
  assert.ok(value('process_cpu_seconds_total') > 0);
});

test('a histogram counts each value in its bucket, and those above all bounds in the last', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) histogram.observe(value);
  assert.deepEqual(histogram.counts, [2, 2, 1]);
  assert.deepEqual([histogram.count, histogram.sum], [5, 23.5]);
});

test('kit.js and its chunks are served to any page, chunks as immutable, and no other file is served', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lp-kit-'));
  try {
    await writeFile(join(folder, 'kit.js'), 'export {};\n');
    await writeFile(join(folder, 'chart-AB12CD34.js'), 'export {};\n');
    await writeFile(join(folder, '.secret'), 'x');
    await using server = await startLive({ kitDir: folder, readToken: 'secret' });
    const kit = await ask(`${server.url}/kit.js`);
    assert.equal(kit.status, 200);
    assert.match(kit.headers['content-type'] ?? '', /^text\/javascript/);
    assert.equal(kit.headers['cache-control'], 'no-cache');
    assert.equal(kit.headers['access-control-allow-origin'], '*');
    assert.equal(kit.headers['x-content-type-options'], 'nosniff');
    const etag = kit.headers.etag ?? '';
    const again = await ask(`${server.url}/kit.js`, { headers: { 'If-None-Match': etag } });
    assert.deepEqual([again.status, again.text], [304, '']);
    const chunk = await ask(`${server.url}/chart-AB12CD34.js`);
    assert.match(chunk.headers['cache-control'] ?? '', /immutable/);
    for (const path of ['/.secret', '/..%2f..%2fetc%2fpasswd', '/%2e%2e/kit.js', '/%00', '/']) {
      assert.equal((await ask(server.url + path)).status, 404, path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a request for kit.js that was not built gets an error with the cure', async () => {
  await using server = await startLive({ kitDir: join(tmpdir(), 'lp-kit-nothing-here') });
  const { status, problem } = await ask(`${server.url}/kit.js`);
  assert.deepEqual([status, problem.code], [404, 'not-found']);
});

test('an error names its path but never as HTML', async () => {
  await using server = await startLive();
  const { headers, text } = await ask(`${server.url}/%3Cscript%3Ealert(1)%3C/script%3E`);
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.doesNotMatch(text, /<script>/);
  const posted = await postJson(`${server.url}/channels/<script>`, 1);
  assert.equal(posted.headers['content-type'], 'application/problem+json');
});
