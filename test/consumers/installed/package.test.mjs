/** The linters of packages report nothing, and the packed command runs. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Runs a command of the project that writes a tarball into `folder`. Returns the tarball's path. */
function packed(folder, command, args) {
  const said = execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
  return join(folder, said.trim().split('\n').at(-1));
}

const hashOf = (file) => createHash('sha512').update(readFileSync(file)).digest('hex');

test('a second build and pack gives the same tarball, byte by byte', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lp-pack-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const again = packed(folder, 'npm', ['pack', '--silent', process.env.KIT_ROOT]);
  assert.equal(hashOf(again), hashOf(process.env.TARBALL));
});

test('lp-kit-elements installs Lit, Chart.js and what these need, and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lp-elements-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tarball = packed(folder, process.execPath, [
    join(process.env.KIT_ROOT, 'tools/pack-elements.mjs'),
  ]);
  const npm = (...args) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
  npm('install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball);
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  assert.deepEqual(Object.keys(packages['node_modules/lp-kit-elements'].dependencies), [
    'chart.js',
    'lit',
  ]);
  const names = Object.keys(packages).flatMap((path) => path.split('node_modules/')[1] ?? []);
  const foreign = names.filter(
    (name) =>
      !/^(lp-kit-elements|lit(-html|-element)?|@lit\/|@lit-labs\/ssr-dom-shim|@types\/trusted-types|chart\.js|@kurkle\/color)/.test(
        name,
      ),
  );
  assert.deepEqual(foreign, []);
});

test('the bill of materials names what the package installs', () => {
  const text = execFileSync('npm', ['run', '--silent', 'sbom'], {
    cwd: process.env.KIT_ROOT,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  const { bomFormat, components } = JSON.parse(text);
  assert.equal(bomFormat, 'CycloneDX');
  const named = components.map(({ group, name, version }) =>
    [group, `${name}@${version}`].filter(Boolean).join('/'),
  );
  const tree = execFileSync('npm', ['ls', '--omit', 'dev', '--all', '--json'], {
    cwd: process.env.KIT_ROOT,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  assert.deepEqual(named.sort(), [...new Set(installed(JSON.parse(tree)))].sort());
  assert.ok(named.length > 80, `${named.length}: Lit, Chart.js, Express and what these need`);
});

/** Returns `name@version` of each package of a tree of `npm ls`. */
const installed = ({ dependencies = {} }) =>
  Object.entries(dependencies).flatMap(([name, each]) => [
    ...(each.version ? [`${name}@${each.version}`] : []),
    ...installed(each),
  ]);
