import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kit = join(root, 'dist/kit');
if (!existsSync(join(kit, 'kit.js')))
  execFileSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });

const files = readdirSync(kit).filter((name) => name.endsWith('.js'));
const text = (file: string): string => readFileSync(join(kit, file), 'utf8');
const gzipped = (file: string): number =>
  gzipSync(readFileSync(join(kit, file)), { level: 9 }).length;

/** The built file of a module: `fileOf('lp-number')`. */
function fileOf(module: string): string {
  const found = files.filter((name) => /^kit-(.+)-[A-Z0-9]{8}\.js$/.exec(name)?.[1] === module);
  assert.equal(found.length, 1, `${module}: ${found.join(' ') || 'no file'}`);
  return found[0] as string;
}

const importsOf = (file: string): string[] =>
  [...text(file).matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)].map(([, name]) => name as string);

/** A file and everything that it imports in turn, but not what it may import later. */
function withImports(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of importsOf(file)) withImports(each, seen);
  return seen;
}

/** Bytes of script, compressed by gzip, until an element can draw. */
const bytesFor = (...tags: string[]): number => {
  const wanted = new Set(['kit.js', ...tags.flatMap((tag) => [...withImports(fileOf(tag))])]);
  return [...wanted].reduce((sum, file) => sum + gzipped(file), 0);
};
const elements = (): string[] =>
  [...text('kit.js').matchAll(/import\("\.\/kit-(lp-[a-z-]+)-\w+\.js"\)/g)].map(
    ([, tag]) => tag as string,
  );
const isChartJs = (file: string): boolean => /\bchartjs\b|Chart\.js/i.test(text(file));

test('kit.js is only a loader: it waits for no other file', () => {
  assert.deepEqual(importsOf('kit.js'), []);
  assert.ok(gzipped('kit.js') <= 4_400, `${gzipped('kit.js')} bytes`);
});

test('an element needs only a few more files, all known to kit.js from the start', () => {
  assert.ok(elements().length >= 13, elements().join(' '));
  for (const tag of elements()) {
    const needed = withImports(fileOf(tag));
    assert.ok(needed.size <= 7, `${tag}: ${[...needed].join(' ')}`);
    for (const file of needed) assert.ok(text('kit.js').includes(`./${file}`), `${tag}: ${file}`);
  }
});

test('one number costs less than 56.5 kB, a dashboard of all elements less than 150.9 kB', () => {
  const number = bytesFor('lp-number');
  assert.ok(number <= 56_500, `lp-number: ${number} bytes`);
  const all = bytesFor(...elements());
  assert.ok(all <= 150_900, `all: ${all} bytes`);
});

/**
 * Bytes of script, compressed by gzip, of a module of a user and everything that it imports
 * statically, as a bundler takes them from the published modules. Lit alone is 6 kB of each
 * element.
 */
async function bundledBytes(contents: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    outdir: 'out',
    metafile: true,
    write: false,
    absWorkingDir: root,
  });
  const first = 'out/stdin.js';
  const wanted = new Set([first]);
  for (const name of wanted)
    for (const { kind, path } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement') wanted.add(path);
  return outputFiles
    .filter(({ path }) => wanted.has(relative(root, path).replaceAll('\\', '/')))
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

const documented = readFileSync(join(root, 'docs/performance.md'), 'utf8');
for (const [element, most] of [
  ['time', 12_000],
  ['source', 20_600],
  ['status', 28_150],
  ['value', 35_900],
  ['number', 49_700],
  ['metric-chart', 66_750], // And Chart.js, which it loads when it comes near the viewport.
] as const) {
  test(`lp-${element} costs a bundle at most ${most} bytes`, async () => {
    const bytes = await bundledBytes(`import 'lp-kit/${element}';`);
    assert.ok(bytes <= most, `${bytes} bytes`);
    assert.ok(bytes > most * 0.94, `${bytes} bytes: lower the bound`);
    const row = new RegExp(`^\\| \`lp-kit/${element}\`.* \\| ([\\d.]+) \\|$`, 'm').exec(documented);
    const ratio = bytes / (Number(row?.[1]) * 1000);
    assert.ok(
      Math.abs(ratio - 1) < 0.02,
      `docs/performance.md says ${row?.[1]} kB: ${bytes} bytes`,
    );
  });
}

test('setWords of lp-kit/words costs at most 100 bytes beside an element', async () => {
  const [number, both] = await Promise.all([
    bundledBytes("import 'lp-kit/number';"),
    bundledBytes(
      "import 'lp-kit/number'; import { setWords } from 'lp-kit/words'; setWords('en', { statusLive: 'Now' });",
    ),
  ]);
  assert.ok(both > number && both <= number + 100, `${number} and ${both} bytes`);
});

test('a clock loads nothing of the client', async () => {
  const { metafile } = await build({
    entryPoints: [join(root, 'dist/components/time/define.js')],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: 'out',
    metafile: true,
    write: false,
  });
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) =>
    entryPoint?.endsWith('time/define.js'),
  );
  const files = [
    entry,
    ...(entry?.imports ?? []).map(({ kind, path }) =>
      kind === 'import-statement' ? metafile.outputs[path] : undefined,
    ),
  ];
  const modules = files.flatMap((file) => Object.keys(file?.inputs ?? {}));
  assert.ok(modules.length > 10);
  assert.deepEqual(
    modules.filter((name) => name.includes('/client/')),
    [],
  );
});

test('Chart.js and the code that needs it are in one file of at most 60.2 kB, which no element imports statically', () => {
  const plot = fileOf('plot-code');
  assert.ok(isChartJs(plot));
  assert.ok(gzipped(plot) <= 60_200, `${gzipped(plot)} bytes`);
  for (const tag of elements())
    for (const file of withImports(fileOf(tag))) assert.ok(!isChartJs(file), `${tag}: ${file}`);
  assert.ok(!text('kit.js').includes(`import("./${plot}")`));
});

test('the download of the package is at most 1.204 MB', () => {
  const json = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ size, files }] = JSON.parse(json) as [{ size: number; files: { path: string }[] }];
  assert.ok(size <= 1_204_000, `${size} bytes`);
  const needless = files.filter(({ path }) => /\.(map|gz|br|png)$/.test(path));
  assert.deepEqual(needless, []);
});

test('kit.js lists every element', () => {
  const rooms = readdirSync(join(root, 'components'), { recursive: true, encoding: 'utf8' });
  const defined = rooms
    .filter((name) => name.endsWith('define.ts') && name !== join('element', 'define.ts'))
    .flatMap((name) => [
      ...readFileSync(join(root, 'components', name), 'utf8').matchAll(/define\('(lp-[\w-]+)'/g),
    ])
    .map(([, tag]) => tag as string);
  assert.deepEqual(elements().sort(), defined.sort());
});
