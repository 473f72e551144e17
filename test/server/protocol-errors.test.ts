import assert from 'node:assert/strict';
import test from 'node:test';
import { type Asked, type AskOptions, ask, postJson } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

/** An error as every client gets it: problem details that no cache stores. */
function assertProblem(asked: Asked, status: number, code: string): void {
  assert.deepEqual([asked.status, asked.problem.code], [status, code], asked.text);
  assert.equal(asked.headers['content-type'], 'application/problem+json');
  assert.equal(asked.headers['cache-control'], 'no-store');
  assert.equal(asked.problem.status, status);
  assert.ok(asked.problem.title && asked.problem.detail);
  assert.equal(
    asked.problem.type,
    `https://github.com/lp-kit/lp-kit/blob/main/docs/errors.md#${code}`,
  );
}

for (const door of ['express', 'front'] as const) {
  test(`${door}: a poll that cannot be parsed is refused with the reason`, async () => {
    await using server = await startLive({ door });
    const names = Array.from({ length: 101 }, (_, i) => `c${String(i).padStart(3, '0')}`).join(',');
    const bad: [search: string, code: string][] = [
      ['', 'bad-request'],
      ['channels=', 'bad-request'],
      ['channels=b,a', 'bad-request'],
      ['channels=a,a', 'bad-request'],
      ['channels=a,', 'bad-request'],
      ['channels=a%20b', 'bad-request'],
      ['channels=.a', 'bad-request'],
      [`channels=${'a'.repeat(129)}`, 'bad-request'],
      [`channels=${names}`, 'too-many-channels'],
      ['channels=a,b&since=1', 'bad-request'],
      ['channels=a&since=1,2', 'bad-request'],
      ['channels=a&since=x', 'bad-cursor'],
      ['channels=a&since=-01', 'bad-cursor'],
      ['channels=a&since=-1.5', 'bad-cursor'],
      ['channels=a&since=-1234567890', 'bad-cursor'],
      ['channels=a&since=01', 'bad-cursor'],
      ['channels=a&since=1e3', 'bad-cursor'],
      ['channels=a&since=1.', 'bad-cursor'],
      ['channels=a&since=1.A', 'bad-cursor'],
      [`channels=a&since=1.${'a'.repeat(17)}`, 'bad-cursor'],
      ['channels=a&since=9007199254740992', 'bad-cursor'],
      ['channels=a&since=99999999999999999', 'bad-cursor'],
      ['channels=a&wait=soon', 'bad-request'],
      ['channels=a&wait=Infinity', 'bad-request'],
      ['channels=a&tail=-1', 'bad-request'],
      ['channels=a&tail=1.5', 'bad-request'],
      ['channels=a&round=%22%0d%0ax', 'bad-request'],
      [`channels=a&x=${'y'.repeat(8_192)}`, 'url-too-long'],
    ];
    const statuses: Record<string, number> = { 'url-too-long': 414 };
    for (const [search, code] of bad) {
      assertProblem(await server.poll(search), statuses[code] ?? 400, code);
    }
    assert.equal((await server.poll('channels=a&since=9007199254740991')).status, 200);
  });

  test(`${door}: commas, colons and dots may be percent-encoded, and a trailing slash is allowed`, async () => {
    await using server = await startLive({ door });
    await server.live.publish('a:1', 1);
    await server.live.publish('b.2', 1);
    const escaped = await server.poll('channels=a%3A1%2Cb%2E2&since=%2C');
    assert.deepEqual(Object.keys(escaped.answer.channels), ['a:1', 'b.2']);
    const trailing = await ask(`${server.url}/poll/?channels=a:1`);
    assert.equal(trailing.answer.channels['a:1']?.entries.length, 1);
    assert.equal((await ask(`${server.url}/channels/a%3A1/`)).status, 200);
  });

  test(`${door}: an unknown path is 404, and a method that is not allowed is 405`, async () => {
    await using server = await startLive({ door });
    assertProblem(await ask(`${server.url}/nothing`), 404, 'not-found');
    assertProblem(await ask(`${server.url}/Poll?channels=a`), 404, 'not-found');
    assertProblem(await ask(`${server.url}/channels/%E0%A4%A/`), 400, 'bad-request');
    assertProblem(await ask(`${server.url}/channels/a%2Fb`), 400, 'bad-request');
    const wrong: [method: string, path: string, allow: string][] = [
      ['POST', '/poll?channels=a', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/channels', 'GET, HEAD, OPTIONS'],
      ['GET', '/publish', 'POST, OPTIONS'],
      ['PATCH', '/channels/cpu', 'GET, HEAD, POST, PUT, DELETE, OPTIONS'],
      ['PUT', '/health', 'GET, HEAD, OPTIONS'],
      ['POST', '/kit.js', 'GET, HEAD, OPTIONS'],
    ];
    for (const [method, path, allow] of wrong) {
      const asked = await ask(server.url + path, { method });
      assertProblem(asked, 405, 'method-not-allowed');
      assert.equal(asked.headers.allow, allow);
      const options = await ask(server.url + path, { method: 'OPTIONS' });
      assert.deepEqual([options.status, options.headers.allow, options.text], [204, allow, '']);
    }
  });

  test(`${door}: HEAD returns the headers of GET`, async () => {
    await using server = await startLive({ door });
    await server.live.publish('cpu', 1);
    for (const path of ['/poll?channels=cpu', '/channels/cpu', '/channels', '/health']) {
      const get = await ask(server.url + path);
      const head = await ask(server.url + path, { method: 'HEAD' });
      assert.deepEqual([head.status, head.text], [200, ''], path);
      assert.equal(head.headers['content-type'], get.headers['content-type']);
      assert.equal(head.headers['content-length'], get.headers['content-length']);
    }
  });
}

test('a body that cannot be read gets a defined 4xx status', async () => {
  await using server = await startLive({ maxBodyBytes: 1_000 });
  const post = (options: AskOptions) =>
    ask(`${server.url}/channels/cpu`, { method: 'POST', ...options });
  assertProblem(await post({}), 400, 'bad-request');
  assertProblem(await post({ body: ' \n' }), 400, 'bad-request');
  assertProblem(await post({ body: Buffer.from([0xff, 0xfe, 0x41]) }), 400, 'bad-request');
  assertProblem(await post({ body: 'x'.repeat(1_001) }), 413, 'too-large');
  const gzip = { 'Content-Encoding': 'gzip' };
  assertProblem(await post({ body: 'not gzip', headers: gzip }), 400, 'bad-request');
  const odd = { 'Content-Encoding': 'snappy' };
  assertProblem(await post({ body: '1', headers: odd }), 415, 'media-type');
  const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' };
  assertProblem(await post({ body: '--x', headers: multipart }), 415, 'media-type');
});

test('in strict mode a channel is created by its meta, and others are unknown', async () => {
  await using server = await startLive({ strict: true });
  await server.live.describe('cpu', { label: 'CPU' });
  const url = `${server.url}/channels`;
  assert.equal((await postJson(`${url}/cpu`, 1)).status, 201);
  const posted = await postJson(`${url}/mem`, 1);
  assertProblem(posted, 404, 'unknown-channel');
  assert.equal(posted.problem.channel, 'mem');
  const polled = await server.poll('channels=cpu,mem&since=,');
  assertProblem(polled, 404, 'unknown-channel');
  assert.equal(polled.problem.channel, 'mem');
  assertProblem(await ask(`${url}/mem`), 404, 'unknown-channel');
  const both = await postJson(`${server.url}/publish`, { channels: { cpu: 2, mem: 2 } });
  assertProblem(both, 404, 'unknown-channel');
  assert.equal((await ask(`${url}/cpu`)).answer.channels['cpu']?.entries.length, 1);
});

test('an unexpected error is answered as internal, without its message', async (t) => {
  const told = t.mock.method(console, 'error', () => {});
  await using server = await startLive();
  const secret = new Error('password is hunter2');
  server.live.store.append = () => Promise.reject(secret);
  const asked = await postJson(`${server.url}/channels/cpu`, 1);
  assertProblem(asked, 500, 'internal');
  assert.doesNotMatch(asked.text, /hunter2|\.ts|at /);
  assert.equal(told.mock.callCount(), 1);
});
