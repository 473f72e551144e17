import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { examplesOf } from '../support/examples.ts';
import { startLive } from '../support/live-server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

const blocksOf = (page: string, language: string): string[] =>
  examplesOf(page)
    .filter((example) => example.language === language)
    .map(({ code }) => code);

test('the programs of docs/client.md run unchanged, one after the other', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', [{ value: 0.4 }, { value: 0.6 }]);
  const blocks = blocksOf('docs/client.md', 'js');
  assert.ok(blocks.length >= 3);
  const program = [...blocks, 'end();', 'client.close();', "console.log('ended');"].join('\n');
  // From the sources, because the fast tests run without a build.
  const code = program
    .replaceAll('http://127.0.0.1:3000/lp', server.url)
    .replaceAll("'lp-kit/client'", "'./components/client/index.ts'");
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: root });
  assert.equal(stderr, '');
  assert.match(stdout, /mean 0\.5 max 0\.6/);
  assert.match(stdout, /ended/);
  const { text } = await server.poll('channels=log&wait=0');
  assert.match(text, /"text":"started"/);
});

test('the commands of docs/history.md run unchanged', {
  skip: !hasCurl() && 'no curl',
}, async () => {
  await using server = await startLive();
  await server.live.publish('cpu', [{ value: 0.4 }]);
  const blocks = blocksOf('docs/history.md', 'sh');
  assert.ok(blocks.length >= 2);
  const curl = 'curl() { command curl -sS --fail-with-body --max-time 20 "$@" && echo; }';
  const script = ['set -e', curl, ...blocks].join('\n');
  const { stdout } = await run('sh', ['-c', script], { env: { ...process.env, U: server.url } });
  assert.match(stdout, /"series":/);
  assert.match(stdout, /^key,|,field,|^time,/m);
});

function hasCurl(): boolean {
  try {
    return execFileSync('curl', ['--version']).length > 0;
  } catch {
    return false;
  }
}
