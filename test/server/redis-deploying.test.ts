import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { liveClient } from '../../components/client/index.ts';
import { ask } from '../support/ask.ts';
import { run, serve } from '../support/command.ts';
import { blockOf, isThere, started } from '../support/recipes.ts';
import { freePort, noEngine, RedisServer } from '../support/redis-server.ts';

const noProxy = isThere('haproxy');

test('behind HAProxy as documented, subscribers and publishers continue when an instance ends: each entry once and in order', {
  skip: noEngine || noProxy,
  timeout: 120_000,
}, async (t) => {
  const engine = await RedisServer.start();
  t.after(() => engine.stop());
  const open = () => serve(['--redis', engine.url, '--allow-host', 'wall.example']);
  const instances = await Promise.all([open(), open()]);
  t.after(() => Promise.all(instances.map((instance) => instance.stop())));
  const [one, two] = instances.map(({ url }) => new URL(url).port);
  const port = await freePort();
  const [whole, backend] = await Promise.all([blockOf('haproxy'), blockOf('haproxy-instances')]);
  const text = (whole.slice(0, whole.indexOf('\nbackend lp_kit') + 1) + backend)
    .replace(':3000', `:${one}`)
    .replace(':3001', `:${two}`)
    .replace('bind :80', `bind 127.0.0.1:${port}`)
    .replace(/^ *bind :443.*\n/m, '');
  await started(t, { program: 'haproxy', args: (path) => ['-f', path], text }, port);

  const url = `http://127.0.0.1:${port}/lp`;
  const readers = [1, 2, 3].map(() => {
    const heard: unknown[] = [];
    const resets: string[] = [];
    const client = liveClient(url);
    t.after(() => client.close());
    const all = new Promise<void>((done) => {
      client.subscribe('cpu', ({ reset, entries }) => {
        if (reset) resets.push(reset);
        for (const { d } of entries) heard.push((d as { value: number }).value);
        if (heard.at(-1) === 60) done();
      });
    });
    return { heard, resets, all };
  });
  const { child } = instances[0] as (typeof instances)[0];
  for (let n = 1; n <= 60; n++) {
    if (n === 30) {
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    }
    const headers = {
      'Idempotency-Key': `"${n}"`,
      Host: n % 2 ? 'wall.example' : `127.0.0.1:${port}`,
    };
    let status = 0;
    while (status !== 201) {
      const answer = ask(`${url}/channels/cpu`, { body: String(n), headers });
      status = await answer.then((asked) => asked.status).catch(() => 0);
    }
  }
  const values = Array.from({ length: 60 }, (_, i) => i + 1);
  for (const { heard, resets, all } of readers) {
    await all;
    assert.deepEqual([heard, resets], [values, ['initial']]);
  }
});

test('the command accepts the documented start of an instance', async () => {
  const doc = await readFile(new URL('../../docs/deploying.md', import.meta.url), 'utf8');
  const line = /^ {4}LP_REDIS=(\S+) LP_WRITE_TOKEN=(\S+) npx lp-kit (.*)$/m.exec(doc);
  assert.ok(line, 'the line is missing');
  const [, , token = '', args = ''] = line;
  const env = { LP_REDIS: 'redis://127.0.0.1:1', LP_WRITE_TOKEN: token };
  const { code } = await run(args.split(' '), { env });
  assert.equal(code, 1, 'no usage error (2): it fails only because there is no engine');
});
