import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveHandler } from '../server/http/router.ts';
import { type LivePoll, livePoll } from '../server/live-poll.ts';
import { FORMATS, type FormatName, type LivePollOptions } from '../server/options.ts';
import { historyMs } from '../protocol/history.ts';
import { unexpectedErrors } from '../server/http/unexpected-errors.ts';
import { StoreError } from '../server/index.ts';
import { readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit serve: run a server

  --port N              default 3000; 0 takes a free one            (PORT)
  --host ADDRESS        default 127.0.0.1                           (HOST)
  --base PATH           default /lp
  --data DIR            keep everything in this folder, default ./data  (LP_DATA)
  --memory              keep everything in memory only, until the server ends
  --redis URL           keep everything in Redis or Valkey, for several servers (LP_REDIS)
  --write-token TOKEN   token that publishers must send             (LP_WRITE_TOKEN)
  --read-token TOKEN    token that readers must send                (LP_READ_TOKEN)
  --tokens FILE         tokens with rights per channel: lp-kit token --help  (LP_TOKENS)
  --audit FILE          one JSON line per write, refusal and change of tokens; - is
                        standard output; reopened on SIGHUP         (LP_AUDIT)
  --allow-origin ORIGIN pages of this origin may read and write; "null" for files and
                        sandboxed frames; can be repeated
  --allow-host NAME     name by which browsers reach this server, such as that of a
                        proxy in front of it; can be repeated       (LP_ALLOW_HOST)
  --trust-proxy ADDRESS proxy whose X-Forwarded-For is trusted: an address, a CIDR
                        block or loopback; can be repeated          (LP_TRUST_PROXY)
  --trust-user-header H header in which that proxy sends the name of the signed-in user,
                        such as Remote-User                (LP_TRUST_USER_HEADER)
  --max-bytes BYTES     memory that all entries together may take; default half of
                        what node's heap allows
  --history AGE         how long numbers are kept in buckets, such as 12h, 90d or 1y;
                        none = not at all; default 30d, with --redis none
                                                                    (LP_HISTORY)
  --shared              let shared caches keep responses (not with --read-token)
  --in FORMAT,…         accepted formats of agents, default all     (LP_IN)
  --no-in               accept no formats of agents
  --strict              accept only channels declared by PUT
  --demo                serve the demo dashboard at /

On a host other than loopback, a write token or a tokens file is needed.
`;

const LOOPBACK = ['127.0.0.1', 'localhost', '::1', '[::1]'];

/** The demo of `lp-kit/demo`: an app whose routes are added to the kit's, and a function that ends it. */
interface Demo {
  app: LiveHandler;
  close(): void | Promise<void>;
}

interface DemoModule {
  demo(options: { live: LivePoll; url: string; token: string | undefined }): Promise<Demo>;
}

/** Runs until SIGTERM or SIGINT; 0 = ended in order. @throws UsageError */
export async function serve(args: string[]): Promise<number> {
  const { values } = readArgs({ args, options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { host } = values;
  const writeToken = values['write-token'] || undefined;
  const tokens = values.tokens || undefined;
  if (!LOOPBACK.includes(host) && !writeToken && !tokens) {
    throw new UsageError(
      `on ${host} anybody could publish: give --write-token TOKEN (or LP_WRITE_TOKEN) or --tokens FILE, or stay on 127.0.0.1`,
    );
  }
  const port = parsePort(values.port);
  const allowHosts = listed(values['allow-host'], 'LP_ALLOW_HOST');
  process.umask(0o077); // the data are only for the owner
  const live = await livePoll({
    ...(allowHosts.length > 0 && { allowHosts }), // on loopback the listener answers no other name anyway
    trustUserHeader: values['trust-user-header'] || undefined,
    trustProxy: listed(values['trust-proxy'], 'LP_TRUST_PROXY'),
    base: values.base,
    writeToken,
    readToken: values['read-token'] || undefined,
    tokens,
    audit: values.audit || undefined,
    allowOrigins: values['allow-origin'],
    shared: values.shared,
    ...parseHistory(values.history),
    strict: values.strict,
    ...parseIn(values),
    ...parseMaxBytes(values['max-bytes']),
    ...parsePlace(values),
    onProgress: progress(),
  } satisfies LivePollOptions);
  return run(live, { ...values, port, token: writeToken });
}

const OPTIONS = {
  port: { type: 'string', default: process.env['PORT'] ?? '3000' },
  host: { type: 'string', default: process.env['HOST'] ?? '127.0.0.1' },
  base: { type: 'string', default: '/lp' },
  data: { type: 'string' },
  memory: { type: 'boolean', default: false },
  redis: { type: 'string' },
  'write-token': { type: 'string', default: process.env['LP_WRITE_TOKEN'] ?? '' },
  'read-token': { type: 'string', default: process.env['LP_READ_TOKEN'] ?? '' },
  audit: { type: 'string', default: process.env['LP_AUDIT'] ?? '' },
  tokens: { type: 'string', default: process.env['LP_TOKENS'] ?? '' },
  'allow-origin': { type: 'string', multiple: true, default: [] as string[] },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  'trust-proxy': { type: 'string', multiple: true, default: [] as string[] },
  'trust-user-header': { type: 'string', default: process.env['LP_TRUST_USER_HEADER'] ?? '' },
  'max-bytes': { type: 'string' },
  shared: { type: 'boolean', default: false },
  history: { type: 'string', default: process.env['LP_HISTORY'] ?? '' },
  strict: { type: 'boolean', default: false },
  in: { type: 'string' },
  'no-in': { type: 'boolean', default: false },
  demo: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Returns the values given as options, else those in the environment, separated by spaces or commas. */
function listed(given: string[], variable: string): string[] {
  const values = given.length > 0 ? given : [process.env[variable] ?? ''];
  return values.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean);
}

/** @throws UsageError */
function parseMaxBytes(
  text: string | undefined,
): Pick<LivePollOptions, 'maxBytes' | 'maxChannelBytes'> {
  if (text === undefined) return {};
  const maxBytes = Number(text);
  if (!/^\d+$/.test(text) || maxBytes < 1_000_000) {
    throw new UsageError(`--max-bytes ${text}: give a whole number of bytes, 1000000 or more`);
  }
  return { maxBytes, maxChannelBytes: Math.floor(maxBytes / 2) };
}

/** @throws UsageError */
function parseHistory(text: string): Pick<LivePollOptions, 'history'> {
  if (text === '') return {};
  if (historyMs(text) !== undefined) return { history: text };
  throw new UsageError(`--history ${text}: give none, or an age such as 12h, 30d, 8w or 1y`);
}

interface Place {
  data?: string | undefined;
  memory: boolean;
  redis?: string | undefined;
}

/** Formats by `--in` or `LP_IN`. @throws UsageError */
function parseIn(values: {
  in?: string | undefined;
  'no-in': boolean;
}): Pick<LivePollOptions, 'in'> {
  if (values['no-in']) return { in: false };
  const words = (values.in ?? process.env['LP_IN'] ?? '').split(',').map((word) => word.trim());
  const names = words.filter(Boolean);
  const unknown = names.find((name) => !FORMATS.some((known) => known === name));
  if (unknown !== undefined) {
    throw new UsageError(`--in ${unknown}: there is no such format; use ${FORMATS.join(', ')}`);
  }
  return names.length > 0 ? { in: names as FormatName[] } : {};
}

/** Options of the command line win over the environment; the default is ./data. @throws UsageError */
function parsePlace({ data, memory, redis }: Place): Pick<LivePollOptions, 'data' | 'redis'> {
  const given = [data !== undefined, memory, redis !== undefined].filter(Boolean).length;
  if (given > 1) throw new UsageError('--data, --memory and --redis exclude one another: give one');
  if (memory) return {};
  if (redis !== undefined) return { redis };
  if (data !== undefined) return { data };
  const { LP_REDIS, LP_DATA } = process.env;
  if (LP_REDIS && LP_DATA) throw new UsageError('LP_DATA and LP_REDIS are both set: unset one');
  return LP_REDIS ? { redis: LP_REDIS } : { data: LP_DATA || './data' };
}

/** Says how far the opening of a large data folder is: from 100,000 entries on. */
function progress(): (entries: number) => void {
  let next = 100_000;
  return (entries) => {
    if (entries < next) return;
    next = entries + 100_000;
    console.log(`lp-kit reads its data: ${entries.toLocaleString('en')} entries so far`);
  };
}

interface RunOptions {
  host: string;
  port: number;
  base: string;
  demo: boolean;
  token: string | undefined;
  audit: string;
}

async function run(live: LivePoll, options: RunOptions): Promise<number> {
  const uncatch = catchUnexpected(live.store.kind);
  const ended = endSignal();
  if (options.audit) process.on('SIGHUP', () => live.reopenAudit());
  const server = live.listen({
    host: options.host,
    port: options.port,
    app: (req, res, next) =>
      live.inRoutes(req, res, () => {
        // Requests that arrive before the demo is ready wait for it.
        starting.then(
          ({ demo }) => (demo ? demo.app(req, res, next) : refuse(res, options)),
          () => res.destroy(),
        );
      }),
  });
  const starting = start(server, live, options);
  try {
    const { url } = await starting;
    console.log(
      `lp-kit is ready at ${url}${options.demo ? '/' : options.base} (store: ${live.store.kind})`,
    );
    await ended;
  } catch (error) {
    throw new Error(explain(error, options), { cause: error });
  } finally {
    const started = await starting.catch(() => undefined);
    await started?.demo?.close();
    await live.close();
    uncatch();
  }
  return 0;
}

interface Started {
  /** Origin of the server, such as `http://localhost:3000`. */
  url: string;
  demo?: Demo;
}

/** Resolves when the port is open and the demo, if wanted, has its pages. */
async function start(server: Server, live: LivePoll, options: RunOptions): Promise<Started> {
  await once(server, 'listening');
  const url = addressOf(server.address() as AddressInfo, options.host);
  if (!options.demo) return { url };
  const module = (await import(DEMO)) as DemoModule;
  return {
    url,
    demo: await module.demo({ live, url: `${url}${options.base}`, token: options.token }),
  };
}

/** Answers a request for a page on a server without pages: names the URL of the data, and how to get pages. */
function refuse(res: ServerResponse, { base }: RunOptions): void {
  res.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  res.end(`There are no pages here. Data: ${base}/. With --demo the server has pages as well.\n`);
}

/** Imported by the package's own name, so that it is found both from the sources and from the build. */
const DEMO = 'lp-kit/demo';

function endSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function addressOf({ port, family, address }: AddressInfo, host: string): string {
  const any = address === '::' || address === '0.0.0.0';
  const name = any || LOOPBACK.includes(host) ? 'localhost' : address;
  return `http://${family === 'IPv6' && name.includes(':') ? `[${name}]` : name}:${port}`;
}

function explain(error: unknown, { port, host }: RunOptions): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${port} is in use: give another with --port, or --port 0`;
  if (code === 'EACCES') return `port ${port} is not free to this user: give one above 1023`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}`;
  return message;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port ${JSON.stringify(text)}: give a number from 0 to 65535`);
}

/** Number of different errors that are logged; further ones are only counted. */
const LOGGED = 100;

/**
 * Keeps the server running after an uncaught error. Each different error is logged once, with its stack, and all are
 * counted (`lp_unexpected_errors_total`). If the error may have left the store half changed, the process ends with
 * exit code 1 and the reason: acknowledged writes are on the disk, and a restart reads them. Returns the function that
 * removes the handlers.
 */
function catchUnexpected(storeKind: string): () => void {
  const seen = new Set<string>();
  const caught = (error: unknown): void => {
    unexpectedErrors.count++;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!seen.has(text) && seen.size < LOGGED) {
      seen.add(text);
      console.error(`lp-kit: unexpected error: ${text}`);
    }
    if (!mayHarmStore(error, text, storeKind)) return;
    console.error(
      'lp-kit: the error came from the store, whose state may be inconsistent: the server ends',
    );
    process.exit(1);
  };
  process.on('unhandledRejection', caught).on('uncaughtException', caught);
  return () => {
    process.off('unhandledRejection', caught).off('uncaughtException', caught);
  };
}

/** Redis keeps its own state: an error in its store leaves nothing half changed. */
function mayHarmStore(error: unknown, stack: string, storeKind: string): boolean {
  if (error instanceof StoreError) return error.code === 'failed' || error.code === 'damaged';
  return storeKind !== 'redis' && /[\\/]server[\\/]stores[\\/]/.test(stack);
}
