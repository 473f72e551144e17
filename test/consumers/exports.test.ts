/**
 * How people use each export of the package: they bundle it for production, and import it on a
 * server.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
if (!existsSync(`${root}/dist/kit/kit.js`))
  spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });

const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  exports: Record<string, string | { default: string }>;
};
const modules = Object.keys(exports).filter((name) => !/\.(json|css)$/.test(name));
const target = (name: string): string => {
  const found = exports[name];
  return typeof found === 'string' ? found : (found?.default ?? '');
};
const defining = modules.filter((name) =>
  /\/(components\/index|define|kit)\.js$/.test(target(name)),
);

/** A production bundle of code that has the package installed; `eager`: what it loads at once. */
async function bundled(code: string): Promise<{ all: string; eager: string }> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    outdir: 'out',
    write: false,
    logLevel: 'error',
    charset: 'utf8',
  });
  const eager = outputFiles.find(({ path }) => path.endsWith('stdin.js'))?.text ?? '';
  return { all: outputFiles.map(({ text }) => text).join('\n'), eager };
}

for (const name of defining) {
  test(`a production bundle keeps what import 'lp-kit${name.slice(1)}' defines`, async () => {
    const tag = name === '.' || name === './kit.js' ? 'lp-number' : `lp-${name.slice(2)}`;
    const { all: text } = await bundled(`import 'lp-kit${name.slice(1)}';`);
    const isLoader = name === './kit.js' && text.includes('kit-lp-number');
    assert.ok(isLoader || text.includes(`"${tag}"`), `${text.length} bytes`);
  });
}

test('elements and client import no packages except lit and chart.js, the only dependencies of lp-kit-elements', () => {
  const folder = `${root}/dist/components`;
  const imported = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => [
      ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(
        /(?:^import |\bfrom )"([^".][^"]*)";$/gm,
      ),
    ])
    .map(([, name = '']) => name.split('/', 1)[0]);
  assert.deepEqual(new Set(imported), new Set(['lit', 'chart.js']));
});

test('an import by URL stays unchanged: its comments for bundlers remain, and no helper is added', () => {
  const text = readFileSync(`${root}/dist/components/shared/lazy-import.js`, 'utf8');
  assert.match(
    text,
    /import\(\s*\/\* webpackIgnore: true \*\/\s*\/\* @vite-ignore \*\/\s*url\s*\)/,
  );
  assert.doesNotMatch(text, /__rewrite/);
});

test('kit.js has the comments for bundlers at each import by URL', () => {
  const kit = readFileSync(`${root}/dist/kit/kit.js`, 'utf8');
  assert.match(kit, /import\(\/\* webpackIgnore: true \*\/ \/\* @vite-ignore \*\/ [\w$.]+\)/);
  assert.doesNotMatch(kit, /import\([\w$.]+\)/);
});

test('the module of a class defines no element, and an unused import is removed by bundlers', async () => {
  const used = await bundled(
    `import { LpNumber } from 'lp-kit/number/class'; console.log(LpNumber);`,
  );
  assert.ok(used.all.length > 10_000);
  assert.ok(!used.all.includes('"lp-number"'));
  const { eager } = await bundled(`import { LpNumber } from 'lp-kit/number/class';`);
  assert.ok(eager.length < 100, `${eager.length} bytes`);
});

test('each module can be imported on a server without a DOM, and lets the process exit', () => {
  const code = modules
    .map((name) => `await import('lp-kit${name.slice(1)}');`)
    .concat("await (await import('lp-kit/kit.js')).load('lp-number');")
    .join('\n');
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', code],
    { cwd: root, encoding: 'utf8', timeout: 60_000 },
  );
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});
