import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { livePoll } from '../../server/index.ts';
import { command, said } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { blockOf, isThere, started } from '../support/recipes.ts';
import { freePort } from '../support/redis-server.ts';

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

/** Starts the documented configuration between two free ports, and gives its address once it answers. */
async function proxied(t: TestContext, recipe: Recipe, backend: number): Promise<string> {
  const { block, program, args, file = (text) => text } = recipe;
  const folder = await emptyFolder(t);
  const port = await freePort();
  const text = (await blockOf(block))
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${backend}`)
    .replaceAll('8080', String(port));
  await started(t, { program, args: (path) => args(path, folder), text: file(text, folder) }, port);
  return `http://127.0.0.1:${port}/lp`;
}

for (const recipe of RECIPES) {
  const skip = isThere(recipe.program);

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

test('what the systemd unit starts is ready, keeps its data in the folder of its state, and ends in time', async (t) => {
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

test('systemd finds nothing wrong with the unit', async (t) => {
  const unit = await blockOf('ini');
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    return t.skip('systemd-analyze is not installed here');
  }
  const file = join(await emptyFolder(t), 'lp-kit.service');
  await writeFile(file, unit.replace('/usr/bin/npx', '/bin/true'));
  const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.doesNotMatch(stderr, /lp-kit\.service:\d+: /);
});
