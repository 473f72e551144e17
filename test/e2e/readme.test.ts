import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createPort } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { LIMITS } from '../../server/options.ts';
import { openChromium, openPage } from '../support/chromium.ts';
import { said } from '../support/command.ts';
import { type Example, examplesOf } from '../support/examples.ts';
import { STRICT_CSP } from '../support/wall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CLI = `${process.execPath} ${root}dist/cli/cli.js`;
/** Commands that work on the project itself: the scripts exist, and this run is one of them. */
const OF_THE_PROJECT = ['npm ci && npm start', 'npm ci && npm test'];
const DOCS = ['README.md', 'docs/smashing.md', 'docs/elements.md'];

let browser: Browser;
let pages: Server;
let server: ChildProcess;
/** Origin of the pages of the examples, and origin of the kit's server. */
let pagesOrigin: string;
let origin: string;
let body = '';

before(async () => {
  pages = createServer((req, res) => {
    if (req.url?.startsWith('/image.svg')) {
      res.writeHead(200, { 'Content-Type': 'image/svg+xml' });
      res.end('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
      return;
    }
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    res.end(
      `<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,">${body}`,
    );
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  pagesOrigin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const args = `serve --port 0 --memory --allow-origin ${pagesOrigin}`.split(' ');
  server = run(`exec ${CLI} ${args.join(' ')}`);
  const ready = await said(server.stdout as NodeJS.ReadableStream, /ready at \S+/);
  origin = new URL(/ready at (\S+)/.exec(ready)?.[1] as string).origin;
  browser = await openChromium();
});

after(async () => {
  await browser?.close();
  pages?.closeAllConnections();
  pages?.close();
  server?.kill('SIGTERM');
  if (server && server.exitCode === null) await once(server, 'exit');
});

/** A process in its own process group, which is ended as a whole. */
function run(script: string, env: Record<string, string> = {}): ChildProcess {
  return spawn('sh', ['-c', script], {
    cwd: root,
    detached: script.startsWith('while'),
    env: { ...process.env, LP_WRITE_TOKEN: '', ...env },
  });
}

async function ended(script: string, env?: Record<string, string>): Promise<string> {
  const child = run(script, env);
  let out = '';
  child.stdout?.on('data', (data) => (out += data));
  child.stderr?.on('data', (data) => (out += data));
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 0, `${script}\n${out}`);
  return out;
}

const here = (code: string): string =>
  code
    .replaceAll('http://localhost:3000', origin)
    .replaceAll('https://metrics.example', origin)
    .replaceAll('https://wall.example', pagesOrigin)
    .replaceAll('="/lp', `="${origin}/lp`)
    .replaceAll('npx lp-kit', CLI);

const entriesOf = async (channel: string): Promise<{ d: unknown }[]> => {
  const response = await fetch(`${origin}/lp/channels/${channel}`);
  const { channels } = (await response.json()) as {
    channels: Record<string, { entries: { d: unknown }[] } | undefined>;
  };
  return channels[channel]?.entries ?? [];
};

const publish = (channel: string, payload: unknown): Promise<Response> =>
  fetch(`${origin}/lp/channels/${channel}`, { method: 'POST', body: JSON.stringify(payload) });

/** Data for examples that show entries without publishing them. */
const DATA: Record<string, unknown> = {
  cpu: { value: 0.42 },
  disk: { free: 12 },
  door: { state: 'open' },
  heating: { status: 'on' },
  oncall: { title: 'Team Blue' },
  sales: 12_000,
  services: { key: 'db-1', status: 'down' },
  chat: { author: 'Ada', text: 'Hello' },
  deploys: { title: 'v1.2', author: 'Ada', link: 'https://example.org/', text: 'out' },
  health: { status: 'ok' },
  load: 0.5,
  loop: { p50: 1, p99: 3 },
  memory: { used: 4e9, usedRatio: 0.5 },
  hosts: { key: 'web-1', value: 0.42, status: 'ok' },
  queue: { value: 60 },
  orders: { order: 'A-1', customer: 'Ada', total: 99.5, status: 'paid' },
  room: { value: 21, temperature: 21 },
  top: { items: [{ label: 'a', value: 3 }] },
};

async function shell({ code }: Example): Promise<void> {
  for (const line of code
    .trim()
    .split('\n')
    .filter((each) => OF_THE_PROJECT.includes(each))) {
    const scripts = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).scripts;
    assert.ok(scripts[line.includes('start') ? 'start' : 'test'], line);
  }
  const own = code
    .trim()
    .split('\n')
    .filter((line) => !OF_THE_PROJECT.includes(line));
  const once = own.filter((line) => !/^while |lp-kit serve/.test(line)).join('\n');
  // A refused publish is a failure, and each line is run by itself, as in a terminal.
  if (once)
    await ended(`set -e\ncurl() { command curl -sS --fail-with-body "$@"; }\n${here(once)}`);
  for (const line of own.filter((each) => each.startsWith('while '))) await loop(line);
  for (const line of own.filter((each) => each.includes('lp-kit serve'))) await serves(line);
}

/** Waits until the first entry of its channel is stored. */
async function loop(line: string): Promise<void> {
  const channel = /post (\S+) -$/.exec(line)?.[1] as string;
  const child = run(here(line), { LP_URL: `${origin}/lp` });
  try {
    while ((await entriesOf(channel)).length === 0)
      assert.equal(child.exitCode, null, `${line} ended`);
  } finally {
    process.kill(-(child.pid as number));
  }
}

async function serves(line: string): Promise<void> {
  const child = run(`exec ${here(line)} --port 0 --memory`);
  await said(child.stdout as NodeJS.ReadableStream, /ready at/);
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Loaded unchanged; a fragment of a page gets the script. */
async function inPage({ code, page: doc, line }: Example): Promise<void> {
  const script = `<script type="module" src="${origin}/lp/kit.js"></script>`;
  const isWhole = code.includes('kit.js');
  body = here(isWhole ? code : `${script}\n${code}`);
  for (const [channel, payload] of Object.entries(DATA)) await publish(channel, payload);
  await publish('camera.yard', { url: `${pagesOrigin}/image.svg`, alt: 'A yard' });
  const { page, complaints } = await openPage(browser);
  await page.goto(pagesOrigin);
  const tags = [...new Set([...code.matchAll(/<(lp-[a-z-]+)/g)].map(([, tag]) => tag as string))];
  await page.waitForFunction((wanted) => wanted.every((tag) => customElements.get(tag)), {}, tags);
  await page.waitForFunction(() => {
    const widgets = '[channel]:not(lp-publish, lp-series, lp-row, lp-column)';
    // Without a widget, there is nothing to poll.
    const selector = document.querySelector(widgets) ? `${widgets}, lp-status, lp-source` : widgets;
    return [...document.querySelectorAll<HTMLElement & { status?: string }>(selector)].every(
      ({ status }) => status === 'live',
    );
  });
  const lies = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter(({ localName }) => localName.startsWith('lp-'))
      .flatMap((element) => {
        const known = (
          customElements.get(element.localName) as unknown as { observedAttributes: string[] }
        ).observedAttributes;
        return element
          .getAttributeNames()
          .filter((name) => !known.includes(name) && !/^(cols|rows|id|slot|data-.*)$/.test(name))
          .map((name) => `${element.localName} ${name}`);
      }),
  );
  assert.deepEqual(lies, [], `${doc}:${line}`);
  assert.deepEqual(complaints, [], `${doc}:${line}`);
  await page.browserContext().close();
}

/** Run in Node as a module of a user of the package, until it prints something. */
async function inNode({ code }: Example): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', here(code)], { cwd: root });
  try {
    await said(child.stdout, /\S/);
  } finally {
    child.kill();
  }
}

/** Run in a page that has the elements that it uses. */
async function scriptInPage({ code }: Example): Promise<void> {
  body = `<script type="module" src="${origin}/lp/kit.js"></script><lp-source></lp-source>`;
  const { page, complaints } = await openPage(browser);
  await page.goto(pagesOrigin);
  await page.evaluate(code);
  assert.deepEqual(complaints, []);
  await page.browserContext().close();
}

/** Compiled against the package's own types, then run. */
async function server3000({ code }: Example): Promise<void> {
  const folder = `${root}.cache/readme`;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(`${folder}/server.ts`, code);
    const options =
      '--strict --noEmit --module nodenext --target es2022 --types node --skipLibCheck --ignoreConfig';
    await ended(
      `${process.execPath} node_modules/typescript/bin/tsc ${options} ${folder}/server.ts`,
    );
    const port = await freePort();
    writeFileSync(`${folder}/server.mjs`, code.replace('3000', String(port)));
    const child = spawn(process.execPath, [`${folder}/server.mjs`], { cwd: root });
    try {
      let answer: Response | undefined;
      while (!answer) {
        assert.equal(child.exitCode, null);
        answer = await fetch(`http://127.0.0.1:${port}/lp/channels/room`).catch(() => undefined);
      }
      assert.match(await answer.text(), /"value":21\.5/);
    } finally {
      child.kill();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createPort().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function python({ code }: Example, t: TestContext): Promise<void> {
  const has = await ended('command -v python3').catch(() => '');
  if (!has) {
    t.skip('no python3 on this machine');
    return;
  }
  await ended(`python3 - <<'END'\n${here(code)}\nEND`);
  assert.deepEqual((await entriesOf('room')).at(-1)?.d, { value: 20.5 });
}

async function styles({ code }: Example): Promise<void> {
  const { page } = await openPage(browser);
  const read = await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return [...sheet.cssRules].map((rule) => (rule as CSSStyleRule).style.length);
  }, code);
  const written = [...code.matchAll(/\{([^}]*)\}/g)].map(
    ([, rules]) => rules?.split(';').filter((each) => each.trim()).length ?? 0,
  );
  // A shorthand sets several properties; an invalid rule or property is dropped by the browser.
  assert.equal(read.length, written.length);
  for (const [n, count] of written.entries()) assert.ok((read[n] ?? 0) >= count, code);
  await page.browserContext().close();
}

function text({ code }: Example): void {
  if (!code.startsWith('Content-Security-Policy')) return; // A drawing in text.
  const policy = code.replace('Content-Security-Policy:', '').replace(/\s+/g, ' ').trim();
  assert.equal(policy, STRICT_CSP);
}

function runnerOf(example: Example): (example: Example, t: TestContext) => void | Promise<void> {
  const { language, page } = example;
  if (language === 'js' && page === 'docs/elements.md') return scriptInPage;
  const runners: Record<string, ReturnType<typeof runnerOf>> = {
    sh: shell,
    html: inPage,
    js: inNode,
    ts: server3000,
    py: python,
    css: styles,
    '': text,
  };
  const runner = runners[language];
  if (!runner) throw new Error(`${page}: nobody runs ${language}`);
  return runner;
}

for (const example of DOCS.flatMap(examplesOf)) {
  const { page, line, language } = example;
  test(`${page}:${line}: the ${language || 'text'} example works`, (t) =>
    runnerOf(example)(example, t));
}

test('the limits in README.md are those of the server', () => {
  const table = /## Limits\n([\s\S]*?)\n## /.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1];
  const { retain, maxRetain, maxChannels, maxKeys, maxBodyBytes, maxItems } = LIMITS;
  const number = (n: number): string => n.toLocaleString('en');
  for (const said of [
    `up to ${number(maxRetain)}) | ${retain} |`,
    `| ${number(maxChannels)}; ${number(maxKeys)} |`,
    `| ${maxBodyBytes / 1024} KiB; ${number(maxItems)} |`,
    `| ${LIMITS.maxChannelsPerPoll}; ${number(LIMITS.maxHeld)} |`,
  ])
    assert.ok(table?.includes(said), said);
});

test('README.md has a limited length', () => {
  assert.ok(readFileSync(`${root}README.md`, 'utf8').split('\n').length <= 300);
});
