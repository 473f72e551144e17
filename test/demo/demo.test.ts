import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { pages } from '../../demo/pages.ts';
import { demo } from '../../demo/server.ts';
import type { Json, LiveHandler } from '../../server/index.ts';
import { startLive } from '../support/live-server.ts';

interface Site extends AsyncDisposable {
  url: string;
}

async function serve(handler: LiveHandler): Promise<Site> {
  const server: Server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test('each page and file has the strict policy, and its content type', async () => {
  await using site = await serve(pages({ base: '/lp', needsToken: false }));
  for (const [path, type] of [
    ['/', 'text/html'],
    ['/plain', 'text/html'],
    ['/plain.html', 'text/html'],
    ['/lab', 'text/html'],
    ['/framework', 'text/html'],
    ['/board-home', 'text/html'],
    ['/home', 'text/html'],
    ['/home.sh', 'text/plain'],
    ['/page.css', 'text/css'],
    ['/page.js', 'text/javascript'],
    ['/icon.svg', 'image/svg+xml'],
  ] as const) {
    const answer = await fetch(`${site.url}${path}`);
    assert.equal(answer.status, 200, path);
    assert.ok(answer.headers.get('content-type')?.startsWith(type), path);
    const policy = answer.headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "require-trusted-types-for 'script'",
    ]) {
      assert.ok(policy.includes(rule), `${path}: ${rule}`);
    }
    assert.doesNotMatch(policy, /unsafe/);
    await answer.text();
  }
});

test('no page requests anything from another origin', async () => {
  await using site = await serve(pages({ base: '/lp', needsToken: false }));
  for (const path of [
    '/',
    '/board-home',
    '/plain',
    '/lab',
    '/smashing',
    '/framework',
    '/csp',
    '/gallery',
  ]) {
    const all = await (await fetch(`${site.url}${path}`)).text();
    const text = all.replaceAll(/<template [^>]*data-code-only>[^]*?<\/template>/g, ''); // Shown as text only.
    assert.match(text, /<header class="bar">/, path);
    assert.doesNotMatch(text, /(?:src|href)="https?:|url\(\s*['"]?https?:|@import/, path);
    assert.doesNotMatch(text, /\sstyle="|\son[a-z]+="|<script>/, path);
  }
});

test('pages load the kit by a relative URL, so that they also work below a path of a proxy', async () => {
  for (const [base, kit] of [
    ['/lp', './lp/'],
    ['/live/board', './live/board/'],
    ['', './'],
  ] as const) {
    await using site = await serve(pages({ base, needsToken: false }));
    for (const path of ['/', '/home', '/board-home', '/plain', '/gallery', '/framework']) {
      const text = await (await fetch(`${site.url}${path}`)).text();
      const loaded = [
        ...text.matchAll(/<(?:script|lp-source)[^<>]*\ssrc="([^"]*\/(?:kit\.js)?)"/g),
      ];
      assert.ok(loaded.length > 0, path);
      for (const [, url] of loaded) assert.ok(url?.startsWith(kit), `${path}: ${url}`);
    }
  }
});

test('only the demo’s own files are served, and nothing can be written', async () => {
  await using site = await serve(pages({ base: '/lp', needsToken: false }));
  for (const path of ['/pages.ts', '/..%2fpages.ts', '/nothing', '/nothing.css', '/index.']) {
    assert.equal((await fetch(`${site.url}${path}`)).status, 404, path);
  }
  assert.equal((await fetch(site.url, { method: 'POST', body: 'x' })).status, 405);
  const head = await fetch(site.url, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('a page about a board shows its files unchanged', async () => {
  await using site = await serve(pages({ base: '/lp', needsToken: false }));
  const text = async (path: string): Promise<string> => (await fetch(site.url + path)).text();
  for (const [board, title] of [
    ['home', 'Home'],
    ['wall', 'Production'],
    ['sales', 'Shop'],
  ]) {
    const page = await text(`/board-${board}`);
    assert.ok(page.includes(`<h1>${title}</h1>`), board);
    const shown = [...page.matchAll(/<code id="(?:html|script)"[^>]*>([^]*?)<\/code>/g)].map(
      ([, code]) =>
        (code ?? '').replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    );
    const files = [await text(`/${board}.html`), await text(`/${board}.sh`)];
    assert.deepEqual(
      shown,
      files.map((file) => file.trimEnd()),
    );
  }
  assert.equal((await fetch(`${site.url}/board-nothing`)).status, 404);
  assert.equal((await fetch(`${site.url}/board-constructor`)).status, 404);
});

test('the pages use the server’s base, and know whether a token is needed', async () => {
  await using site = await serve(pages({ base: '/live/data', needsToken: true }));
  const text = await (await fetch(site.url)).text();
  assert.match(text, /src="\.\/live\/data\/kit\.js"/);
  assert.doesNotMatch(text, /"\/lp\//);
  assert.match(text, /<html data-token /);
});

interface Channel {
  channels: Record<string, { to: string; meta?: Record<string, Json>; entries: { d?: Json }[] }>;
}

const EACH_SECOND = ['memory', 'uptime', 'loop', 'process.busy', 'process.memory'];

test('this machine is published over HTTP: described, once a second, and with the token', async () => {
  await using server = await startLive({ writeToken: 'secret' });
  const shown = await demo({ live: server.live, url: server.url, token: 'secret' });
  assert.equal(typeof shown.app, 'function');
  try {
    for (const channel of EACH_SECOND) {
      const { json } = await server.poll(`channels=${channel}&since=1&wait=10`);
      const part = (json as Channel).channels[channel];
      assert.ok(part?.entries.length, channel);
    }
    const { json } = await server.poll('channels=memory&wait=0');
    const { meta, entries } = (json as Channel).channels['memory'] as Channel['channels'][string];
    assert.equal(meta?.['label'], 'Memory');
    const d = entries[0]?.d as { used: number; total: number; usedRatio: number };
    assert.ok(d.used > 0 && d.used < d.total);
    assert.ok(Math.abs(d.usedRatio - d.used / d.total) < 0.001);
  } finally {
    shown.close();
  }
});

test('a refused write is counted, and shown in the events', async () => {
  await using server = await startLive();
  const shown = await demo({ live: server.live, url: server.url, token: undefined });
  try {
    const texts: unknown[] = [];
    await server.poll('channels=kit.polls&since=1&wait=10'); // It has counted once.
    const headers = { 'Content-Type': 'application/json' };
    const refused = await fetch(`${server.url}/channels/hello`, {
      method: 'POST',
      body: '[',
      headers,
    });
    assert.equal(refused.status, 400);
    for (let since = '0'; !texts.includes('A write was refused'); ) {
      const { json } = await server.poll(`channels=events&since=${since}&wait=10`);
      const part = (json as Channel).channels['events'];
      assert.ok(part, 'no event arrived');
      texts.push(...part.entries.map(({ d }) => (d as { text?: string } | undefined)?.text));
      since = part.to;
    }
  } finally {
    shown.close();
  }
});

test('a refused token is an error, not an empty page', async () => {
  await using server = await startLive({ writeToken: 'secret' });
  const refused = demo({ live: server.live, url: server.url, token: 'wrong' });
  await assert.rejects(refused, /403/);
});
