// @ts-check
/**
 * Builds dist/: modules and types by tsc, kit.js and its files for browsers by esbuild, and the manifest, schema and types
 * from the doc comments by docs.mjs.
 *
 * With `--tables` it also writes the tables of docs/elements.md.
 * With `--if-changed` (used by `npm start`) it builds only if a source is newer than the last build, and says which.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { parse } from 'yaml';
import { bundleFramework } from './framework-bundle.mjs';
import { bundleKit } from './kit-bundle.mjs';
import { minified } from './minify-templates.mjs';

const SOURCES = [
  'protocol',
  'server',
  'cli',
  'components',
  'conformance',
  'demo',
  'explore',
  'tools',
  'package.json',
  'docs/openapi.yaml',
  'llms.txt',
];
/** Written at the end of a successful build. Its modification time is the time at which the build began. */
const STAMP = 'dist/.built';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
if (process.argv.includes('--if-changed')) {
  const changed = existsSync(STAMP) ? newerThan(statSync(STAMP).mtimeMs) : 'dist/';
  if (!changed) process.exit(0);
  console.log(
    changed === 'dist/'
      ? 'Building lp-kit for the first time; this takes a few seconds …'
      : `Building lp-kit again, because ${changed} has changed …`,
  );
}
await build();

async function build() {
  const began = new Date();
  const tables = process.argv.includes('--tables');
  rmSync('dist', { recursive: true, force: true });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  for (const folder of ['components', 'protocol', 'server', 'cli', 'demo'])
    shorten(join('dist', folder));
  removeInnerTypes();
  chmodSync('dist/cli/cli.js', 0o755);
  cpSync('demo/public', 'dist/demo/public', { recursive: true });
  shorten('dist/demo/public');
  await Promise.all([
    bundleKit('dist/kit'),
    bundleFramework('dist/demo/public'),
    promisify(execFile)(process.execPath, ['tools/docs.mjs', ...(tables ? [] : ['--dist'])]),
  ]);
  // Served beside kit.js.
  const description = parse(readFileSync('docs/openapi.yaml', 'utf8'));
  writeFileSync('dist/kit/openapi.json', JSON.stringify(description));
  cpSync('llms.txt', 'dist/kit/llms.txt');
  cpSync('conformance', 'dist/conformance', { recursive: true });
  cpSync('explore', 'dist/kit/explore', { recursive: true });
  shorten('dist/kit/explore');
  writeFileSync(STAMP, began.toISOString());
  utimesSync(STAMP, began, began);
}

/**
 * The code without TypeScript's helper around `import(url)`, which would rewrite `.ts`: the imported files are built already.
 * Bundlers warn about the helper's `this`, and do not see the comments within it.
 *
 * @param {string} text
 */
function plainImports(text) {
  return text
    .replace(/^var __rewriteRelativeImportExtension = [^]*?^\};\n/m, '')
    .replaceAll(/import\(__rewriteRelativeImportExtension\(([^)]*)\)\)/g, 'import($1)');
}

/**
 * Without comments, which the declarations beside the modules repeat (a tenth of the package), and with templates without
 * indentation, since bundlers leave their text as it is.
 *
 * @param {string} folder
 */
function shorten(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const file = join(folder, name);
    const text = plainImports(readFileSync(file, 'utf8'));
    const { code } = transformSync(folder.endsWith('components') ? minified(text) : text, {
      loader: 'js',
      format: 'esm',
      target: 'es2022',
      charset: 'utf8',
      minifyWhitespace: /explore|public/.test(folder),
    });
    writeFileSync(file, code);
  }
}

/** Removes the declarations (`.d.ts`) that no export of the package uses: more than half of them. */
function removeInnerTypes() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const reached = new Set(
    Object.values(exports)
      .flatMap(({ types }) => (types ? join(types) : []))
      .filter((file) => existsSync(file)), // those for frameworks are made later, and use exports only
  );
  for (const file of reached)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
      /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g,
    ))
      reached.add(join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')));
  for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const file = join('dist', name);
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}

/** @param {number} time @returns {string | undefined} a source that was written after that time */
function newerThan(time) {
  return SOURCES.flatMap((source) =>
    statSync(source).isDirectory()
      ? readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => join(source, name))
      : source,
  ).find((file) => !file.includes('node_modules') && statSync(file).mtimeMs > time);
}
