import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Asked, ask } from '../support/ask.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';

const KIT = `export const words = ${JSON.stringify('live '.repeat(500))};\n`;
const CHUNK = '/kit-chunk-AB12CD34.js';
let folder: string;
let server: LiveServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lp-kit-'));
  for (const name of ['/kit.js', CHUNK]) await writeFile(folder + name, KIT);
  await writeFile(`${folder}/kit.js.map`, '{"version":3}');
  server = await startLive({ kitDir: folder });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, encoding?: string, headers: Record<string, string> = {}) =>
  ask(server.url + path, {
    headers: { ...headers, ...(encoding !== undefined && { 'Accept-Encoding': encoding }) },
  });

const decoded = ({ headers, bytes }: Asked): string => {
  if (headers['content-encoding'] === 'br') return brotliDecompressSync(bytes).toString();
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
};

test('each client gets the encoding that it prefers, otherwise the smallest that it accepts', async () => {
  const cases: [path: string, accepts: string | undefined, encoding: string | undefined][] = [
    ['/kit.js', 'gzip, deflate, br, zstd', 'br'],
    ['/kit.js', 'BR;q=0.1, gzip', 'gzip'],
    ['/kit.js', 'gzip;q=1.0, br;q=0', 'gzip'],
    ['/kit.js', 'gzip ; q=0.5', 'gzip'],
    ['/kit.js', 'gzip;q=0, identity', undefined],
    ['/kit.js', 'gzip;q=much', undefined],
    ['/kit.js', '', undefined],
    ['/kit.js', undefined, undefined],
    ['/kit.js?v=3', 'br', 'br'],
    [CHUNK, 'gzip', 'gzip'],
    [CHUNK, 'br', 'br'],
  ];
  for (const [path, accepts, encoding] of cases) {
    const answer = await get(path, accepts);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers['content-encoding'], encoding, `${path} for ${accepts}`);
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.match(answer.headers.vary ?? '', /\bAccept-Encoding\b/);
    assert.equal(Number(answer.headers['content-length']), answer.bytes.length);
    assert.equal(decoded(answer), KIT);
  }
});

test('files with a hash in their name are immutable, compressed too; kit.js is revalidated each time', async () => {
  assert.match((await get(CHUNK, 'gzip')).headers['cache-control'] ?? '', /immutable/);
  assert.equal((await get('/kit.js', 'br')).headers['cache-control'], 'no-cache');
});

test('each encoding has its own ETag, and is not sent again to a client that has it', async () => {
  const tags = new Set<string>();
  for (const encoding of ['br', 'gzip', 'identity']) {
    const { etag = '' } = (await get('/kit.js', encoding)).headers;
    tags.add(etag);
    const again = await get('/kit.js', encoding, { 'If-None-Match': etag });
    assert.deepEqual([again.status, again.bytes.length], [304, 0], encoding);
    assert.match(again.headers.vary ?? '', /\bAccept-Encoding\b/);
    const other = encoding === 'br' ? 'gzip' : 'br';
    assert.equal((await get('/kit.js', other, { 'If-None-Match': etag })).status, 200);
  }
  assert.equal(tags.size, 3);
});

test('HEAD has the same headers without a body; a range is answered with the whole file', async () => {
  const { headers } = await get('/kit.js', 'br');
  const head = await ask(`${server.url}/kit.js`, {
    method: 'HEAD',
    headers: { 'Accept-Encoding': 'br' },
  });
  assert.equal(head.status, 200);
  assert.equal(head.bytes.length, 0);
  for (const name of ['content-encoding', 'content-length', 'etag', 'vary'] as const)
    assert.equal(head.headers[name], headers[name], name);
  const part = await get('/kit.js', 'br', { Range: 'bytes=5-9' });
  assert.equal(part.status, 200);
  assert.equal(part.headers['accept-ranges'], undefined);
  assert.equal(decoded(part), KIT);
});

test('a file that was written again is compressed again', async () => {
  await writeFile(`${folder}/changed.js`, 'first()');
  assert.equal(decoded(await get('/changed.js', 'gzip')), 'first()');
  await writeFile(`${folder}/changed.js`, 'second()');
  await utimes(`${folder}/changed.js`, 1, 1); // Whatever the resolution of file times is.
  assert.equal(decoded(await get('/changed.js', 'gzip')), 'second()');
});

test('styles have their content type, and can be compressed', async () => {
  await writeFile(`${folder}/kit.css`, KIT);
  const answer = await get('/kit.css', 'gzip');
  assert.equal(answer.headers['content-encoding'], 'gzip');
  assert.equal(answer.headers['content-type'], 'text/css; charset=utf-8');
  assert.equal(answer.headers['cache-control'], 'no-cache');
  assert.equal(decoded(answer), KIT);
  assert.equal((await get('/other.css')).status, 404);
});

test('compressed files have no URL of their own; source maps are served unchanged', async () => {
  for (const path of ['/kit.js.br', '/kit.js.gz', '/.kit.js', '/x/../kit.js.gz'])
    assert.equal((await get(path, 'br, gzip')).status, 404, path);
  const map = await get('/kit.js.map', 'br, gzip');
  assert.deepEqual([map.status, map.headers['content-encoding']], [200, undefined]);
});

test('the files are served in every way to mount the kit', async () => {
  for (const door of ['front', 'bare'] as const) {
    await using other = await startLive({ kitDir: folder, door });
    const answer = await ask(`${other.url}/kit.js`, { headers: { 'Accept-Encoding': 'br' } });
    assert.equal(answer.headers['content-encoding'], 'br', door);
    assert.equal(decoded(answer), KIT);
  }
});
