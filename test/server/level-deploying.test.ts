import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { livePoll } from '../../server/index.ts';
import { emptyFolder } from '../support/folders.ts';
import { freePort } from '../support/redis-server.ts';

const DOC = new URL('../../docs/deploying.md', import.meta.url);

interface Recipe {
  program: string;
  /** Language of its block in the document. */
  block: string;
  /** The file as the program wants it, of the block. */
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
    file: (block) => `{\n  admin off\n  auto_https off\n}\n${block}`,
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  { program: 'haproxy', block: 'haproxy', args: (file) => ['-f', file] },
];

/** The block of a language in docs/deploying.md. */
async function blockOf(language: string): Promise<string> {
  const text = await readFile(DOC, 'utf8');
  const block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1];
  assert.ok(block, `docs/deploying.md has no block ${language}`);
  return block;
}

/** Starts the documented configuration between two free ports, and gives its address once it answers. */
async function proxied(t: TestContext, recipe: Recipe, backend: number): Promise<string> {
  const { block, program, args, file = (text) => text } = recipe;
  const folder = await emptyFolder(t);
  const port = await freePort();
  const text = (await blockOf(block))
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${backend}`)
    .replaceAll('8080', String(port));
  const path = join(folder, 'config');
  await writeFile(path, file(text, folder));
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(program, args(path, folder), { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  t.after(async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
  });
  const url = `http://127.0.0.1:${port}/lp`;
  while (child.exitCode === null) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return url;
    await new Promise((done) => setTimeout(done, 30)); // not up yet
  }
  throw new Error(`${program} ended: ${said}`);
}

for (const recipe of RECIPES) {
  const there =
    spawnSync(recipe.program, [recipe.program === 'caddy' ? 'version' : '-v']).status === 0;
  const skip = there ? false : `${recipe.program} is not installed here`;
  if (skip) console.error(`SKIPPED, counted as skipped: ${skip}`);

  test(`a held poll is woken through ${recipe.program} as documented`, {
    skip,
    timeout: 30_000,
  }, async (t) => {
    const live = await livePoll();
    const server = live.listen({ port: 0 });
    await once(server, 'listening');
    t.after(() => live.close());
    const url = await proxied(t, recipe, (server.address() as AddressInfo).port);
    const posted = await fetch(`${url}/channels/cpu`, { method: 'POST', body: '1' });
    const { cursor } = (await posted.json()) as { cursor: string };
    const poll = fetch(`${url}/poll?channels=cpu&since=${cursor}&wait=20`);
    const health = async () => (await (await fetch(`${url}/health`)).json()) as { held: number };
    while ((await health()).held === 0);
    await fetch(`${url}/channels/cpu`, { method: 'POST', body: '2' });
    const { channels } = (await (await poll).json()) as {
      channels: { cpu: { from: string; entries: { d: { value: number } }[] } };
    };
    assert.deepEqual(
      [channels.cpu.from, channels.cpu.entries.map(({ d }) => d.value)],
      [cursor, [2]],
    );
  });

  test(`${recipe.program} as documented waits longer than the longest hold`, async () => {
    const times = (await blockOf(recipe.block)).matchAll(
      /(?:read_timeout|header_timeout|timeout (?:server|client)) (\d+)s/g,
    );
    const seconds = [...times].map(([, text]) => Number(text));
    assert.ok(seconds.length > 0 && Math.min(...seconds) > 55, String(seconds));
  });
}

test('the systemd unit starts the command as it is, with room to stop', async (t) => {
  const unit = await blockOf('ini');
  assert.match(
    unit,
    /ExecStart=\/usr\/bin\/npx lp-kit serve --port 3000 --data \/var\/lib\/lp-kit\n/,
  );
  assert.match(unit, /StateDirectory=lp-kit\n/);
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    return t.skip('systemd-analyze is not installed here');
  }
  const file = join(await emptyFolder(t), 'lp-kit.service');
  await writeFile(file, unit.replace('/usr/bin/npx', '/bin/true'));
  const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.doesNotMatch(stderr, /lp-kit\.service:\d+: /);
});
