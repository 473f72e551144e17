// @ts-check
/**
 * Runs the tools in site/, which has its own packages so that the project's `npm ci` stays small:
 *
 * - `node tools/site.mjs reference`: docs/reference/, from the doc comments of what the package exports, by TypeDoc.
 * - `node tools/site.mjs`: site/dist/, the documentation as a static site, by VitePress.
 * - `node tools/site.mjs test`: builds the site, and checks it in a browser.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = `${root}site`;

/** @param {string} command @param {string[]} args @param {string} [cwd] */
const run = (command, args, cwd = site) => execFileSync(command, args, { cwd, stdio: 'inherit' });

if (!existsSync(`${site}/node_modules`)) run('npm', ['ci', '--no-audit', '--no-fund']);
if (process.argv[2] === 'reference') run('npx', ['typedoc']);
else {
  run(process.execPath, ['tools/build.mjs', '--if-changed'], root);
  run(process.execPath, ['tools/docs.mjs'], root);
  run(process.execPath, ['build.mjs']);
}
if (process.argv[2] === 'test') {
  run(process.execPath, ['--import', 'tsx', '--test', 'site/site.test.ts'], root);
}
