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
  --power-cut    instead: publish to --url until you cut the power of its machine, and check it when it is back
  --out FILE     the page; default lp-kit-verify.html

Give --data, --url or both. The exit code is 1 if a check fails. A kill does not show what a power cut loses: for that,
run --power-cut on another machine.
`;

const OPTIONS = {
  data: { type: 'string' },
  seconds: { type: 'string', default: '60' },
  url: { type: 'string' },
  token: { type: 'string' },
  hold: { type: 'string', default: '60' },
  'power-cut': { type: 'boolean', default: false },
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
  const isPowerCut = values['power-cut'];
  if (isPowerCut && (url === undefined || values.data !== undefined))
    throw new UsageError(
      '--power-cut checks a server on another machine: give --url URL, and no --data',
    );
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
    if (isPowerCut) add(await survivesPowerCut(remote));
    else {
      add(await conforming(remote));
      add(await updatesArrive(remote, holdSeconds));
    }
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
      const target = { ...remote, channel: 'verify' };
      try {
        if (kills === 0) await retain(target, 100_000);
        if (pending) stored = await publishBatch(target, pending);
        fault = faultOf(await numbersIn(target), stored);
        const isOver = kills > 0 && (Date.now() > end || stored > MAX_ENTRIES);
        if (fault !== undefined || isOver) break;
        const timer = setTimeout(() => child.kill('SIGKILL'), 50 + Math.random() * 1000);
        pending = await publishUntilGone(target, batchFrom(stored + 1));
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

/** Number of newest entries that are checked after a power cut: it loses the last ones that were not on the disk. */
const MOST_CHECKED = 10_000;
/** Pause in ms between batches before a power cut, which may be minutes away. */
const PACE_MS = 20;

/** Publishes to a server until its machine loses power, waits until the server is back, and checks what it holds. */
async function survivesPowerCut(remote: Remote): Promise<Check> {
  const target = { ...remote, channel: newChannel() };
  await retain(target, MOST_CHECKED);
  let stored = await publishBatch(target, batchFrom(1)); // a refusal ends the command here
  console.log(`Publishing to ${remote.base}: cut the power of its machine now.`);
  let pending = batchFrom(stored + 1);
  do {
    pending = await publishUntilGone(target, pending, PACE_MS);
    await pause(PACE_MS);
  } while (await isHealthy(remote)); // one request may fail, for example for a limit
  const acknowledged = pending.from - 1;
  console.log(`The server is gone after ${acknowledged} acknowledged entries; waiting for it …`);
  while (!(await isHealthy(remote))) await pause(1000);
  stored = await publishBatch(target, pending);
  const first = Math.max(1, stored - MOST_CHECKED + 1);
  const numbers = (await numbersIn(target)).filter((n) => n >= first);
  const fault = faultOf(numbers, stored, first);
  await requestJson(remote, `/channels/${target.channel}`, { method: 'DELETE' });
  const detail = `${acknowledged.toLocaleString('en')} entries acknowledged by ${remote.base}, which was gone and came back; the newest ${numbers.length.toLocaleString('en')} checked`;
  return { name: 'Every acknowledged entry survives a power cut, exactly once', detail, fault };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function isHealthy({ base, token }: Remote): Promise<boolean> {
  const options = { headers: authorization(token), signal: AbortSignal.timeout(5_000) };
  try {
    const response = await fetch(`${base}/health`, options);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** The channel of a server that numbers are published to. */
interface Target extends Remote {
  channel: string;
}

const newChannel = (): string => `lp-verify-${randomUUID().slice(0, 8)}`;

const retain = (target: Target, count: number): Promise<unknown> =>
  requestJson(target, `/channels/${target.channel}`, {
    method: 'PUT',
    body: JSON.stringify({ retain: count }),
  });

/** Numbers that are published together, under one idempotency key. */
interface Batch {
  from: number;
  count: number;
  key: string;
}

const batchFrom = (from: number): Batch => ({
  from,
  count: 1 + Math.floor(Math.random() * 20),
  key: randomUUID(),
});

/** Publishes batches, beginning with this one, until one is not acknowledged, which it returns. */
async function publishUntilGone(target: Target, first: Batch, paceMs = 0): Promise<Batch> {
  for (let batch = first; ; batch = batchFrom(batch.from + batch.count)) {
    try {
      await publishBatch(target, batch);
    } catch {
      return batch;
    }
    if (paceMs > 0) await pause(paceMs);
  }
}

/** Publishes a batch. Returns its last number. */
async function publishBatch(target: Target, { from, count, key }: Batch): Promise<number> {
  const { base, token, channel } = target;
  const response = await fetch(`${base}/channels/${channel}`, {
    method: 'POST',
    headers: {
      ...authorization(token),
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: JSON.stringify(Array.from({ length: count }, (_, i) => ({ n: from + i }))),
    signal: AbortSignal.timeout(30_000), // a machine without power closes no connection
  });
  await response.arrayBuffer();
  if (response.status !== 201) throw new Error(`a publish was answered ${response.status}`);
  return from + count - 1;
}

/** All numbers that the server holds, in order of their versions. */
async function numbersIn(target: Target): Promise<number[]> {
  const { channel } = target;
  const numbers: number[] = [];
  for (let since = ''; ; ) {
    const path = `/poll?channels=${channel}&since=${encodeURIComponent(since)}&wait=0`;
    const { channels, more } = (await requestJson(target, path)) as Answer;
    const part = channels[channel];
    for (const { d } of part?.entries ?? [])
      if (d !== undefined) numbers.push((d as { n: number }).n);
    if (!more || part?.to === undefined) return numbers;
    since = part.to;
  }
}

/** What is wrong with the numbers that a server holds, where `first` to `stored` were published, once each and in this order. */
export function faultOf(
  numbers: readonly number[],
  stored: number,
  first: number = 1,
): string | undefined {
  const at = numbers.findIndex((n, i) => n !== first + i);
  if (at >= 0)
    return `entry ${first + at} has the number ${numbers[at]}: one is lost, doubled or moved`;
  const count = stored - first + 1;
  if (numbers.length === count) return undefined;
  return `${count} entries were acknowledged, and ${numbers.length} are there`;
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
    name: 'Responses follow the protocol',
    detail: `${count} cases at ${remote.base}`,
    fault,
  };
}

const UPDATES = 200;
/** Maximum time to wait for acknowledged updates. */
const LATE_MS = 15_000;

/** Publishes, and checks what a client sees of it, also after a silence. */
async function updatesArrive(remote: Remote, holdSeconds: number): Promise<Check> {
  const channel = newChannel();
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
      await pause(holdSeconds * 1000);
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
<p>lp-kit ${version} on ${escaped(hostname())}, Node ${process.version}, ${new Date().toISOString()}.</p>
<table>
<thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">What was done</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table>
</main>
</html>
`;
}
