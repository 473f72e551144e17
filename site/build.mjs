// @ts-check
/** Builds site/dist/: the pages of docs/, the playgrounds, and kit.js, which they use. Nothing is loaded from other hosts. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { build } from 'vitepress';
import { examplesOf } from './examples.mjs';
import { anchorsOf, elementPages, linked } from './pages.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
const docs = '../docs';
const read = (/** @type {string} */ file) => readFileSync(file, 'utf8');

rmSync('pages', { recursive: true, force: true });
const elements = elementPages(
  read(`${docs}/elements.md`),
  examplesOf('../demo/public/gallery.html'),
);
const anchors = anchorsOf(elements);
/** @type {Record<string, string>} */
const pages = { 'index.md': read('home.md'), ...elements };
for (const file of readdirSync(docs, { recursive: true, encoding: 'utf8' }))
  if (file.endsWith('.md') && file !== 'elements.md') pages[file] = read(join(docs, file));
for (const [path, text] of Object.entries(pages)) {
  const file = join('pages', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, linked(path, text, anchors));
}

cpSync('../dist/kit', 'pages/public/kit', {
  recursive: true,
  filter: (file) => !/\.(br|gz)$|explore/.test(file),
});
cpSync('../demo/public/icon.svg', 'pages/public/icon.svg');
for (const file of ['playground.css', 'camera.svg'])
  cpSync(`playground/${file}`, `pages/public/${file}`);
cpSync('../llms.txt', 'pages/public/llms.txt');
cpSync(`${docs}/images`, 'pages/images', { recursive: true });

// The server within a playground is the real one: node-shim.js replaces the few parts of Node that it uses.
const shim = fileURLToPath(new URL('playground/node-shim.js', import.meta.url));
await esbuild.build({
  entryPoints: ['playground/preview.ts'],
  outfile: 'pages/public/playground.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  tsconfig: '../tsconfig.json',
  inject: [shim],
  alias: { 'node:util': shim, 'node:v8': shim, 'node:zlib': shim },
  logLevel: 'warning',
});
await build('.');
// Each page as plain Markdown, for assistants; copied last, because VitePress would build pages from them.
cpSync(docs, 'dist/docs', { recursive: true, filter: (file) => !/images/.test(file) });
