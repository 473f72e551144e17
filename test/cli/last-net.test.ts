import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { serve } from '../support/command.ts';

/** Turns each SIGUSR2 into an unhandled rejection; `frame` is a line of its stack. */
const stray = (frame: string): Record<string, string> => {
  const code = `process.on('SIGUSR2', () => {
    const error = new Error('stray');
    error.stack = 'Error: stray\\n    at ${frame}:1:1';
    Promise.reject(error);
  });`;
  return { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(code)}"` };
};

test('an uncaught error is logged once and counted, and the server continues', async () => {
  const server = await serve([], stray('app.js'));
  const { child, url } = server;
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  const counted = async () =>
    /^lp_unexpected_errors_total (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  for (const times of ['1', '2']) {
    child.kill('SIGUSR2');
    while ((await counted()) !== times);
  }
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal(await server.stop(), 0);
  assert.equal(err.match(/unexpected error: Error: stray\n +at app\.js/g)?.length, 1);
});

test('an error in the store ends the server, with the reason', async () => {
  const { child } = await serve([], stray('commit (/x/server/stores/level/store.ts'));
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  const ended = once(child, 'close');
  child.kill('SIGUSR2');
  const [code] = (await ended) as [number];
  assert.equal(code, 1);
  assert.match(err, /stray[^]*came from the store/);
});
