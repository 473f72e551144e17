import { setTimeout as sleep } from 'node:timers/promises';
import { authorization, REMOTE_OPTIONS, readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit scrape URL…: read Prometheus exporters and publish their metrics

  lp-kit scrape http://127.0.0.1:9100/metrics
  lp-kit scrape --prefix hosts web1:9100 web2:9100

  --every S      seconds from one reading to the next, default 15
  --once         read once, then exit
  --prefix P     channel names begin with P.
  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  the server's write token                           (LP_WRITE_TOKEN)

Each exporter's "up" is 1 if it could be read, else 0. The label instance is its host and port.
`;

const OPTIONS = {
  ...REMOTE_OPTIONS,
  every: { type: 'string', default: '15' },
  once: { type: 'boolean', default: false },
  prefix: { type: 'string' },
} as const;

interface Kit {
  /** URL to which metrics are pushed, without the instance. */
  base: string;
  headers: Record<string, string>;
  timeoutMs: number;
}

/**
 * Runs until SIGTERM or SIGINT. Returns 0; with `--once`, 1 if an exporter was not read or its metrics were not stored.
 * @throws UsageError
 */
export async function scrape(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const exporters = positionals.map(parseExporter);
  if (exporters.length === 0) throw new UsageError('scrape takes URLs (lp-kit scrape --help)');
  const everyMs = parseEvery(values.every);
  const token = values.token ?? process.env['LP_WRITE_TOKEN'];
  const { prefix } = values;
  const kit: Kit = {
    base: `${values.url}/in${prefix === undefined ? '' : `/${encodeURIComponent(prefix)}`}/metrics/job/scrape/instance/`,
    headers: { ...authorization(token), 'Content-Type': 'text/plain; version=0.0.4' },
    timeoutMs: Math.min(everyMs, 10_000),
  };
  if (values.once) {
    const read = await Promise.all(exporters.map((url) => scrapeOne(url, kit)));
    for (const problem of read) if (problem !== undefined) console.error(`lp-kit: ${problem}`);
    return read.every((problem) => problem === undefined) ? 0 : 1;
  }
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  await Promise.all(
    exporters.map((url) => scrapeOften(url, { kit, everyMs, signal: ended.signal })),
  );
  return 0;
}

/** Reads an exporter at a fixed interval, independent of the duration of a reading. Reports a problem when it begins and when it ends. */
async function scrapeOften(
  url: URL,
  { kit, everyMs, signal }: { kit: Kit; everyMs: number; signal: AbortSignal },
): Promise<void> {
  let reported: string | undefined;
  for (let due = performance.now(); !signal.aborted; due += everyMs) {
    const problem = await scrapeOne(url, kit);
    if (problem !== reported) console.error(`lp-kit: ${problem ?? `${url.host} is read again`}`);
    reported = problem;
    due = Math.max(due, performance.now() - everyMs);
    await sleep(due + everyMs - performance.now(), undefined, { signal }).catch(() => {});
  }
}

/** Reads an exporter and pushes its metrics. Returns a description of the problem, if there is one. */
async function scrapeOne(url: URL, { base, headers, timeoutMs }: Kit): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  let text = '';
  let problem: string | undefined;
  try {
    const answer = await fetch(url, { signal, headers: { Accept: 'text/plain;version=0.0.4' } });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    problem = `${url} was not read: ${wordsOf(error)}`;
  }
  const body = `# TYPE up gauge\nup ${problem === undefined ? 1 : 0}\n${text}`;
  try {
    const init = { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) };
    const answer = await fetch(base + encodeURIComponent(url.host), init);
    if (!answer.ok)
      return `the server did not take ${url.host}: ${answer.status} ${(await answer.text()).trim()}`;
  } catch (error) {
    return `the server did not take ${url.host}: ${wordsOf(error)}`;
  }
  return problem;
}

const wordsOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || message : message;
};

/** `host:9100` is `http://host:9100/metrics`. */
function parseExporter(text: string): URL {
  const whole = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(whole))
    throw new UsageError(`${text} is not a URL: give one such as http://127.0.0.1:9100/metrics`);
  const url = new URL(whole);
  if (url.pathname === '/') url.pathname = '/metrics';
  return url;
}

function parseEvery(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 86_400) return seconds * 1_000;
  throw new UsageError(`--every ${text}: give a number of seconds, 1 or more`);
}
