/** A production bundle by each bundler keeps what an import defines. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

const { exports } = JSON.parse(readFileSync('node_modules/lp-kit/package.json', 'utf8'));
const entries = Object.keys(exports).filter(
  (name) =>
    !/\.json$|class$|client$|controller$|^\.\/(server|demo|words|react|preact|solid|vue|svelte)/.test(
      name,
    ),
);
const tagOf = (name) => (name === '.' || name === './kit.js' ? 'lp-number' : `lp-${name.slice(2)}`);
const out = (name, bundler) => `out/${bundler}/${name.replace(/\W+/g, '-') || 'all'}`;
const text = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
const keeps = (name, folder) => {
  const code = text(folder);
  const quoted = new RegExp(`["'\`]${tagOf(name)}["'\`]`);
  assert.match(
    code,
    name === './kit.js' ? /kit-lp-number|LpNumber/ : quoted,
    `${code.length} bytes`,
  );
};

rmSync('out', { recursive: true, force: true });
for (const name of entries) {
  const source = `src/${name.replace(/\W+/g, '-') || 'all'}.js`;
  mkdirSync('src', { recursive: true });
  writeFileSync(source, `import 'lp-kit${name.slice(1)}';\n`);

  test(`Rollup: lp-kit${name.slice(1)}`, async () => {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const bundle = await rollup({ input: source, plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: out(name, 'rollup') });
    keeps(name, out(name, 'rollup'));
  });

  test(`Vite: lp-kit${name.slice(1)}`, async () => {
    const { build } = await import('vite');
    await build({
      logLevel: 'error',
      configFile: false,
      build: { outDir: out(name, 'vite'), rollupOptions: { input: source } },
    });
    keeps(name, out(name, 'vite'));
  });

  test(`webpack: lp-kit${name.slice(1)}`, async () => {
    const { default: webpack } = await import('webpack');
    const path = `${process.cwd()}/${out(name, 'webpack')}`;
    const stats = await new Promise((resolve, reject) => {
      webpack({
        mode: 'production',
        entry: `./${source}`,
        output: { path },
        performance: false,
      }).run((error, result) => (error ? reject(error) : resolve(result)));
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    assert.deepEqual([errors, warnings], [[], []]);
    keeps(name, out(name, 'webpack'));
  });
}
