// @ts-check
/**
 * Runs the test files that the command line names in this one process; `npm run test:unit` starts it. If no test ends for
 * two minutes, it names the one that is running and ends the process with an error.
 */
import { resolve } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { pathToFileURL } from 'node:url';

const LONGEST_MS = 120_000;

let running = '';
const timer = setTimeout(() => {
  console.error(`No test has ended for ${LONGEST_MS / 1_000} s. Running: ${running}`);
  process.exit(1);
}, LONGEST_MS).unref();
beforeEach((context) => {
  running = /** @type {import('node:test').TestContext} */ (context).fullName ?? context.name;
});
afterEach(() => void timer.refresh());

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)).href);
