import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { livePoll } from '../../server/index.ts';
import { command, said, serve } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import {
  askByName,
  blockOf,
  type Certificate,
  HOST_NAME,
  isThere,
  selfSigned,
  started,
} from '../support/recipes.ts';
import { freePort } from '../support/redis-server.ts';

interface Recipe {
  program: string;
  /** Language of its code block in the document. */
  block: string;
  /** The configuration file that the program reads, made from the code block. */
  file?: (block: string, folder: string) => string;
  args: (file: string, folder: string) => string[];
}

const RECIPES: Recipe[] = [
  {
    program: 'nginx',
    block: 'nginx',
    file: (block, folder) =>
      `daemon off; pid ${folder}/pid; error_log stderr; events {}\n` +
      `http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join(' ')}\n${block}}`,
    args: (file, folder) => ['-c', file, '-p', folder],
  },
  {
    program: 'caddy',
    block: 'caddyfile',
    file: (block) => `{\n  admin off\n  auto_https off\n  default_bind 127.0.0.1\n}\n${block}`,
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  { program: 'haproxy', block: 'haproxy', args: (file) => ['-f', file] },
];

interface Proxied {
  /** URLs of the base: by IP, by name, and by name over TLS. */
  urls: string[];
}

/**
 * Starts the documented configuration on free ports before the server at `backend`; resolves once
 * it responds.
 */
async function proxied(
  t: TestContext,
  recipe: Recipe,
  { backend, certificate }: { backend: string; certificate: Certificate },
): Promise<Proxied> {
  const { block, program, args, file = (text) => text } = recipe;
  const folder = await emptyFolder(t);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const text = (await blockOf(block))
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${backend}`)
    .replace(/listen 80;/, `listen 127.0.0.1:${port};`)
    .replace(/listen 443 ssl;/, `listen 127.0.0.1:${tlsPort} ssl;`)
    .replace(/bind :80$/m, `bind 127.0.0.1:${port}`)
    .replace(/bind :443 /, `bind 127.0.0.1:${tlsPort} `)
    .replace(/:80 \{/, `:${port} {`)
    .replace(/:443 \{/, `:${tlsPort} {`)
    .replaceAll('/etc/ssl/wall.example.crt', certificate.crt)
    .replaceAll('/etc/ssl/wall.example.key', certificate.key)
    .replaceAll('/etc/ssl/wall.example.pem', certificate.pem);
  await started(t, { program, args: (path) => args(path, folder), text: file(text, folder) }, port);
  return {
    urls: [
      `http://127.0.0.1:${port}/lp`,
      `http://${HOST_NAME}:${port}/lp`,
      `https://${HOST_NAME}:${tlsPort}/lp`,
    ],
  };
}

/** Options of the documented start behind a proxy. */
async function documentedOptions(): Promise<string[]> {
  const doc = await readFile(new URL('../../docs/deploying.md', import.meta.url), 'utf8');
  const line = /^ {4}npx lp-kit serve --data \S+ (--allow-host .*)$/m.exec(doc)?.[1];
  assert.ok(line, 'the line is missing');
  return line.split(' ');
}

const noOpenssl = spawnSync('openssl', ['version']).status !== 0 && 'openssl is not installed here';

for (const recipe of RECIPES) {
  const skip = isThere(recipe.program) || noOpenssl;

  test(`through ${recipe.program} as documented, by IP, by name and with TLS, a page writes and a held poll is woken`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const served = await serve(await documentedOptions());
    t.after(() => served.stop());
    let warned = '';
    served.child.stderr.on('data', (data) => (warned += data));
    const certificate = (await selfSigned(t)) as Certificate;
    const backend = new URL(served.url).port;
    const { urls } = await proxied(t, recipe, { backend, certificate });
    const ca = certificate.text;
    for (const url of urls) {
      const page = { headers: { Origin: new URL(url).origin }, ca };
      const posted = await askByName(`${url}/channels/cpu`, { body: '1', ...page });
      assert.equal(posted.status, 201, `${url}: ${posted.text}`);
      const { cursor } = JSON.parse(posted.text) as { cursor: string };
      const poll = askByName(`${url}/poll?channels=cpu&since=${cursor}&wait=20`, page);
      const health = async () =>
        JSON.parse((await askByName(`${url}/health`, { ca })).text) as { held: number };
      while ((await health()).held === 0);
      await askByName(`${url}/channels/cpu`, { body: '2', ...page });
      const { channels } = JSON.parse((await poll).text) as {
        channels: { cpu: { from: string; entries: { d: { value: number } }[] } };
      };
      assert.deepEqual(
        [channels.cpu.from, channels.cpu.entries.map(({ d }) => d.value)],
        [cursor, [2]],
      );
      const foreign = { Origin: 'https://evil.example' };
      const refused = await askByName(`${url}/channels/cpu`, { body: '3', ca, headers: foreign });
      assert.equal(refused.status, 403, url);
    }
    assert.equal(warned, '');
  });

  test(`${recipe.program} as documented forwards the host name and the client’s address`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const served = await serve();
    t.after(() => served.stop());
    const certificate = (await selfSigned(t)) as Certificate;
    const backend = new URL(served.url).port;
    const { urls } = await proxied(t, recipe, { backend, certificate });
    const [byIp = '', byName = ''] = urls;
    const unknown = await askByName(`${byName}/channels`);
    assert.equal(unknown.status, 403, 'a server that does not know its name');
    assert.match(unknown.text, /--allow-host wall\.example/);
    assert.equal((await askByName(`${byIp}/channels`)).status, 200);
    const live = await livePoll();
    t.after(() => live.close());
    const server = live.listen({ port: 0 });
    await once(server, 'listening');
    const forwarded: (string | undefined)[] = [];
    server.on('request', ({ headers }) => forwarded.push(String(headers['x-forwarded-for'])));
    const { port } = server.address() as AddressInfo;
    const other = await proxied(t, recipe, { backend: String(port), certificate });
    await askByName(`${other.urls[0]}/channels`);
    assert.equal(forwarded.at(-1), '127.0.0.1');
  });

  test(`${recipe.program} as documented waits longer than the longest hold`, async () => {
    const times = (await blockOf(recipe.block)).matchAll(
      /(?:read_timeout|header_timeout|timeout (?:server|client)) (\d+)s/g,
    );
    const seconds = [...times].map(([, text]) => Number(text));
    assert.ok(seconds.length > 0 && Math.min(...seconds) > 55, String(seconds));
  });
}

test('the documented systemd unit starts a server that is ready, keeps its data in the state folder, and ends in time', async (t) => {
  const unit = await blockOf('ini');
  const words = /^ExecStart=\/usr\/bin\/npx lp-kit (.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
  const state = `/var/lib/${/^StateDirectory=(.*)$/m.exec(unit)?.[1]}`;
  const data = join(await emptyFolder(t), 'data');
  const own: Record<string, string> = { 3000: '0', [state]: data };
  const child = command(
    words.map((word) => own[word] ?? word),
    { LP_WRITE_TOKEN: 'as-in-lp-kit.env' },
  );
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  await said(child.stdout, /ready at/);
  assert.ok((await readdir(data)).includes('CURRENT'), 'the data is elsewhere');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('systemd-analyze verify accepts the unit', async (t) => {
  const unit = await blockOf('ini');
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    return t.skip('systemd-analyze is not installed here');
  }
  const file = join(await emptyFolder(t), 'lp-kit.service');
  await writeFile(file, unit.replace('/usr/bin/npx', '/bin/true'));
  const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.doesNotMatch(stderr, /lp-kit\.service:\d+: /);
});
