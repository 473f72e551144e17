import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { type LivePoll, livePoll } from '../../server/index.ts';
import { openChromium } from '../support/chromium.ts';

/** Listens on a free port of loopback, and returns the address. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A page whose kit comes from `base`. */
const pageOf = (base: string): string =>
  `<!doctype html><html lang="en"><link rel="icon" href="data:,"><script type="module" src="${base}/kit.js"></script>
  <lp-number channel="a" label="A"></lp-number><lp-status></lp-status>`;

describe('a connection that cannot work is explained in the console, once, with the cure', () => {
  let browser: Browser;
  let live: LivePoll;
  let kit: string;
  const servers: Server[] = [];

  before(async () => {
    [browser, live] = await Promise.all([openChromium(), livePoll({ strict: true })]);
    const server = live.listen({ port: 0 });
    servers.push(server);
    await once(server, 'listening');
    kit = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lp`;
  });
  after(async () => {
    await browser.close();
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
    await live.close();
  });

  /**
   * A site whose `/lp` is the live server, except for the response that `poll` gives in its place.
   */
  async function site(
    poll: RequestListener | undefined,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const server = createServer((req, res) => {
      const path = req.url ?? '';
      if (path.startsWith('/lp/') && !(poll && path.startsWith('/lp/poll'))) {
        req.url = path.slice(3);
        live.router(req, res);
      } else if (path.startsWith('/lp/')) poll?.(req, res);
      else res.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(pageOf('/lp'));
    });
    servers.push(server);
    return listen(server);
  }

  /**
   * Opens a page; returns the kit's advice, once it is printed, and the texts of the elements at
   * that time.
   */
  async function visit(url: string): Promise<{ advice: string[]; number: string; status: string }> {
    const page = await (await browser.createBrowserContext()).newPage();
    const advice: string[] = [];
    const told = new Promise<void>((resolve) =>
      page.on('console', (message) => {
        if (message.type() !== 'error' || !message.text().startsWith('lp-kit: ')) return;
        advice.push(message.text());
        resolve();
      }),
    );
    await page.goto(url);
    await told;
    await page.waitForFunction(() =>
      ['offline', 'error', 'denied'].includes(
        (document.querySelector('lp-number') as HTMLElement & { status: string }).status,
      ),
    );
    const said = (tag: string, part: string): Promise<string> =>
      page.$eval(
        tag,
        (element, name) =>
          element.shadowRoot?.querySelector(`[part~=${name}]`)?.textContent?.trim() ?? '',
        part,
      );
    const seen = {
      number: await said('lp-number', 'message'),
      status: await said('lp-status', 'text'),
    };
    await page.browserContext().close();
    return { advice, ...seen };
  }

  const answer =
    (status: number, type: string, body: string): RequestListener =>
    (_req, res) =>
      void res.writeHead(status, { 'Content-Type': type }).end(body);

  const REFUSED: [name: string, status: number, type: string, body: string, cure: RegExp][] = [
    [
      'a firewall’s 403',
      403,
      'text/html',
      '<h1>Forbidden</h1>',
      /refuses the requests \(403\): let .*\/lp\/ pass/,
    ],
    [
      'a gateway’s 401 in JSON',
      401,
      'application/json',
      '{"error":"no"}',
      /refuses the requests \(401\)/,
    ],
    [
      'a 404 of another program',
      404,
      'text/html',
      'not here',
      /no lp-kit server answers at .*\/lp \(404\)/,
    ],
  ];
  for (const [name, status, type, body, cure] of REFUSED)
    test(`${name} is not reported as a missing sign-in`, async () => {
      const seen = await visit(await site(answer(status, type, body)));
      assert.equal(seen.advice.length, 1);
      assert.match(seen.advice[0] ?? '', cure);
      assert.equal(seen.number, `Refused by something in between (${status})`);
      assert.equal(seen.status, `Refused by something in between (${status})`);
    });

  test('a proxy that changes the Content-Type', async () => {
    const { advice } = await visit(
      await site(answer(200, 'text/plain', '{"now":1,"channels":{}}')),
    );
    assert.equal(advice.length, 1);
    assert.match(
      advice[0] ?? '',
      /answered text\/plain: .* Let .*\/lp\/ pass unchanged, with its Content-Type/,
    );
  });

  test('a channel that is unknown to a strict server', async () => {
    const { advice } = await visit(await site(undefined));
    assert.equal(advice.length, 1);
    assert.match(advice[0] ?? '', /there is no channel "a".*lp-kit describe a.*--strict/);
  });

  test('a policy of the page without connect-src', async () => {
    const policy = { 'Content-Security-Policy': "connect-src 'none'" };
    const origin = await site(undefined, policy);
    const { advice } = await visit(origin);
    assert.equal(advice.length, 1);
    assert.ok(
      advice[0]?.includes(`Content Security Policy blocks the server: add "connect-src ${origin}"`),
    );
  });

  test('a page of an origin that the server does not allow, and a page that is a file', async () => {
    const foreign = createServer((_req, res) =>
      res.writeHead(200, { 'Content-Type': 'text/html' }).end(pageOf(kit)),
    );
    servers.push(foreign);
    const origin = await listen(foreign);
    const byOrigin = await visit(origin);
    assert.equal(byOrigin.advice.length, 1);
    assert.ok(byOrigin.advice[0]?.endsWith(`--allow-origin ${origin}`), byOrigin.advice[0]);
    const folder = mkdtempSync(join(tmpdir(), 'lp-file-'));
    try {
      const file = join(folder, 'page.html');
      writeFileSync(file, pageOf(kit));
      const byFile = await visit(pathToFileURL(file).href);
      assert.equal(byFile.advice.length, 1);
      assert.match(byFile.advice[0] ?? '', /opened as a file .*--allow-origin null$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
