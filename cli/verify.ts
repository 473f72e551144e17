/** `lp-kit verify`: checks a disk by killing servers, and the connection to a server by publishing updates; writes one HTML page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { liveClient } from '../components/client/index.ts';
import type { Answer } from '../protocol/lp1.ts';
import { version } from '../server/version.ts';
import { runCases } from './conformance.ts';
import { parseRemote, type Remote, requestJson } from './remote.ts';
import { authorization, printable, readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit verify: check your disk and your proxy; writes one HTML page

  --data DIR     a folder on the disk to check: servers in a new folder below it are killed
  --seconds N    how long that goes on; default 60
  --url URL      a server's base URL, through your proxy            (LP_URL)
  --token TOKEN  a token that may write                             (LP_WRITE_TOKEN)
  --hold N       seconds of silence before an update must arrive; default 60
  --out FILE     the page; default lp-kit-verify.html

Give --data, --url or both. The exit code is 1 if a check fails. A power cut is not simulated.
`;

const OPTIONS = {
  data: { type: 'string' },
  seconds: { type: 'string', default: '60' },
  url: { type: 'string' },
  token: { type: 'string' },
  hold: { type: 'string', default: '60' },
  out: { type: 'string', default: 'lp-kit-verify.html' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** A check and its result: `fault` describes the problem found, `detail` what was done. */
interface Check {
  name: string;
  detail: string;
  fault: string | undefined;
}

/** Returns the exit code: 1 if a check failed. @throws UsageError, Error where a server cannot be started or reached */
export async function verify(args: string[]): Promise<number> {
  const { values } = readArgs({ args, options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const url = values.url ?? process.env['LP_URL'];
  if (values.data === undefined && url === undefined)
    throw new UsageError('say what to check: --data DIR, --url URL or both');
  const checks: Check[] = [];
  const add = (check: Check): void => {
    checks.push(check);
    console.log(`${check.fault === undefined ? 'ok  ' : 'FAIL'}  ${check.name}: ${check.detail}`);
    if (check.fault !== undefined) console.log(printable(`      ${check.fault}`));
  };
  const seconds = secondsOf('--seconds', values.seconds);
  const holdSeconds = secondsOf('--hold', values.hold);
  if (values.data !== undefined) add(await killedServers(values.data, seconds));
  if (url !== undefined) {
    const remote = parseRemote(url, values.token ?? process.env['LP_WRITE_TOKEN']);
    add(await conforming(remote));
    add(await updatesArrive(remote, holdSeconds));
  }
  await writeFile(values.out, pageOf(checks));
  console.log(`\nThe result is in ${resolve(values.out)}`);
  return checks.some(({ fault }) => fault !== undefined) ? 1 : 0;
}

function secondsOf(option: string, text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UsageError(`${option} ${text}: give seconds, up to 3600`);
}

/** Most entries of a run: a channel retains 100,000 at most, and each of them is read again after each start. */
const MAX_ENTRIES = 50_000;
const CHANNEL = 'verify';
const RETAIN_ALL = { method: 'PUT', body: '{"retain":100000}' };

/** Publishes to servers in a new folder below `dir`, which are killed at random moments. */
async function killedServers(dir: string, seconds: number): Promise<Check> {
  const folder = await mkdtemp(join(resolve(dir), 'lp-kit-verify-'));
  const end = Date.now() + seconds * 1000;
  let stored = 0;
  let kills = 0;
  let fault: string | undefined;
  let pending: Batch | undefined;
  try {
    for (;;) {
      const { child, remote } = await startServer(folder);
      try {
        if (kills === 0) await requestJson(remote, `/channels/${CHANNEL}`, RETAIN_ALL);
        if (pending) stored = await publishBatch(remote, pending);
        fault = faultOf(await numbersIn(remote), stored);
        const isOver = kills > 0 && (Date.now() > end || stored > MAX_ENTRIES);
        if (fault !== undefined || isOver) break;
        const timer = setTimeout(() => child.kill('SIGKILL'), 50 + Math.random() * 1000);
        pending = await publishUntilKilled(remote, stored);
        stored = pending.from - 1;
        clearTimeout(timer);
      } finally {
        await killed(child);
      }
      kills++;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const detail = `${stored.toLocaleString('en')} entries in ${resolve(dir)}, the server killed ${kills} times`;
  return { name: 'Every acknowledged entry survives a kill, exactly once', detail, fault };
}

/** Numbers that are published together, under one idempotency key. */
interface Batch {
  from: number;
  count: number;
  key: string;
}

/** Publishes batches until the server has ended. Returns the one that got no response. */
async function publishUntilKilled(remote: Remote, stored: number): Promise<Batch> {
  let from = stored + 1;
  for (;;) {
    const batch = { from, count: 1 + Math.floor(Math.random() * 20), key: randomUUID() };
    try {
      from = (await publishBatch(remote, batch)) + 1;
    } catch {
      return batch;
    }
  }
}

/** Publishes a batch. Returns its last number. */
async function publishBatch({ base }: Remote, { from, count, key }: Batch): Promise<number> {
  const response = await fetch(`${base}/channels/${CHANNEL}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(Array.from({ length: count }, (_, i) => ({ n: from + i }))),
  });
  await response.arrayBuffer();
  if (response.status !== 201) throw new Error(`a publish was answered ${response.status}`);
  return from + count - 1;
}

/** All numbers that the server holds, in order of their versions. */
async function numbersIn(remote: Remote): Promise<number[]> {
  const numbers: number[] = [];
  for (let since = ''; ; ) {
    const path = `/poll?channels=${CHANNEL}&since=${encodeURIComponent(since)}&wait=0`;
    const { channels, more } = (await requestJson(remote, path)) as Answer;
    const part = channels[CHANNEL];
    for (const { d } of part?.entries ?? [])
      if (d !== undefined) numbers.push((d as { n: number }).n);
    if (!more || part?.to === undefined) return numbers;
    since = part.to;
  }
}

/** What is wrong with the numbers that a server holds, where 1 to `stored` were published, once each and in this order. */
export function faultOf(numbers: readonly number[], stored: number): string | undefined {
  const at = numbers.findIndex((n, i) => n !== i + 1);
  if (at >= 0)
    return `entry ${at + 1} has the number ${numbers[at]}: one is lost, doubled or moved`;
  if (numbers.length === stored) return undefined;
  return `${stored} entries were acknowledged, and ${numbers.length} are there`;
}

/** Starts `lp-kit serve` in a folder, without the options of the environment. */
async function startServer(folder: string): Promise<{ child: ChildProcess; remote: Remote }> {
  const cli = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? 'cli.ts' : 'cli.js', import.meta.url),
  );
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LP_|PORT$|HOST$)/.test(name)),
  );
  const args = [...process.execArgv, cli, 'serve', '--port', '0', '--data', folder];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let base: string | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  while (base === undefined && child.exitCode === null) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    base = /http:\/\/[\w.:[\]]+/.exec(said)?.[0];
  }
  if (base !== undefined) return { child, remote: { base: `${base}/lp`, token: undefined } };
  throw new Error(`a server could not be started in ${folder}: ${said.slice(-500)}`);
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function conforming(remote: Remote): Promise<Check> {
  let count = 0;
  const faults: string[] = [];
  for await (const { name, problem } of runCases(remote)) {
    count++;
    if (problem !== undefined) faults.push(`${name}: ${problem}`);
  }
  const fault = faults.length > 0 ? faults.join('\n') : undefined;
  return {
    name: `Answers are those of the protocol`,
    detail: `${count} cases at ${remote.base}`,
    fault,
  };
}

const UPDATES = 200;
/** Maximum time to wait for acknowledged updates. */
const LATE_MS = 15_000;

/** Publishes, and checks what a client sees of it, also after a silence. */
async function updatesArrive(remote: Remote, holdSeconds: number): Promise<Check> {
  const channel = `lp-verify-${randomUUID().slice(0, 8)}`;
  const client = liveClient(remote.base, { headers: authorization(remote.token) });
  const seen: number[] = [];
  let wake = (): void => {};
  const end = client.subscribe(channel, ({ entries, reset }) => {
    if (reset) seen.length = 0;
    for (const { d } of entries) if (d !== undefined) seen.push((d as { n: number }).n);
    wake();
  });
  const seenAll = async (count: number): Promise<string | undefined> => {
    const late = AbortSignal.timeout(LATE_MS);
    late.addEventListener('abort', () => wake());
    while (seen.length < count && !late.aborted)
      await new Promise<void>((done) => {
        wake = done;
      });
    return faultOf(seen, count);
  };
  const detail = `${UPDATES} updates through ${remote.base}, and one after ${holdSeconds} s of silence`;
  const name = 'A client sees every update exactly once, in order';
  try {
    for (let n = 1; n <= UPDATES; n++) await client.publish(channel, { n });
    let fault = await seenAll(UPDATES);
    if (fault === undefined) {
      await new Promise((done) => setTimeout(done, holdSeconds * 1000));
      await client.publish(channel, { n: UPDATES + 1 });
      fault = await seenAll(UPDATES + 1);
    }
    return { name, detail, fault };
  } finally {
    end();
    client.close();
    await requestJson(remote, `/channels/${channel}`, { method: 'DELETE' });
  }
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Returns the page with the checks and their results. */
function pageOf(checks: readonly Check[]): string {
  const failed = checks.filter(({ fault }) => fault !== undefined).length;
  const rows = checks.map(
    ({ name, detail, fault }) =>
      `<tr><th scope="row">${escaped(name)}</th><td class="${fault === undefined ? 'ok' : 'bad'}">${fault === undefined ? '✓ passed' : '✗ failed'}</td><td>${escaped(detail)}${fault === undefined ? '' : `<pre>${escaped(fault)}</pre>`}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lp-kit verify: ${failed === 0 ? 'passed' : `${failed} failed`}</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.6rem; border-bottom: 1px solid light-dark(#dde3ea, #28323f); text-align: start; vertical-align: top; }
td:nth-child(2) { white-space: nowrap; font-weight: 600; }
.ok { color: light-dark(#17693c, #6fd39b); }
.bad { color: light-dark(#b3261e, #ff8f85); }
pre { white-space: pre-wrap; }
</style>
<main>
<h1>${failed === 0 ? 'All checks passed' : `${failed} of ${checks.length} checks failed`}</h1>
<p>lp-kit ${version} on ${escaped(hostname())}, Node ${process.version}, ${new Date().toISOString()}. Servers were killed; a power cut was not simulated.</p>
<table>
<thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">What was done</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table>
</main>
</html>
`;
}
