import assert from 'node:assert/strict';
import test from 'node:test';
import { livePoll } from '../../server/index.ts';
import { ask, postJson } from '../support/ask.ts';
import { HandClock } from '../support/hand-clock.ts';
import { startLive } from '../support/live-server.ts';

test('no cache stores responses', async () => {
  await using server = await startLive();
  for (const path of ['/poll?channels=cpu', '/channels/cpu', '/channels', '/health', '/metrics']) {
    const { headers } = await ask(server.url + path);
    assert.equal(headers['cache-control'], 'no-store', path);
    assert.equal(headers.etag, undefined);
  }
  const { answer } = await server.poll('channels=cpu');
  assert.equal(answer.round, undefined);
});

test('caches may store shared responses for five seconds, and each has a round', async () => {
  const clock = new HandClock();
  await using server = await startLive({ shared: true, ...clock.options });
  await server.live.publish('cpu', 1);
  const news = await server.poll('channels=cpu&wait=20');
  assert.equal(news.headers['cache-control'], 'public, max-age=0, s-maxage=5');
  assert.equal(news.headers.etag, undefined);
  assert.equal(news.answer.round, Math.floor(clock.options.now() / 20_000).toString(36));
  const { to } = news.answer.channels['cpu'] ?? {};
  const empty = await server.poll(`channels=cpu&since=${to}&wait=0`);
  assert.equal(empty.headers['cache-control'], 'public, max-age=0, s-maxage=5');
  assert.match(empty.answer.round ?? '', /^[0-9a-z]+$/);
});

test('a round is never the one that was sent', async () => {
  const clock = new HandClock();
  await using server = await startLive({ shared: true, ...clock.options });
  await server.live.publish('cpu', 1);
  let round = '';
  for (let i = 0; i < 5; i++) {
    const { answer } = await server.poll(`channels=cpu&wait=20&round=${round}`);
    assert.notEqual(answer.round, round);
    round = answer.round ?? '';
  }
  const later = Math.floor((clock.options.now() + 20_000) / 20_000).toString(36);
  clock.pass(20_000);
  assert.equal((await server.poll('channels=cpu&wait=20&round=1')).answer.round, later);
});

test('a shared response that ends a hold early has a round too, so that its cached copy cannot cause a loop', async () => {
  const clock = new HandClock();
  await using server = await startLive({ shared: true, maxHeld: 1, ...clock.options });
  const calmed = await server.poll('channels=cpu&since=0');
  assert.ok(calmed.answer.pause);
  assert.ok(calmed.answer.round);
  await using other = await startLive({ shared: true, ...clock.options });
  const held = other.poll('channels=cpu&since=0');
  await other.held(1);
  await other.live.close();
  const { pause, round } = (await held).answer;
  assert.ok(pause && round);
});

test('no cache stores errors, even in shared mode', async () => {
  await using server = await startLive({ shared: true });
  const { status, headers } = await server.poll('channels=cpu&since=x');
  assert.deepEqual([status, headers['cache-control']], [400, 'no-store']);
});

test('shared and a read token are refused together', async () => {
  await assert.rejects(livePoll({ shared: true, readToken: 'secret' }), TypeError);
  await assert.rejects(livePoll({ shared: true, readToken: ['a', 'b'] }), TypeError);
  await (await livePoll({ shared: true, readToken: [], writeToken: 'secret' })).close();
});

test('a stale response from a cache is a valid step from its cursor', async () => {
  await using server = await startLive({ shared: true });
  await server.live.publish('cpu', 1);
  const stale = await server.poll('channels=cpu');
  await postJson(`${server.url}/channels/cpu`, 2);
  const { to } = stale.answer.channels['cpu'] ?? {};
  const next = (await server.poll(`channels=cpu&since=${to}`)).answer.channels['cpu'];
  assert.equal(next?.from, to);
  assert.deepEqual(
    next?.entries.map(({ v }) => v),
    [2],
  );
});
