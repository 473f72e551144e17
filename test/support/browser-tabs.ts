import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import type { Answer, Entry } from '../../protocol/lp1.ts';
import { livePoll } from '../../server/index.ts';

/** Tabs of one browser with the same page, whose clients share a poll, and the server that they poll. */
export interface BrowserTabs extends AsyncDisposable {
  /** Opens another tab, and waits until it is live. */
  open(): Promise<Page>;
  /** Resolves with the tab that polls for all, as soon as it is one of these. */
  leader(among: Page[]): Promise<Page>;
  /** Resolves as soon as the server holds this many polls. */
  held(count: number): Promise<void>;
  /** Publishes the next numbers: 1, 2, 3 … */
  publish(count: number): Promise<void>;
  /** Publishes before, during and after an action. */
  throughout(happening: () => Promise<void>): Promise<void>;
  /** Resolves when each tab has received everything that the store holds, every version once and in order. */
  whole(pages: Page[]): Promise<void>;
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A tab</title>
<link rel="icon" href="data:,"><script type="module" src="/tab.js"></script></head><body></body></html>`;

/** The script of each tab. `heard` has all received numbers, including those that a reset replaced; `resets` has the reason of each reset. */
const TAB = `
import { liveClient } from './components/client/index.ts'
globalThis.heard = []
globalThis.resets = []
globalThis.client = liveClient('/lp', { share: 'tabs', waitSeconds: 5 })
client.subscribe('numbers', ({ reset, entries }) => {
  if (reset) resets.push(reset)
  heard.push(...entries)
})
globalThis.me = crypto.randomUUID()
navigator.locks.request('tab ' + me, () => new Promise(() => {})) // identifies the leader
`;

/** `await using tabs = await openTabs(browser)` */
export async function openTabs(browser: Browser): Promise<BrowserTabs> {
  const [live, scripts, context] = await Promise.all([
    livePoll({ graceMs: 20, retain: 100_000 }),
    bundle(),
    browser.createBrowserContext(),
  ]);
  const server = createServer((req, res) => {
    const path = (req.url ?? '').split('?')[0] as string;
    if (path.startsWith('/lp/')) {
      req.url = req.url?.slice('/lp'.length);
      return live.router(req, res);
    }
    const script = scripts.get(path);
    res.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' });
    res.end(script ?? PAGE);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let last = 0;
  const stored = async (): Promise<Entry[]> => {
    const answer = (await (await fetch(`${origin}/lp/channels/numbers`)).json()) as Answer;
    return answer.channels['numbers']?.entries ?? [];
  };
  return {
    async open() {
      const page = await context.newPage();
      await page.goto(origin);
      await page.waitForFunction(() => client.status.state === 'live', POLLING);
      return page;
    },
    async leader(among) {
      for (;;) {
        const leads = await Promise.all(among.map((page) => page.evaluate(isLeader)));
        const leader = among[leads.indexOf(true)];
        if (leader) return leader;
      }
    },
    async held(count) {
      for (;;) {
        const { held } = (await (await fetch(`${origin}/lp/health`)).json()) as { held: number };
        if (held === count) return;
      }
    },
    async publish(count) {
      for (let i = 0; i < count; i++) await live.publish('numbers', ++last);
    },
    async throughout(happening) {
      let over = false;
      const end = happening().finally(() => {
        over = true;
      });
      while (!over) {
        await live.publish('numbers', ++last);
        await new Promise((next) => setTimeout(next, 5));
      }
      await end;
      await live.publish('numbers', ++last);
    },
    async whole(pages) {
      const entries = await stored();
      assert.deepEqual(
        entries.map(({ v, d }) => [v, d]),
        Array.from({ length: last }, (_, i) => [i + 1, { value: i + 1 }]),
      );
      const check = async (page: Page): Promise<void> => {
        await page.waitForFunction((v) => heard.some((entry) => entry.v >= v), POLLING, last);
        assert.deepEqual(await page.evaluate(() => heard), entries);
        assert.deepEqual(await page.evaluate(() => resets), ['initial']);
      };
      await Promise.all(pages.map(check));
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      server.closeAllConnections();
      server.close();
      await live.close();
    },
  };
}

/** Runs a function in a tab. */
async function isLeader(): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  const lead = held.find(({ name }) => name?.startsWith('lp-tabs/'));
  const own = held.find(({ name }) => name === `tab ${me}`);
  return lead !== undefined && lead.clientId === own?.clientId;
}

/** Background tabs do not draw frames. */
const POLLING = { polling: 50 };

declare const heard: Entry[];
declare const resets: string[];
declare const me: string;
declare const client: { status: { state: string } };

/** The tab's script and its chunks, by path, so that code loaded on demand is still loaded on demand. */
async function bundle(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    stdin: {
      contents: TAB,
      resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
      sourcefile: 'tab.js',
    },
    outdir: '/',
    entryNames: 'tab',
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
