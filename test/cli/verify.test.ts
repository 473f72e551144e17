import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { faultOf } from '../../cli/verify.ts';
import { run } from '../support/command.ts';
import { startLive } from '../support/live-server.ts';

test('a lost, repeated or missing number is a fault', () => {
  assert.equal(faultOf([1, 2, 3], 3), undefined);
  assert.match(faultOf([1, 3], 3) ?? '', /entry 2 has the number 3/);
  assert.match(faultOf([1, 2, 2], 3) ?? '', /entry 3 has the number 2/);
  assert.match(faultOf([1, 2], 3) ?? '', /3 entries were acknowledged, and 2/);
});

test('a disk and a server that hold what they acknowledge pass, and the page says so', async (t) => {
  const server = await startLive();
  t.after(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'lp-verify-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data);
  const out = join(folder, 'result.html');
  const where = ['--data', data, '--url', server.url, '--out', out];
  const ended = await run(['verify', ...where, '--seconds', '0.1', '--hold', '0.1']);
  assert.equal(ended.code, 0, ended.out + ended.err);
  const page = await readFile(out, 'utf8');
  assert.match(page, /All checks passed/);
  assert.match(page, /[1-9]\d* entries in .*, the server killed [1-9]\d* times/);
  assert.equal(page.match(/✓ passed/g)?.length, 3);
  assert.deepEqual(await readdir(data), [], 'what it wrote is deleted');
  const { channels } = (await (await fetch(`${server.url}/channels`)).json()) as {
    channels: { entries: number }[];
  };
  assert.deepEqual(
    channels.filter(({ entries }) => entries > 0),
    [],
  );
});

test('without a folder and a URL the error says what to give', async () => {
  const { code, err } = await run(['verify']);
  assert.equal(code, 2);
  assert.match(err, /--data DIR, --url URL or both/);
});
