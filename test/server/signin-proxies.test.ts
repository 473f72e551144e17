/**
 * A user whom a sign-in proxy names becomes the author of messages and `by` of the audit, and
 * nobody else can claim that name.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { livePoll } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { run } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { startLive } from '../support/live-server.ts';
import { blockOf, isThere, started } from '../support/recipes.ts';
import { freePort } from '../support/redis-server.ts';

const json = { 'Content-Type': 'application/json' };

async function payloads(url: string, channel: string): Promise<unknown[]> {
  const { answer } = await ask(`${url}/channels/${channel}`);
  return answer.channels[channel]?.entries.map(({ d }) => d) ?? [];
}

test('messages have the user name that a trusted proxy sends, whatever the page claims', async (t) => {
  const audit = join(await emptyFolder(t), 'audit.log');
  const options = { trustProxy: '127.0.0.1', trustUserHeader: 'Remote-User', audit };
  const server = await startLive(options);
  t.after(() => server.close());
  const send = (path: string, body: string, user = 'ana') =>
    // A Buffer: Node would encode the head of a text body as UTF-8 once more.
    ask(server.url + path, { body: Buffer.from(body), headers: { ...json, 'Remote-User': user } });
  const posted = await send(
    '/channels/talk',
    '[{"text":"hi","author":"boss"},{"text":"ho"},7,{"value":1}]',
  );
  assert.equal(posted.status, 201, posted.text);
  const name = Buffer.from('Zoë 李').toString('latin1');
  await send('/publish', '{"channels":{"talk":[{"author":"boss","value":2}]}}', name);
  await ask(`${server.url}/channels/talk`, {
    body: '{"text":"agent","author":"bot"}',
    headers: json,
  });
  assert.deepEqual(await payloads(server.url, 'talk'), [
    { text: 'hi', author: 'ana' },
    { text: 'ho', author: 'ana' },
    { value: 7 },
    { value: 1 },
    { author: 'Zoë 李', value: 2 },
    { text: 'agent', author: 'bot' },
  ]);
  await server.close();
  const lines = (await readFile(audit, 'utf8')).trim().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { by?: string }).by),
    ['ana', 'Zoë 李', undefined],
  );
});

test('a user header of a client that is no trusted proxy is ignored', async (t) => {
  const server = await startLive({ trustProxy: '10.0.0.0/8', trustUserHeader: 'Remote-User' });
  t.after(() => server.close());
  const headers = { ...json, 'Remote-User': 'boss', 'X-Forwarded-For': '10.0.0.1' };
  await ask(`${server.url}/channels/talk`, { body: '{"text":"hi"}', headers });
  assert.deepEqual(await payloads(server.url, 'talk'), [{ text: 'hi' }]);
});

test('a user header without a trusted proxy is refused at the start', async () => {
  await assert.rejects(
    livePoll({ trustUserHeader: 'Remote-User' }),
    /trustUserHeader needs trustProxy/,
  );
  await assert.rejects(
    livePoll({ trustUserHeader: 'Remote User', trustProxy: '127.0.0.1' }),
    /"Remote User" is not the name of a header/,
  );
  const { code, err } = await run([
    'serve',
    '--memory',
    '--port',
    '0',
    '--trust-user-header',
    'Remote-User',
  ]);
  assert.notEqual(code, 0);
  assert.match(err, /needs trustProxy/);
});

interface SignIn {
  program: string;
  /** Language of the recipe's code block in docs/deploying.md. */
  block: string;
  args: (path: string, folder: string) => string[];
  file?: (block: string, folder: string) => string;
  /** The headers of a browser that has signed in. */
  session: Record<string, string>;
}

const RECIPES: SignIn[] = [
  {
    program: 'nginx',
    block: 'nginx-signin',
    args: (path, folder) => ['-c', path, '-p', folder],
    file: (block, folder) =>
      `daemon off; pid ${folder}/pid; error_log stderr; events {}\n` +
      `http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join(' ')}\n${block}}`,
    session: { Cookie: 'session=ana' },
  },
  {
    program: 'caddy',
    block: 'caddyfile-signin',
    args: (path) => ['run', '--adapter', 'caddyfile', '--config', path],
    file: (block) => `{\n  admin off\n  auto_https off\n  default_bind 127.0.0.1\n}\n${block}`,
    session: { Cookie: 'session=ana' },
  },
  {
    program: 'haproxy',
    block: 'haproxy-signin',
    args: (path) => ['-f', path],
    session: { Authorization: `Basic ${Buffer.from('ana:secret').toString('base64')}` },
  },
];

/** Simulates oauth2-proxy and Authelia: knows the session `ana`. */
async function signInService(t: TestContext): Promise<number> {
  const service = createServer((req, res) => {
    const isKnown = req.headers.cookie === 'session=ana';
    const who = { 'X-Auth-Request-User': 'ana', 'Remote-User': 'ana' };
    res.writeHead(isKnown ? 202 : 401, isKnown ? who : {}).end();
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  t.after(() => service.close());
  return (service.address() as AddressInfo).port;
}

for (const recipe of RECIPES) {
  const { program, block, args, session, file = (text) => text } = recipe;
  const skip = isThere(program);

  test(`${program} with sign-in as documented: a page cannot claim another name, and no access without sign-in`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const server = await startLive({
      door: 'front',
      trustProxy: '127.0.0.1',
      trustUserHeader: 'Remote-User',
      allowHosts: ['wall.example'],
    });
    t.after(() => server.close());
    const [port, service, folder] = [
      await freePort(),
      await signInService(t),
      await emptyFolder(t),
    ];
    const text = (await blockOf(block))
      .replaceAll('127.0.0.1:3000', new URL(server.url).host)
      .replaceAll(/127\.0\.0\.1:(4180|9091)/g, `127.0.0.1:${service}`)
      .replace(/listen 80;/, `listen 127.0.0.1:${port};`)
      .replace(/bind :80$/m, `bind 127.0.0.1:${port}`)
      .replace(/:80 \{/, `:${port} {`);
    const config = {
      program,
      args: (path: string) => args(path, folder),
      text: file(text, folder),
    };
    await started(t, config, port);
    const url = `http://127.0.0.1:${port}/lp`;
    const body = '{"text":"hi","author":"boss"}';
    const claim = { ...json, 'Remote-User': 'boss', 'X-Auth-Request-User': 'boss' };
    const outside = await ask(`${url}/channels/talk`, { body, headers: claim });
    assert.equal(outside.status, 401, outside.text);
    assert.equal(
      (await ask(`${url}/poll?channels=talk&since=&wait=0`, { headers: claim })).status,
      401,
    );
    const inside = await ask(`${url}/channels/talk`, { body, headers: { ...claim, ...session } });
    assert.equal(inside.status, 201, inside.text);
    assert.equal((await ask(`${url}/channels/talk`, { headers: session })).status, 200);
    assert.deepEqual(await payloads(server.url, 'talk'), [{ text: 'hi', author: 'ana' }]);
  });
}
