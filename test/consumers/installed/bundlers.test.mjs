/** A production bundle by each bundler keeps what the imports define, and no bundler warns. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

const { exports } = JSON.parse(readFileSync('node_modules/lp-kit/package.json', 'utf8'));
const target = (name) => exports[name].default ?? exports[name];
const names = Object.keys(exports).filter((name) => target(name).endsWith('/define.js'));
const fileOf = (name) => `src/${name.slice(2)}.js`;

rmSync('out', { recursive: true, force: true });
mkdirSync('src', { recursive: true });
for (const name of names) writeFileSync(fileOf(name), `import 'lp-kit${name.slice(1)}';\n`);
writeFileSync('src/kit.js', "import 'lp-kit/kit.js';\n");
const entries = Object.fromEntries([
  ...names.map((name) => [name.slice(2), `./${fileOf(name)}`]),
  ['kit', './src/kit.js'],
]);

/** Each tag is defined somewhere in the bundle: `define("lp-number", …)`, under whatever name. */
function keepsAll(folder) {
  const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
  assert.ok(names.length > 14);
  for (const name of names)
    assert.match(text, new RegExp(`\\(\\s*["'\`]lp-${name.slice(2)}["'\`],`), name);
  assert.match(text, /kit-lp-number|LpNumber/);
}

test('Rollup', async () => {
  const { rollup } = await import('rollup');
  const { nodeResolve } = await import('@rollup/plugin-node-resolve');
  const warnings = [];
  const bundle = await rollup({
    input: entries,
    plugins: [nodeResolve({ browser: true })],
    onwarn: ({ code, message }) => void (code === 'CIRCULAR_DEPENDENCY' || warnings.push(message)),
  });
  await bundle.write({ dir: 'out/rollup' });
  assert.deepEqual(warnings, []);
  keepsAll('out/rollup');
});

test('Vite', async () => {
  const { build, createLogger } = await import('vite');
  const warnings = [];
  const customLogger = { ...createLogger('silent'), warn: (text) => void warnings.push(text) };
  const build_ = {
    outDir: 'out/vite',
    chunkSizeWarningLimit: 1000,
    rollupOptions: { input: entries },
  };
  await build({ customLogger, configFile: false, build: build_ });
  assert.deepEqual(warnings, []);
  keepsAll('out/vite');
});

test('webpack', async () => {
  const { default: webpack } = await import('webpack');
  const output = { path: `${process.cwd()}/out/webpack` };
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode: 'production', entry: entries, output, performance: false }).run(
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  assert.deepEqual([errors, warnings.map(({ message }) => message)], [[], []]);
  keepsAll('out/webpack');
});
