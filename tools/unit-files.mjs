// @ts-check
/**
 * Runs the test files that the command line names in this one process; `npm run test:unit` starts it. If nothing ends for two
 * minutes, it names the test that is running and its file, and ends the process with an error. A worker thread measures the
 * time, so a test that loops without ever returning to the event loop is ended too.
 */
import { readFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const LONGEST_MS = 120_000;
const files = process.argv.slice(2);

if (isMainThread) await runTests();
else watch();

/** What the process is doing, and the name of the test if there is one. @typedef {{ doing: string, test?: string }} Step */

async function runTests() {
  const watcher = new Worker(new URL(import.meta.url), { argv: files, execArgv: [] });
  watcher.unref();
  /** @param {Step} step */
  const report = (step) => watcher.postMessage(step);

  beforeEach((context) => {
    const { fullName, name } = /** @type {import('node:test').TestContext} */ (context);
    report({ doing: `running "${fullName ?? name}"`, test: name });
  });
  afterEach(({ name }) => report({ doing: `waiting for something after "${name}"`, test: name }));
  for (const file of files) {
    report({ doing: `importing ${file}` });
    await import(pathToFileURL(resolve(file)).href);
  }
}

/** The worker thread: ends the process if the main thread reports no new step in time. */
function watch() {
  /** @type {Step} */
  let step = { doing: 'starting' };
  const timer = setTimeout(() => {
    const { doing, test } = step;
    const file = files.find((path) => test && readFileSync(path, 'utf8').includes(test)) ?? '';
    const error = `no test ended for ${LONGEST_MS / 1_000} s while ${doing}`;
    // The lines that tools/failures-reporter.mjs would have written.
    writeSync(2, `${JSON.stringify({ failed: test ?? doing, file: resolve(file), error })}\n`);
    writeSync(2, `${JSON.stringify({ count: 'fail', tests: 1 })}\n`);
    process.kill(process.pid, 'SIGKILL');
  }, LONGEST_MS);
  parentPort?.on('message', (/** @type {Step} */ next) => {
    step = next;
    timer.refresh();
  });
}
