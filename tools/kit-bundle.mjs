// @ts-check
/**
 * Bundles components/kit.ts for the browser: a small kit.js, one file with the modules that two or more parts need, and one
 * file for each part.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { minified } from './minify-templates.mjs';

/** @typedef {import('esbuild').Metafile} Metafile */

const ENTRY = 'components/kit.ts';
/** Styles until the elements are defined: a file of its own, and part of kit.js. */
const STYLES = 'components/kit.css';
const PART = 'part';
/** The licence texts of the packages that are bundled, beside the bundles. */
const LICENCES = 'THIRD-PARTY-LICENSES.txt';
/** A module of this size or more that only two parts need becomes a file of its own: pages with neither do not load it. */
const LARGE_BYTES = 6000;

/** @param {string} outdir */
export async function bundleKit(outdir) {
  const styles = await minifiedStyles();
  const plain = await bundle(outdir);
  const core = coreOf(plain);
  const merged = await bundle(outdir, { core });
  const final = await bundle(outdir, { core, styles, files: filesOf(merged), write: true });
  const scripts = Object.keys(final.outputs).filter((file) => file.endsWith('.js'));
  await Promise.all(scripts.map(markUrlImports));
  await writeFile(join(outdir, 'kit.css'), styles);
  await writeFile(join(outdir, LICENCES), await licences(final));
}

async function minifiedStyles() {
  const text = await readFile(STYLES, 'utf8');
  const { code } = await esbuild.transform(text, { loader: 'css', minify: true });
  return code.trim();
}

/**
 * Adds comments that make bundlers which read kit.js leave `import(url)` unchanged: the minifier removes those of the sources.
 * webpack would warn of a "critical dependency", and could not import the URL.
 * @param {string} file
 */
async function markUrlImports(file) {
  const text = await readFile(file, 'utf8');
  const marked = text.replaceAll(
    /\bimport\((?=[\w$.]+\))/g,
    'import(/* webpackIgnore: true */ /* @vite-ignore */ ',
  );
  if (marked !== text) await writeFile(file, marked);
}

/**
 * Name, version and licence text of each package that a bundle contains, as the BSD and MIT licences require for copies.
 * @param {Metafile} metafile
 */
async function licences({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    );
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * @typedef {object} Core
 * @property {string[]} modules  Modules of the one shared file.
 * @property {string[]} users  The lazy parts that import it.
 */

/**
 * @param {string} outdir
 * @param {{ core?: Core, styles?: string, files?: Record<string, string[]>, write?: boolean }} [options]
 * @returns {Promise<Metafile>}
 */
async function bundle(outdir, { core, styles = '', files = {}, write = false } = {}) {
  const { metafile } = await esbuild.build({
    entryPoints: { kit: ENTRY },
    outdir,
    chunkNames: 'kit-[name]-[hash]',
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    target: 'es2022',
    tsconfig: 'tsconfig.json',
    charset: 'utf8',
    legalComments: 'none', // all licences are in one file instead: see licences()
    banner: { js: `/*! lp-kit, MIT. Bundled packages: see ${LICENCES} */` },
    logLevel: 'warning',
    logOverride: { 'ignored-bare-import': 'silent' },
    metafile: true,
    write,
    define: {
      KIT_FILES: JSON.stringify(JSON.stringify(files)),
      KIT_STYLES: JSON.stringify(styles),
    },
    plugins: [sources(core)],
  });
  return metafile;
}

/**
 * Loads our modules with minified templates. A part that uses the core imports all of it, and so it is one file: esbuild
 * would make one file for each set of modules that the same parts use, some twenty.
 *
 * @param {Core} [core]
 * @returns {import('esbuild').Plugin}
 */
const sources = (core) => ({
  name: 'kit-sources',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]components[\\/].*\.ts$/, namespace: 'file' },
      async ({ path }) => ({
        contents: minified(await readFile(path, 'utf8')),
        loader: 'ts',
      }),
    );
    // kit.js gets its own copy of what it shares with its parts. A shared file would be one more file for it to wait for.
    build.onResolve({ filter: /shared\/lazy-import\.ts$/ }, ({ path, importer, resolveDir }) =>
      /components[\\/][\w-]+\.ts$/.test(importer)
        ? { path: join(resolveDir, path), suffix: '?kit' }
        : null,
    );
    if (!core) return;
    build.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      const file = relative(process.cwd(), join(resolveDir, path)).replaceAll('\\', '/');
      const isUser = kind === 'dynamic-import' && core.users.includes(file);
      return isUser ? { path: file, namespace: PART } : null;
    });
    build.onLoad({ filter: /^/, namespace: PART }, ({ path }) => ({
      contents: [
        ...core.modules.map((file) => `import './${file}';`),
        `export * from './${path}';`,
      ].join('\n'),
      resolveDir: process.cwd(),
    }));
  },
});

/**
 * Returns the modules that two or more of kit.ts' parts need, except large ones of only two parts, and all lazy parts that need
 * something of it.
 *
 * @param {Metafile} metafile
 * @returns {Core}
 */
function coreOf({ inputs }) {
  const lazy = (/** @type {string} */ file) => importsOf(inputs, file, 'dynamic-import');
  const parts = lazy(ENTRY);
  const reached = parts.flatMap((part) => [...closure(part, (file) => importsOf(inputs, file))]);
  const usersOf = (/** @type {string} */ file) => reached.filter((each) => each === file).length;
  const modules = [...new Set(reached)].filter((file) => {
    const users = usersOf(file);
    return users > 2 || (users === 2 && (inputs[file]?.bytes ?? 0) < LARGE_BYTES);
  });
  const users = Object.keys(inputs)
    .flatMap(lazy)
    .filter((part) =>
      [...closure(part, (file) => importsOf(inputs, file))].some((file) => modules.includes(file)),
    );
  return { modules, users };
}

/**
 * For each lazy part that kit.js fetches (an element, a language) the files that it comes in, by its module's name.
 *
 * @param {Metafile} metafile
 * @returns {Record<string, string[]>}
 */
function filesOf({ outputs }) {
  const parts = Object.entries(outputs).filter(([, { entryPoint = '' }]) =>
    /(^|[/:])(lp-[\w-]+|languages|words\/\w+)\.ts$/.test(entryPoint),
  );
  return Object.fromEntries(
    parts.map(([part, { entryPoint = '' }]) => {
      const files = closure(part, (file) => importsOf(outputs, file));
      return [basename(entryPoint, '.ts'), [...files].map((file) => `./${basename(file)}`)];
    }),
  );
}

/**
 * @param {Record<string, { imports: { path: string, kind: string, external?: boolean }[] }>} graph
 * @param {string} file
 * @param {string} [kind]
 * @returns {string[]}
 */
const importsOf = (graph, file, kind = 'import-statement') =>
  (graph[file]?.imports ?? [])
    .filter((each) => each.kind === kind && !each.external)
    .map(({ path }) => path);

/**
 * Returns a file and all files that it imports, directly or not.
 *
 * @param {string} file
 * @param {(file: string) => string[]} next
 * @param {Set<string>} [seen]
 * @returns {Set<string>}
 */
function closure(file, next, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of next(file)) closure(each, next, seen);
  return seen;
}
