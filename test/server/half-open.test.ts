import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('../support/half-open.ts', import.meta.url));
const noNetwork = (): string | false => {
  const tried = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']);
  if (tried.status === 0) return false;
  console.error(
    'SKIPPED, counted as skipped: only root may make a network of its own (unshare, ip)',
  );
  return 'no network of its own';
};

test('clients whose network fails during a hold leave no polls or connections', {
  skip: noNetwork(),
}, () => {
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--net', process.execPath, '--import', 'tsx', CHILD],
    { encoding: 'utf8', timeout: 100_000 },
  );
  assert.notEqual(stdout, '', stderr);
  assert.deepEqual(JSON.parse(stdout), {
    before: { held: 100, connections: 100 },
    left: { held: 0 },
  });
});
