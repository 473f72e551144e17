import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { redisStore } from '../../server/stores/redis/store.ts';
import { item, PLENTY } from '../contract/case.ts';
import { run, serve } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';
import { freePort, noEngine, RedisServer } from '../support/redis-server.ts';

interface Polled {
  channels: { cpu?: { from: string; to: string; entries: { d: { value: number } }[] } };
}

test('of two servers on one engine, each accepts the cursors of the other, and wakes its polls', {
  skip: noEngine,
  timeout: 50_000,
}, async (t) => {
  const engine = await RedisServer.start();
  t.after(() => engine.stop());
  const [one, two] = await Promise.all([
    serve(['--redis', engine.url]),
    serve(['--redis', engine.url]),
  ]);
  const post = async (url: string, value: number) => {
    const response = await fetch(`${url}/channels/cpu`, { method: 'POST', body: String(value) });
    return (await response.json()) as { cursor: string };
  };
  const first = await post(one.url, 1);
  const second = await post(two.url, 2);
  const poll = async (url: string, since: string, wait: number) =>
    (await (await fetch(`${url}/poll?channels=cpu&since=${since}&wait=${wait}`)).json()) as Polled;
  const { channels } = await poll(two.url, first.cursor, 0);
  assert.deepEqual([channels.cpu?.from, channels.cpu?.to], [first.cursor, second.cursor]);
  const held = poll(two.url, second.cursor, 30);
  const health = async () => (await (await fetch(`${two.url}/health`)).json()) as { held: number };
  while ((await health()).held === 0);
  const third = await post(one.url, 3);
  const woken = await held;
  assert.deepEqual(
    [woken.channels.cpu?.from, woken.channels.cpu?.to],
    [second.cursor, third.cursor],
  );
  assert.deepEqual(await Promise.all([one.stop(), two.stop()]), [0, 0]);
});

test('a password in the address is used, a wrong one is refused with an error, and neither is printed', {
  skip: noEngine,
}, async (t) => {
  const engine = await RedisServer.start();
  t.after(() => engine.stop());
  await engine.command('CONFIG', 'SET', 'requirepass', 'geheim');
  const { port } = engine;
  const store = await redisStore({ url: `redis://:geheim@127.0.0.1:${port}` });
  await store.append('cpu', [item(1)]);
  await store.close();
  const wrong = redisStore({ url: `redis://:falsch@127.0.0.1:${port}` });
  await assert.rejects(wrong, (error: Error & { code: string }) => {
    assert.equal(error.code, 'unreachable');
    assert.doesNotMatch(error.message, /falsch|geheim/);
    return true;
  });
});

test('a start that the engine refuses halfway leaves no connection open', {
  skip: noEngine,
  timeout: 30_000,
}, async (t) => {
  const engine = await RedisServer.start();
  t.after(() => engine.stop());
  // May connect and ask for the version; may not subscribe.
  await engine.command('ACL', 'SETUSER', 'halfway', 'on', '>geheim', '~*', '+@all', '&none');
  const refused = redisStore({ url: `redis://halfway:geheim@127.0.0.1:${engine.port}` });
  await assert.rejects(refused, /NOPERM/);
  // The engine may notice the end of a connection a moment later; one that is left open stays until
  // the timeout.
  while (String(await engine.command('CLIENT', 'LIST')).includes('user=halfway'));
});

test('TLS works with a private certificate authority', { skip: noEngine }, async (t) => {
  const folder = await emptyFolder(t);
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', cert];
  const made = spawnSync('openssl', [...request.split(' '), ...names, ...files]);
  if (made.status !== 0) return t.skip('openssl is not installed here');
  const tlsPort = await freePort();
  const tls = `--tls-port ${tlsPort} --tls-cert-file ${cert} --tls-key-file ${key} --tls-ca-cert-file ${cert}`;
  const engine = await RedisServer.start(...tls.split(' '), '--tls-auth-clients', 'no');
  t.after(() => engine.stop());
  const url = `rediss://localhost:${tlsPort}`;
  const store = await redisStore({ url, tls: { ca: await readFile(cert) } });
  const { cursor } = await store.append('cpu', [item(1)]);
  assert.equal((await store.read('cpu', undefined, PLENTY)).to, cursor);
  await store.close();
  await assert.rejects(redisStore({ url }), { code: 'unreachable' });
});

test('without the package @redis/client the start ends with an error that names it', async () => {
  const hook = `export const resolve = (name, context, next) => {
    if (name === '@redis/client') throw new Error('not installed');
    return next(name, context);
  };`;
  const hide = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));`;
  const { code, err } = await run(['serve', '--redis', 'redis://127.0.0.1:1'], {
    env: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(hide)}"` },
  });
  assert.equal(code, 1);
  assert.match(err, /npm install @redis\/client/);
});
