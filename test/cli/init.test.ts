import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { init } from '../../cli/init.ts';
import { emptyFolder } from '../support/folders.ts';

async function written(t: TestContext, ...args: string[]): Promise<string> {
  const folder = await emptyFolder(t);
  t.mock.method(console, 'log', () => {});
  assert.equal(await init([folder, '--yes', ...args]), 0);
  return folder;
}

const text = (folder: string, name: string): Promise<string> =>
  readFile(join(folder, name), 'utf8');

test('the page has the given heading as text, and the server’s script', async (t) => {
  const folder = await written(t, '--title', 'Ops <b>& "more"', '--port', '4000');
  const page = await text(folder, 'index.html');
  assert.match(page, /label="Ops &lt;b>&amp; &quot;more&quot;"/);
  assert.match(page, /http:\/\/localhost:4000\/lp\/kit\.js/);
  assert.match(await text(folder, 'package.json'), /serve --port 4000/);
});

test('the token is new each time, and only its owner can read it', async (t) => {
  const folders = [await written(t), await written(t)];
  const tokens = await Promise.all(folders.map((folder) => text(folder, '.env')));
  for (const token of tokens) assert.match(token, /^LP_WRITE_TOKEN=[0-9a-f]{48}\n$/);
  assert.notEqual(tokens[0], tokens[1]);
  assert.equal((await stat(join(folders[0] ?? '', '.env'))).mode & 0o077, 0);
  assert.match(await text(folders[0] ?? '', '.gitignore'), /^\.env$/m);
});

test('existing files are left unchanged', async (t) => {
  const folder = await emptyFolder(t);
  t.mock.method(console, 'log', () => {});
  await writeFile(join(folder, 'index.html'), 'mine');
  await init([folder, '--yes', '--run', 'compose']);
  assert.equal(await text(folder, 'index.html'), 'mine');
  const { services } = parse(await text(folder, 'compose.yaml')) as {
    services: { 'lp-kit': { command: string } };
  };
  assert.match(services['lp-kit'].command, /serve --port 3000 .*--host 0\.0\.0\.0/);
});

test('an unknown variant and an invalid port are refused', async (t) => {
  const folder = await emptyFolder(t);
  await assert.rejects(init([folder, '--yes', '--run', 'kubernetes']), /npm, systemd, compose/);
  await assert.rejects(init([folder, '--yes', '--port', '0']), /--port 0/);
});
