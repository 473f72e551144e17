import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { command, run, type Served, said, serve } from '../support/command.ts';
import { openProxy } from '../support/cutting-proxy.ts';

interface Entries {
  channels: Record<string, { entries: { v: number; t: number; d: unknown }[] }>;
}

const entriesOf = async (url: string, channel: string): Promise<unknown[]> => {
  const answer = (await (await fetch(`${url}/channels/${channel}`)).json()) as Entries;
  return answer.channels[channel]?.entries.map(({ d }) => d) ?? [];
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The first responses of a server that is starting: requested as soon as its port is open. */
async function firstAnswers(
  url: string,
  count: number,
): Promise<{ status: number; text: string }[]> {
  const answers = [];
  while (answers.length < count) {
    const answer = await fetch(url).catch(() => undefined); // The port is not open yet.
    if (answer) answers.push({ status: answer.status, text: await answer.text() });
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return answers;
}

/** Resolves when the claim is true; the runner's time limit ends a claim that never is. */
async function until(claim: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await claim())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('help and version are printed on stdout with exit code 0', async () => {
  const all = await Promise.all(
    [
      [],
      ['--help'],
      ['help'],
      ['help', 'post'],
      ['serve', '--help'],
      ['post', '-h'],
      ['tail', '-h'],
      ['get', '-h'],
      ['list', '-h'],
      ['describe', '-h'],
      ['delete', '-h'],
      ['doctor', '-h'],
      ['--version'],
      ['-V'],
      ['-v'],
    ].map((args) => run(args)),
  );
  for (const { code, out, err } of all) {
    assert.equal(code, 0, err);
    assert.equal(err, '');
    assert.notEqual(out, '');
  }
});

test('a usage error ends with code 2 and a message on stderr', async () => {
  const wrong = [
    ['nothing'],
    ['help', 'nothing'],
    ['get'],
    ['get', 'a', 'b'],
    ['get', 'no channel'],
    ['get', 'cpu', '--lines', '0'],
    ['list', '--url', 'nowhere'],
    ['describe'],
    ['describe', 'cpu', 'label'],
    ['delete'],
    ['doctor', '--hold', '1'],
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

test('an address other than loopback is served only with a write token', async () => {
  const refused = await run(['serve', '--memory', '--host', '0.0.0.0', '--port', '0']);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /--write-token/);
});

test('the pages of the demo are served from the first response on', async () => {
  const port = await freePort();
  const child = command(['serve', '--demo', '--memory', '--port', String(port)]);
  try {
    const answers = await firstAnswers(`http://127.0.0.1:${port}/`, 5);
    for (const { status, text } of answers) {
      assert.equal(status, 200);
      assert.match(text, /^<!doctype html>/);
    }
  } finally {
    child.kill('SIGTERM');
  }
  assert.deepEqual(await once(child, 'close'), [0, null]);
});

test('a server without pages prints where it stores its data', async () => {
  const server = await serve();
  try {
    const answer = await fetch(new URL('/', server.url));
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /Data: \/lp\/.*--demo/);
  } finally {
    await server.stop();
  }
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

  test('post stores numbers, including negative ones, texts and objects', async () => {
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

  test('post - uses bounded memory, however long its input is', async () => {
    const { code, err } = await run(['post', 'long', '-', '--url', url], {
      input: '1\n'.repeat(150_000),
      env: { ...env, NODE_OPTIONS: '--max-old-space-size=64' }, // Not enough if each line were kept.
    });
    assert.deepEqual([code, err], [0, 'long: 150000 published\n']);
  });

  test('post - skips invalid lines with their line numbers, stores the others, and ends with code 1', async () => {
    const input = Buffer.concat([
      Buffer.from('1\n\n[1,2]\n{"time":5}\n'),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(`${'x'.repeat(300_000)}\n[INFO] started\nlast`),
    ]);
    const { code, err } = await run(['post', 'odd', '-', '--url', url], { input, env });
    assert.equal(code, 1);
    for (const [line, why] of [
      [3, /neither/],
      [4, /seconds/],
      [5, /UTF-8/],
      [6, /longer/],
    ] as const) {
      const said = err.split('\n').find((text) => text.includes(`line ${line} `));
      assert.match(said ?? '', why, err);
    }
    assert.match(err, /odd: 3 published/);
    assert.deepEqual(await entriesOf(url, 'odd'), [
      { value: 1 },
      { text: '[INFO] started' },
      { text: 'last' },
    ]);
  });

  test('post - --text stores lines as text, in their order', async () => {
    const input = `1\n[1,2]\n{"time":5}\n${'x'.repeat(300_000)}\n2\n`;
    const { code, err } = await run(['post', 'text', '-', '--text', '--url', url], { input, env });
    assert.equal(code, 0, err);
    const kept = await entriesOf(url, 'text');
    assert.deepEqual(kept.slice(0, 3), [{ value: 1 }, { text: '[1,2]' }, { text: '{"time":5}' }]);
    assert.match((kept[3] as { text: string }).text, /^x{200000}…$/);
    assert.deepEqual(kept[4], { value: 2 });
  });

  test('post - waits for a server that is down, prints how many lines wait, and stores each line once', async () => {
    const proxy = await openProxy(Number(new URL(url).port));
    const child = command(['post', 'away', '-', '--url', `http://127.0.0.1:${proxy.port}/lp`], env);
    let err = '';
    child.stderr.on('data', (data) => (err += data));
    child.stdin.write('1\n');
    await until(async () => (await entriesOf(url, 'away')).length === 1);
    proxy.cut();
    child.stdin.write('2\n3\n');
    await until(() => /\d lines wait; next attempt in \d+ s/.test(err));
    proxy.mend();
    child.stdin.write('4\n');
    await until(async () => (await entriesOf(url, 'away')).length === 4);
    child.stdin.end();
    assert.equal(((await once(child, 'close')) as [number])[0], 0, err);
    assert.match(err, /sending again/);
    assert.deepEqual(
      await entriesOf(url, 'away'),
      [1, 2, 3, 4].map((value) => ({ value })),
    );
    await proxy.close();
  });

  test('Ctrl-C ends post - while its input continues, and the lines read are stored', async () => {
    const child = command(['post', 'endless', '-', '--url', url], env);
    child.stdin.write('1\n2\n');
    await until(async () => (await entriesOf(url, 'endless')).length === 2);
    child.stdin.write('3\n');
    await until(async () => (await entriesOf(url, 'endless')).length === 3);
    child.kill('SIGINT');
    assert.equal(((await once(child, 'close')) as [number])[0], 0);
  });

  test('post - without the token ends at once with code 1, while its input continues', async () => {
    const child = command(['post', 'denied', '-', '--url', url]);
    child.stdin.write('1\n');
    const err = said(child.stderr, /token/);
    assert.equal(((await once(child, 'close')) as [number])[0], 1);
    assert.match(await err, /1 lines were not sent/);
  });

  test('describe, list, get and delete work as documented', async () => {
    const at = ['--url', url];
    const described = await run(['describe', 'room', 'label=Room', 'ttl=5', 'min=0', ...at], {
      env,
    });
    assert.deepEqual(JSON.parse(described.out), { label: 'Room', ttl: 5, min: 0 });
    await run(['describe', 'room', 'min=', 'unit=°C', ...at], { env });
    const shown = await run(['describe', 'room', ...at]);
    assert.deepEqual(JSON.parse(shown.out), { label: 'Room', ttl: 5, unit: '°C' });
    for (const value of [
      '{"value":1,"key":"a"}',
      '{"value":2,"key":"a"}',
      '{"value":3,"key":"b"}',
    ]) {
      await run(['post', 'room', value, ...at], { env });
    }
    const got = await run(['get', 'room', ...at, '--json']);
    const lines = got.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { d: unknown });
    assert.deepEqual(
      lines.map(({ d }) => d),
      [{ value: 2 }, { value: 3 }],
    );
    assert.match((await run(['list', ...at])).out, /^room +3 +20.*Z +Room$/m);
    assert.equal((await run(['delete', 'room', ...at])).code, 1);
    assert.equal((await run(['delete', 'room', ...at], { env })).code, 0);
    const gone = await run(['get', 'room', ...at]);
    assert.equal(gone.code, 1);
    assert.match(gone.err, /nothing in room/);
  });

  test('get prints all retained entries, even if one response cannot contain them', async () => {
    const input = Array.from({ length: 2_600 }, (_, i) =>
      JSON.stringify({ value: i, key: `k${i % 6}` }),
    ).join('\n');
    await run(['post', 'many', '-', '--url', url], { input, env });
    const { out } = await run(['get', 'many', '--lines', '500', '--url', url]);
    assert.equal(out.trimEnd().split('\n').length, 2_600);
  });

  test('tail and get print no control characters, for any data', async () => {
    const evil = { text: '\u001b]0;owned\u0007', key: 'k\u001b[2J\u009b1m', title: '\u202egnp' };
    await run(['post', 'evil', JSON.stringify(evil), '--url', url], { env });
    const { out } = await run(['get', 'evil', '--url', url]);
    const tail = command(['tail', 'evil', '--url', url]);
    const told = await said(tail.stdout, /\n/);
    tail.kill('SIGTERM');
    await once(tail, 'close');
    for (const text of [out, told]) {
      assert.doesNotMatch(text.trimEnd(), /[\p{Cc}\u202e]/u);
      assert.match(text, /k\\u001b\[2J\\u009b1m/);
    }
  });

  test('doctor reports no problem of a working server, and leaves no channel behind', async () => {
    const { code, out } = await run(['doctor', '--hold', '5', '--url', url], { env });
    assert.equal(code, 0, out);
    for (const found of [
      /answers at/,
      /clocks/,
      /may read/,
      /may write/,
      /update arrives/,
      /held for/,
    ])
      assert.match(out, found);
    assert.doesNotMatch(out, /fail/);
    assert.deepEqual((await run(['list', '--url', url])).out.match(/doctor/g), null);
  });

  test('doctor prints what is wrong, and what to do about it', async () => {
    const read = await serve(['--memory', '--read-token', 'r', '--write-token', 'w']);
    const wrongBase = await run(['doctor', '--url', `${new URL(url).origin}/nowhere`]);
    assert.match(wrongBase.out, /fail .*404.*\n +→ give the base/);
    const refused = await run(['doctor', '--url', 'http://127.0.0.1:1/lp']);
    assert.match(refused.out, /fail .*nothing answers/);
    const noToken = await run(['doctor', '--url', read.url]);
    assert.match(noToken.out, /fail .*may not read.*\n +→ .*--token/);
    const foreign = await run([
      'doctor',
      '--hold',
      '5',
      '--url',
      url,
      '--origin',
      'https://x.example',
    ]);
    assert.match(foreign.out, /fail .*x\.example.*\n +→ .*--allow-origin https:\/\/x\.example/);
    for (const { code } of [wrongBase, refused, noToken, foreign]) assert.equal(code, 1);
    await read.stop();
  });

  test('doctor finds a proxy that cuts held polls', async () => {
    const proxy = await openProxy(Number(new URL(url).port), { cutIdleAfterMs: 3_000 });
    const { code, out } = await run(
      ['doctor', '--hold', '8', '--url', `http://127.0.0.1:${proxy.port}/lp`],
      { env },
    );
    assert.equal(code, 1);
    assert.match(out, /fail .*cut after 3 s.*\n +→ .*proxy_read_timeout/);
    await proxy.close();
  });

  test('post without the token, or with an invalid item, ends with code 1 and prints why', async () => {
    const denied = await run(['post', 'values', '1', '--url', url]);
    assert.equal(denied.code, 1);
    assert.match(denied.err, /token/);
    const bad = await run(['post', 'values', '{"time":5}', '--url', url], { env });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /seconds/);
  });

  test('tail prints the retained entries, then new ones, and ends at SIGTERM with code 0', async () => {
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

  test('a second server on the same port prints that it is in use and ends with code 1', async () => {
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
