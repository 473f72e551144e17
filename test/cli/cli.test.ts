import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { command, run, type Served, said, serve } from '../support/command.ts';

interface Entries {
  channels: Record<string, { entries: { v: number; t: number; d: unknown }[] }>;
}

const entriesOf = async (url: string, channel: string): Promise<unknown[]> => {
  const answer = (await (await fetch(`${url}/channels/${channel}`)).json()) as Entries;
  return answer.channels[channel]?.entries.map(({ d }) => d) ?? [];
};

test('help and version are told on stdout with exit code 0', async () => {
  const all = await Promise.all(
    [['--help'], ['serve', '--help'], ['post', '-h'], ['tail', '-h'], ['--version']].map((args) =>
      run(args),
    ),
  );
  for (const { code, out, err } of all) {
    assert.equal(code, 0, err);
    assert.equal(err, '');
    assert.notEqual(out, '');
  }
});

test('wrong usage ends with code 2 and a word on stderr', async () => {
  const wrong = [
    [],
    ['nothing'],
    ['serve', '--nothing'],
    ['serve', '--port', 'x'],
    ['serve', '--host', '0.0.0.0'],
    ['post', 'cpu'],
    ['tail'],
    ['tail', 'cpu', '--lines', 'x'],
  ];
  for (const { code, out, err } of await Promise.all(wrong.map((args) => run(args)))) {
    assert.equal(code, 2, err);
    assert.equal(out, '');
    assert.notEqual(err, '');
  }
});

test('another host than loopback is served only with a write token', async () => {
  const refused = await run(['serve', '--memory', '--host', '0.0.0.0', '--port', '0']);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /--write-token/);
});

describe('with a server', () => {
  let server: Served;
  let url: string;
  before(async () => {
    server = await serve(['--memory', '--write-token', 'secret']);
    ({ url } = server);
  });
  after(() => server.child.kill('SIGKILL'));
  const env = { LP_WRITE_TOKEN: 'secret' };

  test('post stores numbers, negative ones too, texts and objects', async () => {
    for (const value of ['42', '-3', 'deploy done', '{"value":1,"unit":"ms"}']) {
      const { code, out, err } = await run(['post', 'values', value, '--url', url], { env });
      assert.equal(code, 0, err);
      assert.match(out, /^values stands at \d+\./);
    }
    assert.deepEqual(await entriesOf(url, 'values'), [
      { value: 42 },
      { value: -3 },
      { text: 'deploy done' },
      { value: 1, unit: 'ms' },
    ]);
  });

  test('post - stores every line of stdin in order, and counts them', async () => {
    const lines = Array.from({ length: 1_200 }, (_, i) => JSON.stringify({ value: i }));
    const { code, err } = await run(['post', 'lines', '-', '--url', url], {
      input: `${lines.join('\n')}\n\nlast words`,
      env,
    });
    assert.equal(code, 0, err);
    assert.match(err, /lines: 1201 published/);
    const kept = await entriesOf(url, 'lines');
    assert.deepEqual(kept.at(-1), { text: 'last words' });
    assert.deepEqual(kept.at(-2), { value: 1_199 });
    assert.equal(kept.length, 500);
  });

  test('post without the token, or with a bad item, ends with code 1 and says why', async () => {
    const denied = await run(['post', 'values', '1', '--url', url]);
    assert.equal(denied.code, 1);
    assert.match(denied.err, /token/);
    const bad = await run(['post', 'values', '{"time":5}', '--url', url], { env });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /seconds/);
  });

  test('tail tells what is there, then what comes, and ends at SIGTERM with code 0', async () => {
    await run(['post', 'tailed', '1', '--url', url], { env });
    const tail = command(['tail', 'tailed', '--json', '--url', url]);
    await said(tail.stdout, /"value":1/);
    const more = said(tail.stdout, /"value":2/);
    await run(['post', 'tailed', '2', '--url', url], { env });
    await more;
    tail.kill('SIGTERM');
    const [code] = (await once(tail, 'close')) as [number];
    assert.equal(code, 0);
  });

  test('a second server on the same port says so and ends with code 1', async () => {
    const { port } = new URL(url);
    const { code, err } = await run(['serve', '--memory', '--port', port]);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`port ${port} is in use`));
  });
});

test('SIGTERM answers the held polls, frees the port and ends with code 0', async () => {
  const server = await serve(['--memory']);
  const held = Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await fetch(`${server.url}/poll?channels=quiet&since=0&wait=55`);
      return { status: response.status, body: (await response.json()) as { pause?: number } };
    }),
  );
  for (;;) {
    const health = (await (await fetch(`${server.url}/health`)).json()) as { held: number };
    if (health.held === 50) break;
  }
  assert.equal(await server.stop(), 0);
  for (const { status, body } of await held) {
    assert.equal(status, 200);
    assert.ok((body.pause ?? 0) > 0);
  }
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
});
