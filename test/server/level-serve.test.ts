import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { livePoll } from '../../server/index.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { said } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';

const CLI = fileURLToPath(new URL('../../cli/cli.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

interface Ended {
  code: number | null;
  text: string;
}

function start(t: TestContext, cwd: string, args: string[], env: Record<string, string> = {}) {
  const { LP_DATA: _data, LP_REDIS: _redis, ...own } = process.env;
  const child: ChildProcess = spawn(process.execPath, ['--import', TSX, CLI, 'serve', ...args], {
    cwd,
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stderr?.on('data', (chunk) => (text += chunk));
  const ended = once(child, 'close').then(
    ([code]): Ended => ({ code: code as number | null, text }),
  );
  return { child, ended };
}

/** The base URL of a server that has reported that it is ready. */
async function ready({ child, ended }: ReturnType<typeof start>): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const url = /ready at (\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error((await ended).text);
}

const post = async (url: string, value: number) =>
  (await fetch(`${url}/channels/cpu`, { method: 'POST', body: String(value) })).status;

const values = async (url: string) => {
  const response = await fetch(`${url}/channels/cpu`);
  const { channels } = (await response.json()) as {
    channels: { cpu: { entries: { d: { value: number } }[] } };
  };
  return channels.cpu.entries.map(({ d }) => d.value);
};

test('serve without options keeps what it acknowledged in ./data, through kill -9 and SIGTERM', async (t) => {
  const cwd = await emptyFolder(t);
  const first = start(t, cwd, ['--port', '0']);
  assert.equal(await post(await ready(first), 1), 201);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start(t, cwd, ['--port', '0'], { LP_DATA: 'data' });
  const url = await ready(second);
  assert.equal(await post(url, 2), 201);
  assert.deepEqual(await values(url), [1, 2]);
  second.child.kill('SIGTERM');
  assert.equal((await second.ended).code, 0);
  const third = start(t, cwd, ['--port', '0', '--data', `${cwd}/data`]);
  assert.deepEqual(await values(await ready(third)), [1, 2]);
});

test('a second server on a folder in use ends with an error that says so', async (t) => {
  const cwd = await emptyFolder(t);
  await ready(start(t, cwd, ['--port', '0']));
  const { code, text } = await start(t, cwd, ['--port', '0']).ended;
  assert.equal(code, 1);
  assert.match(text, /in use.*--data/s);
});

test('a start that takes long reports its progress', async (t) => {
  const data = await emptyFolder(t);
  const store = await levelStore({ location: data, durability: 'os' });
  const items = Array.from({ length: 1_000 }, (_, n) => ({ json: String(n), k: `k${n}` }));
  for (let n = 0; n < 210; n++) await store.append(`c${n}`, items);
  await store.close();
  const { child } = start(t, data, ['--port', '0', '--data', data]);
  const text = await said(child.stdout as NodeJS.ReadableStream, /ready at/);
  const counts = [...text.matchAll(/reads its data: ([\d,]+) entries/g)].map(([, count]) =>
    Number(count?.replaceAll(',', '')),
  );
  assert.equal(counts.length, 2, text);
  assert.ok((counts[0] as number) >= 100_000 && (counts[1] as number) >= 200_000, text);
});

test('--memory stores nothing on disk, and two storage options are a usage error', async (t) => {
  const cwd = await emptyFolder(t);
  for (let n = 0; n < 2; n++) {
    const server = start(t, cwd, ['--port', '0', '--memory']);
    const url = await ready(server);
    await post(url, n);
    assert.deepEqual(await values(url), [n]);
    server.child.kill('SIGTERM');
    await server.ended;
  }
  const { code } = await start(t, cwd, ['--memory', '--data', 'x']).ended;
  assert.equal(code, 2);
});

test('an unreachable Redis, or an invalid URL, ends the start with an error that says so', async (t) => {
  const cwd = await emptyFolder(t);
  const unreachable = start(t, cwd, ['--redis', 'redis://user:secret@127.0.0.1:1']);
  const wrong = start(t, cwd, ['--redis', '127.0.0.1']);
  for (const { ended } of [unreachable, wrong]) {
    const { code, text } = await ended;
    assert.equal(code, 1);
    assert.match(text, /redis:\/\/|127\.0\.0\.1:1/);
    assert.doesNotMatch(text, /secret/);
  }
});

test('livePoll stores its data in the configured folder', async (t) => {
  const data = await emptyFolder(t);
  const live = await livePoll({ data, durability: 'os' });
  const { cursor } = await live.publish('cpu', { value: 1 });
  await live.close();
  const again = await livePoll({ data });
  const [cpu] = await again.store.list();
  assert.deepEqual([again.store.kind, cpu?.cursor], ['level', cursor]);
  await again.close();
  await assert.rejects(livePoll({ data, redis: 'redis://127.0.0.1:1' }), TypeError);
  await assert.rejects(livePoll({ durability: 'os' }), TypeError);
});
