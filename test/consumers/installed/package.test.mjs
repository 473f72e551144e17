/** The linters of packages report nothing, and the packed command runs. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { failures, validateCem } from '@wc-toolkit/cem-validator';

const run = (args) => spawnSync('npx', args, { encoding: 'utf8' });

test('publint reports nothing', () => {
  const { status, stdout, stderr } = run(['publint', '--strict', process.env.TARBALL]);
  assert.equal(status, 0, stdout + stderr);
});

test('attw: each export has types that resolve', () => {
  const { status, stdout } = run([
    'attw',
    process.env.TARBALL,
    '--profile',
    'esm-only',
    '--no-color',
    '--format',
    'ascii',
    '--exclude-entrypoints',
    './kit.js',
    './kit.css',
  ]);
  assert.equal(status, 0, stdout);
});

test('cem-validator finds nothing in the manifest of elements', async () => {
  const folder = 'node_modules/lp-kit';
  const manifest = JSON.parse(readFileSync(`${folder}/dist/custom-elements.json`, 'utf8'));
  await validateCem(manifest, {
    packageJsonPath: `${folder}/package.json`,
    logErrors: true,
    exclude: ['LpDataElement', 'LazyDataElement'], // base classes have no tag
  });
  assert.deepEqual(
    failures.map(({ rule, message }) => `${rule}: ${message}`),
    [],
  );
});

test('npx lp-kit serve responds', async (t) => {
  const server = spawn(
    process.execPath,
    ['node_modules/lp-kit/dist/cli/cli.js', 'serve', '--memory', '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.after(() => server.kill());
  let said = '';
  while (!/http:\/\/\S+/.test(said)) said += (await once(server.stdout, 'data'))[0];
  const base = /http:\/\/[\w.:[\]]+/.exec(said)[0];
  assert.equal((await fetch(`${base}/lp/health`)).status, 200);
});
