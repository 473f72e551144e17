// @ts-check
/**
 * Builds dist/: modules and types by tsc, kit.js and its files for browsers by esbuild.
 *
 * With `--if-changed` (used by `npm start`) it builds only if a source is newer than the last build, and says which.
 */
import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
/** Written when a build has ended well; its time is the time at which the build began. */
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
  rmSync('dist', { recursive: true, force: true });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  minifyTemplates('dist/components');
  chmodSync('dist/cli/cli.js', 0o755);
  cpSync('demo/public', 'dist/demo/public', { recursive: true });
  await Promise.all([bundleKit('dist/kit'), bundleFramework('dist/demo/public')]);
  // Served beside kit.js.
  const description = parse(readFileSync('docs/openapi.yaml', 'utf8'));
  writeFileSync('dist/kit/openapi.json', `${JSON.stringify(description, null, 2)}\n`);
  cpSync('llms.txt', 'dist/kit/llms.txt');
  cpSync('conformance', 'dist/conformance', { recursive: true });
  cpSync('explore', 'dist/kit/explore', { recursive: true });
  writeFileSync(STAMP, began.toISOString());
  utimesSync(STAMP, began, began);
}

/**
 * The code without TypeScript's helper around `import(url)`, which would rewrite `.ts`: we import what is built. Bundlers warn
 * of its `this`, and do not see the comments within it.
 *
 * @param {string} text
 */
function plainImports(text) {
  return text
    .replace(/^var __rewriteRelativeImportExtension = [^]*?^\};\n/m, '')
    .replaceAll(/import\(__rewriteRelativeImportExtension\(([^)]*)\)\)/g, 'import($1)');
}

/** Bundlers leave the text of templates as it is: what they get has no indentation. @param {string} folder */
function minifyTemplates(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const small = minified(plainImports(text));
    if (small !== text) writeFileSync(file, small);
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
