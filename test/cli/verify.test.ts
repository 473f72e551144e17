import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { faultOf } from '../../cli/verify.ts';
import { command, run, said } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { KilledServer } from '../support/killed-server.ts';
import { startLive } from '../support/live-server.ts';

test('a lost, repeated or missing number is a fault', () => {
  assert.equal(faultOf([1, 2, 3], 3), undefined);
  assert.match(faultOf([1, 3], 3) ?? '', /entry 2 has the number 3/);
  assert.match(faultOf([1, 2, 2], 3) ?? '', /entry 3 has the number 2/);
  assert.match(faultOf([1, 2], 3) ?? '', /3 entries were acknowledged, and 2/);
  assert.equal(faultOf([8, 9], 9, 8), undefined);
  assert.match(faultOf([8], 9, 8) ?? '', /2 entries were acknowledged, and 1/);
  assert.match(faultOf([9], 9, 8) ?? '', /entry 8 has the number 9/);
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

/** Runs `verify --power-cut` against a server that is killed meanwhile, and started again by `restart`. */
async function afterPowerCut(
  t: TestContext,
  restart: (data: string, start: () => Promise<void>) => Promise<void>,
): Promise<{ code: number | null; page: string; server: KilledServer }> {
  const folder = await emptyFolder(t);
  const data = join(folder, 'data');
  const server = await KilledServer.start(data);
  t.after(() => server.stop());
  const out = join(folder, 'result.html');
  const child = command(['verify', '--url', server.url, '--power-cut', '--out', out]);
  const ended = once(child, 'close') as Promise<[number | null]>;
  await said(child.stdout, /cut the power/);
  const start = await server.kill();
  await said(child.stdout, /The server is gone after \d+ acknowledged entries/);
  await restart(data, start);
  child.stdout.resume();
  const [code] = await ended;
  return { code, page: await readFile(out, 'utf8'), server };
}

test('a server that holds what it acknowledged passes the check of a power cut', async (t) => {
  const { code, page, server } = await afterPowerCut(t, (_data, start) => start());
  assert.equal(code, 0, page);
  assert.match(page, /survives a power cut, exactly once/);
  const { channels } = (await (await fetch(`${server.url}/channels`)).json()) as {
    channels: { entries: number }[];
  };
  assert.deepEqual(
    channels.filter(({ entries }) => entries > 0),
    [],
    'its channel is deleted',
  );
});

test('a server that lost its data fails the check of a power cut', async (t) => {
  const { code, page } = await afterPowerCut(t, async (data, start) => {
    await rm(data, { recursive: true });
    await start();
  });
  assert.equal(code, 1, page);
  assert.match(page, /one is lost, doubled or moved/);
});

test('--power-cut without a URL is refused', async () => {
  const { code, err } = await run(['verify', '--power-cut', '--data', '.']);
  assert.equal(code, 2);
  assert.match(err, /give --url URL, and no --data/);
});
