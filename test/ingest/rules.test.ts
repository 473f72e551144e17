import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import express from 'express';
import { livePoll } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { held } from '../support/ingest-case.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';

const post = (server: LiveServer, path: string, body: string, headers = {}) =>
  ask(`${server.url}/in${path}`, { method: 'POST', body, headers });

const values = async (server: LiveServer, channel: string): Promise<unknown[]> => {
  const { [channel]: kept } = await held(server.url);
  return (kept?.entries ?? []).map(({ d }) => (d as { value: unknown }).value);
};

test('two equal requests at the same time keep each sample once', async () => {
  await using server = await startLive();
  const lines = Array.from({ length: 50 }, (_, i) => `m,i=${i} v=${i} 1796000000000000000`).join(
    '\n',
  );
  const answers = await Promise.all([1, 2, 3, 4].map(() => post(server, '/write', lines)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [204, 204, 204, 204],
  );
  assert.equal((await values(server, 'm.v')).length, 50);
});

test('a sample that was published in another way is recognised', async () => {
  await using server = await startLive();
  await server.live.publish('m.v', {
    labels: { b: '2', a: '1' },
    value: 1,
    time: 1_796_000_000_000,
  });
  await post(
    server,
    '/write',
    'm,a=1,b=2 v=1 1796000000000000000\nm,a=1,b=2 v=2 1796000000000000000',
  );
  assert.deepEqual(await values(server, 'm.v'), [1, 2]);
});

test('old samples are stored, whatever the channel holds', async () => {
  await using server = await startLive();
  await post(server, '/write', 'm v=2 1796000000000000000');
  const { status } = await post(server, '/write', 'm v=1 1795000000000000000');
  assert.equal(status, 204);
  await post(server, '/write', 'm v=1 1795000000000000000');
  assert.deepEqual(await values(server, 'm.v'), [2, 1]);
});

test('a channel that an agent creates retains 120 entries per key, and a described one what its meta says', async () => {
  await using server = await startLive();
  await server.live.describe('mine.v', { retain: 500 });
  await post(server, '/write', 'm v=1\nmine v=1');
  const { m, mine } = await held(server.url).then((all) => ({
    m: all['m.v'],
    mine: all['mine.v'],
  }));
  assert.deepEqual([m?.meta['retain'], mine?.meta['retain']], [120, 500]);
});

test('above maxInSeries new series are refused as parts of their body, and known ones continue', async () => {
  await using server = await startLive({ maxInSeries: 3 });
  const lines = ['a', 'b', 'c', 'd', 'e'].map((name) => `m,k=${name} v=1`).join('\n');
  const first = await post(server, '/write', lines);
  assert.equal(first.status, 400);
  assert.deepEqual(
    (first.json as { data: { line_number: number }[] }).data.map((x) => x.line_number),
    [4, 5],
  );
  assert.match(first.text, /maxInSeries/);
  const { status } = await post(server, '/write', 'm,k=a v=2\nm,k=c v=2');
  assert.equal(status, 204);
  const other = await post(server, '/metrics', 'known 1\n');
  assert.equal(other.status, 200, 'a channel has at least one key');
  assert.deepEqual(await values(server, 'm.v'), [1, 1, 1, 2, 2]);
});

test('above maxChannels new channels are refused as parts of their body', async () => {
  await using server = await startLive({ maxChannels: 2 });
  const answer = await post(server, '/write', 'a v=1\nb v=1\nc v=1');
  assert.equal(answer.status, 400);
  const { status } = await post(server, '/write', 'a v=2\nb v=2');
  assert.equal(status, 204);
  assert.deepEqual(await values(server, 'a.v'), [1, 2]);
});

test('channel names come from tags by a template, and the unit from the measurement', async () => {
  await using server = await startLive();
  const line = '°C,domain=sensor,entity_id=living_room value=21.5,battery=80 1796000000000000000';
  const { status } = await post(server, '/ha/write?name={domain}.{entity_id}', line);
  assert.equal(status, 204);
  const all = await held(server.url);
  assert.equal(all['ha.sensor.living_room']?.meta['unit'], 'celsius');
  assert.deepEqual(all['ha.sensor.living_room']?.entries[0]?.d, { value: 21.5 });
  assert.ok(all['ha.sensor.living_room.battery']);
  const missing = await post(server, '/write?name={nosuch}', 'm v=1');
  assert.equal(missing.status, 400);
});

test('hooks read fields by template and by preset', async () => {
  await using server = await startLive();
  const payload = JSON.stringify({
    repository: { full_name: 'a/b' },
    head: [{ message: 'fix' }],
    took: 12.5,
    state: 'failed',
  });
  const query = new URLSearchParams({
    title: '{{repository.full_name}} built',
    text: '{{head.0.message}} {{nosuch.path}}',
    level: '{{state}}',
    value: '{{took}}',
  });
  await post(server, `/ci/hooks/x?${query}`, payload);
  const kuma = JSON.stringify({
    heartbeat: { status: 0, ping: 31 },
    monitor: { name: 'site', url: 'https://s.example' },
    msg: 'down',
  });
  await post(server, '/kuma/hooks/x?preset=uptime-kuma', kuma);
  const all = await held(server.url);
  assert.deepEqual(all['ci']?.entries[0]?.d, {
    title: 'a/b built',
    text: 'fix ',
    level: 'error',
    value: 12.5,
  });
  assert.deepEqual(all['kuma']?.entries[0]?.d, {
    title: 'site',
    text: 'down',
    level: 'critical',
    link: 'https://s.example',
    value: 31,
  });
  assert.equal((await post(server, '/hooks/x?preset=nosuch', '{}')).status, 400);
});

test('a GitHub delivery counts once', async () => {
  await using server = await startLive();
  const headers = {
    'X-GitHub-Event': 'ping',
    'X-GitHub-Delivery': 'd1',
    'Content-Type': 'application/json',
  };
  await post(server, '/git/hooks/x', '{"zen":"a"}', headers);
  await post(server, '/git/hooks/x', '{"zen":"a"}', headers);
  assert.equal((await held(server.url))['git']?.entries.length, 1);
});

const channelTokens = [
  { token: 'ping-1', channel: 'backup.nightly' },
  { token: 'hook-1', channel: 'deploys', secret: 's3cret' },
];

test('a hook with a secret requires its signature, and writes its own channel', async () => {
  await using server = await startLive({ writeToken: 'w', channelTokens });
  const body = '{"text":"x"}';
  const signature = `sha256=${createHmac('sha256', 's3cret').update(body).digest('hex')}`;
  assert.equal((await post(server, '/other/hooks/hook-1', body)).status, 403);
  const forged = { 'X-Hub-Signature-256': signature.replace(/.$/, '!') };
  assert.equal((await post(server, '/other/hooks/hook-1', body, forged)).status, 403);
  const signed = { 'X-Hub-Signature-256': signature };
  assert.equal((await post(server, '/other/hooks/hook-1', body, signed)).text, 'ok');
  assert.deepEqual(Object.keys(await held(server.url)), ['deploys']);
});

test('a ping by GET writes the channel of its token, and no other token is accepted', async () => {
  await using server = await startLive({ writeToken: 'w', channelTokens });
  const ping = (path: string, headers = {}) => ask(`${server.url}/in/push/${path}`, { headers });
  assert.deepEqual((await ping('ping-1?status=down&msg=no&ping=12')).json, { ok: true });
  assert.deepEqual((await ping('ping-1')).json, { ok: true });
  for (const token of ['w', 'nosuch']) {
    const { status, json } = await ping(token);
    assert.equal(status, 404);
    assert.equal((json as { ok: boolean }).ok, false);
  }
  assert.equal((await ping('ping-1', { 'Sec-Purpose': 'prefetch' })).status, 403);
  assert.equal(
    (await ping('ping-1', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' })).status,
    403,
  );
  const visit = {
    'Sec-Fetch-Site': 'cross-site',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
  };
  assert.equal((await ping('ping-1', visit)).status, 200);
  const { 'backup.nightly': kept } = await held(server.url);
  assert.deepEqual(
    kept?.entries.map(({ d }) => d),
    [
      { status: 'down', value: 12, text: 'no', level: 'critical' },
      { status: 'up' },
      { status: 'up' },
    ],
  );
});

test('healthchecks pings give start, end, duration and exit status', async () => {
  let now = Date.UTC(2026, 10, 30, 12);
  await using server = await startLive({ channelTokens, now: () => now });
  const ping = (path: string, body = '') =>
    ask(`${server.url}/in/hc/ping-1${path}`, { method: 'POST', body });
  assert.equal((await ping('/start')).text, 'OK');
  now += 90_500;
  await ping('', 'all done');
  await ping('/3');
  await ping('/log', 'a line');
  assert.equal((await ping('/nosuch')).status, 404);
  const { 'backup.nightly': kept } = await held(server.url);
  assert.deepEqual(
    kept?.entries.map(({ d }) => d),
    [
      { status: 'started' },
      { status: 'up', text: 'all done', duration: 90.5 },
      { status: 'down', level: 'critical', exit: 3 },
      { text: 'a line' },
    ],
  );
});

test('a token never appears in an entry, a response or the log', async (t) => {
  const logged: unknown[] = [];
  t.mock.method(console, 'warn', (...words: unknown[]) => logged.push(...words));
  t.mock.method(console, 'error', (...words: unknown[]) => logged.push(...words));
  await using server = await startLive({ writeToken: 'w' });
  const answers = await Promise.all([
    post(server, '/hooks/s3cret-token', '{"text":"x"}'),
    post(server, '/write?p=s3cret-token', 'm v=1'),
    post(server, '/widgets/a', '{"auth_token":"s3cret-token","value":1}'),
    post(server, '/push/s3cret-token', ''),
    post(server, '/v1/metrics', '{}', {
      Authorization: 'Bearer s3cret-token',
      'Content-Type': 'application/json',
    }),
  ]);
  const told = JSON.stringify([answers.map(({ text, headers }) => [text, headers]), logged]);
  assert.ok(answers.every(({ status }) => status >= 400));
  assert.ok(logged.length >= 5, 'the first refusals are logged');
  assert.doesNotMatch(told, /s3cret/);
});

test('the metrics of the kit count what agents send', async () => {
  await using server = await startLive({ strict: true });
  await server.live.describe('known.v', { label: 'K' });
  await post(server, '/write', 'known v=1\nother v=1');
  const { text } = await ask(`${server.url}/metrics`);
  assert.match(text, /lp_in_requests_total\{format="influx",status="204"\} 1/);
  assert.match(text, /lp_in_items_total\{format="influx"\} 1/);
  assert.match(text, /lp_in_dropped_total\{format="influx",reason="undeclared"\} 1/);
});

test('too many writes a minute get 503 for remote write, and 429 for others, with Retry-After', async () => {
  await using server = await startLive({ writesPerMinute: 1 });
  await post(server, '/metrics', 'a 1\n');
  const plain = await post(server, '/metrics', 'a 1\n');
  const remote = await post(server, '/api/v1/write', '');
  assert.deepEqual([plain.status, remote.status], [429, 503]);
  for (const { headers } of [plain, remote]) assert.ok(Number(headers['retry-after']) >= 1);
});

test('pages of allowed origins get a preflight for compressed bodies', async () => {
  await using server = await startLive({ allowOrigins: ['https://app.example'] });
  const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
  const answer = await ask(`${server.url}/in/v1/metrics`, { method: 'OPTIONS', headers });
  assert.equal(answer.status, 204);
  assert.match(String(answer.headers['access-control-allow-headers']), /Content-Encoding/);
  assert.equal(answer.headers['access-control-allow-origin'], 'https://app.example');
});

test('in an app the routes are below the base, and at the root if that is configured', async () => {
  const live = await livePoll();
  const app = express()
    .use('/lp', live.router)
    .use(live.inRoutes)
    .use((_req, res) => void res.status(418).end());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  const statusOf = async (path: string): Promise<number> =>
    (await ask(`${origin}${path}`, { method: 'POST', body: 'm v=1' })).status;
  assert.equal(await statusOf('/lp/in/write'), 204);
  assert.equal(await statusOf('/write'), 204);
  assert.equal(await statusOf('/metrics'), 418);
  server.closeAllConnections();
  server.close();
  await live.close();
});

test('a body that the app has already read is reported as an error of the app', async (t) => {
  t.mock.method(console, 'error', () => {});
  const live = await livePoll();
  const server = express().use(express.urlencoded()).use('/lp', live.router).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await ask(`http://127.0.0.1:${port}/lp/in/write`, {
    method: 'POST',
    body: 'm v=1',
    headers,
  });
  assert.equal(answer.status, 500);
  server.closeAllConnections();
  server.close();
  await live.close();
});

test('a body of 10,000 new series fills the channel, and reports the first 50 lines without space', async () => {
  await using server = await startLive();
  const at = Date.now() - 60_000;
  const lines = Array.from({ length: 10_000 }, (_, i) => `m,i=${i} v=1 ${at}000000`).join('\n');
  const answer = await post(server, '/write', lines);
  assert.equal(answer.status, 400);
  const { data } = answer.json as { data: { line_number: number }[] };
  assert.deepEqual(
    [data.length, data[0]?.line_number, data.at(-1)?.line_number],
    [50, 2_001, 2_050],
  );
  assert.equal((await values(server, 'm.v')).length, 2_000);
});

test('a body of more than maxInItems samples is refused, and nothing of it is stored', async () => {
  await using server = await startLive();
  const answer = await post(server, '/write', 'm v=1\n'.repeat(20_001));
  assert.equal(answer.status, 413);
  assert.deepEqual(await held(server.url), {});
});
