/** `lp-kit doctor`: checks a server and the connection to it, and prints each finding with its cure. */
import { statfs } from 'node:fs/promises';
import { connect as connectTls } from 'node:tls';
import type { Answer, Problem } from '../protocol/lp1.ts';
import { parseRemote, type Remote, reasonOf } from './remote.ts';
import { authorization, printable, REMOTE_OPTIONS, readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit doctor: check a server and the connection to it; each finding names the cure

  --url URL        the base URL as pages use it: through the proxy   (LP_URL)
  --token TOKEN    the write token: also checks that an update arrives while a poll is held;
                   it uses the channel lp-doctor and deletes it       (LP_WRITE_TOKEN)
  --origin ORIGIN  origin of the pages, if it is not the server: https://wall.example
  --data DIR       the server's folder, if it is on this machine: checks the disk (LP_DATA)
  --hold SECONDS   how long to hold a poll, 5–55; default 30

The exit code is 1 if something fails.
`;

/** Result of a check. */
interface Finding {
  level: 'ok' | 'warn' | 'fail';
  text: string;
  /** What to do about it. */
  cure?: string;
}

interface Target extends Remote {
  origin: string | undefined;
  data: string | undefined;
  holdSeconds: number;
}

const ok = (text: string): Finding => ({ level: 'ok', text });
const warning = (text: string, cure: string): Finding => ({ level: 'warn', text, cure });
const failure = (text: string, cure: string): Finding => ({ level: 'fail', text, cure });

/** Returns the exit code: 1 if a check failed. @throws UsageError */
export async function doctor(args: string[]): Promise<number> {
  const { values } = readArgs({
    args,
    options: {
      ...REMOTE_OPTIONS,
      origin: { type: 'string' },
      data: { type: 'string' },
      hold: { type: 'string', default: '30' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const holdSeconds = Number(values.hold);
  if (!(holdSeconds >= 5 && holdSeconds <= 55)) {
    throw new UsageError(`--hold ${values.hold}: give seconds from 5 to 55`);
  }
  const target = {
    ...parseRemote(values.url, values.token ?? process.env['LP_WRITE_TOKEN']),
    origin: values.origin,
    data: values.data ?? process.env['LP_DATA'],
    holdSeconds,
  };
  return (await runChecks(target)) ? 0 : 1;
}

/** Runs the checks and prints each finding at once. Returns whether nothing failed. */
async function runChecks(target: Target): Promise<boolean> {
  let healthy = true;
  const print = ({ level, text, cure }: Finding): void => {
    healthy &&= level !== 'fail';
    console.log(`${level.padEnd(5)} ${printable(text)}`);
    if (cure !== undefined) console.log(`      → ${printable(cure)}`);
  };
  const reached = await health(target);
  for (const finding of reached) print(finding);
  if (target.data !== undefined) print(await disk(target.data));
  if (!reached.every(({ level }) => level !== 'fail')) return false;
  const reading = await token(target);
  print(reading);
  if (target.origin !== undefined) print(await origin(target, target.origin));
  print(await protocolOf(target));
  if (reading.level !== 'ok') return healthy;
  print(await connections(target));
  const writing = await writeRight(target);
  print(writing);
  if (writing.level === 'ok') print(await update(target));
  console.log(`      holding a poll for ${target.holdSeconds} s …`);
  print(await hold(target));
  return healthy;
}

interface Health {
  status?: string;
  version?: string;
  held?: number;
  store?: string;
  reason?: string;
}

/** Checks that there is a server, that it accepts this host name, that it is healthy, and its clock. */
async function health(target: Target): Promise<Finding[]> {
  const { base } = target;
  let response: Response;
  try {
    response = await ask(target, '/health');
  } catch (error) {
    return [unreachable(base, reasonOf(error))];
  }
  const body = await jsonOf<Health & Partial<Problem>>(response);
  if (body?.code === 'forbidden') {
    return [
      failure(
        `the server refuses the name ${new URL(base).host}: ${body.detail}`,
        `start it with --allow-host ${new URL(base).hostname}`,
      ),
    ];
  }
  if (body?.version === undefined) return [notTheKit(response, base)];
  const findings = [ok(`lp-kit ${body.version} answers at ${base} (store: ${body.store})`)];
  if (!response.ok) {
    findings.push(
      failure(
        `it is not healthy: ${body.status}${body.reason ? `, ${body.reason}` : ''}`,
        'check its log and its disk; if it is shutting down, wait for its restart',
      ),
    );
  }
  findings.push(clock(response));
  return findings;
}

function unreachable(base: string, reason: string): Finding {
  const { host, hostname } = new URL(base);
  const cures: Record<string, string> = {
    ECONNREFUSED: 'start it (lp-kit serve), or give the right port in --url',
    ENOTFOUND: `the name ${hostname} is unknown: check DNS, or use the IP address`,
    EAI_AGAIN: `the name ${hostname} cannot be looked up now: check DNS`,
    DEPTH_ZERO_SELF_SIGNED_CERT: 'set NODE_EXTRA_CA_CERTS to the certificate of its authority',
    CERT_HAS_EXPIRED: 'renew the certificate of the server or proxy',
    ERR_SSL_WRONG_VERSION_NUMBER: 'there is no TLS at this port: use http:// in --url',
  };
  return failure(
    `nothing answers at ${host}: ${reason}`,
    cures[reason] ?? 'check the network, firewalls, and that the server runs',
  );
}

const notTheKit = ({ status, headers }: Response, base: string): Finding =>
  failure(
    `${base}/health answered ${status} (${headers.get('Content-Type') ?? 'no content type'}), and not as lp-kit does`,
    status === 404
      ? 'give the base of lp-kit in --url, such as http://host:3000/lp; behind a proxy, pass the path on unchanged'
      : 'a proxy, a firewall or a login page answers instead: configure it to let this path pass',
  );

const MAX_SKEW_MS = 5_000;

function clock({ headers }: Response): Finding {
  const date = Date.parse(headers.get('Date') ?? '');
  if (Number.isNaN(date))
    return ok('the response has no Date header, so the clock was not compared');
  const skewMs = date + 500 - Date.now(); // The Date header has whole seconds.
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) < MAX_SKEW_MS) return ok('the clocks of server and this machine agree');
  return warning(
    `the server's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    'synchronize both by NTP; otherwise values with a time of their own appear too old or ahead',
  );
}

async function token(target: Target): Promise<Finding> {
  const response = await ask(target, '/channels');
  if (response.ok) return ok('this token (or none) may read');
  const body = await jsonOf<Problem>(response);
  if (response.status === 401 || response.status === 403) {
    return failure(
      `may not read: ${body?.detail ?? `a proxy or firewall answers ${response.status}`}`,
      body?.code
        ? 'give the read or write token: --token, and headers on <lp-source> in pages'
        : 'configure the proxy or firewall to let this path pass',
    );
  }
  return failure(`${target.base}/channels answered ${response.status}`, 'check the server log');
}

/** Checks whether a page of that origin may read. */
async function origin(target: Target, origin: string): Promise<Finding> {
  const response = await ask(target, '/health', { headers: { Origin: origin } });
  const allowed = response.headers.get('Access-Control-Allow-Origin');
  if (allowed === '*' || allowed === origin || new URL(target.base).origin === origin) {
    return ok(`pages of ${origin} may read`);
  }
  return failure(
    `pages of ${origin} may not read`,
    `start the server with --allow-origin ${origin}`,
  );
}

/** Browsers open six connections to a host under HTTP/1.1, and any number of requests under HTTP/2. */
async function protocolOf({ base }: Target): Promise<Finding> {
  const { protocol, hostname, port } = new URL(base);
  if (protocol === 'https:' && (await speaksHttp2(hostname, Number(port || 443)))) {
    return ok('HTTP/2: any number of tabs');
  }
  return warning(
    'HTTP/1.1: a browser opens six connections to one host, so a seventh tab may wait',
    'put a proxy with TLS and HTTP/2 in front of it, or let tabs share one poll: <lp-source share="tabs">',
  );
}

function speaksHttp2(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ host, port, servername: host, ALPNProtocols: ['h2', 'http/1.1'] });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(5_000, () => end(false));
    socket.once('secureConnect', () => end(socket.alpnProtocol === 'h2'));
    socket.once('error', () => end(false));
  });
}

const MANY = 20;

/** Holds many polls at once, like many viewers behind one address. */
async function connections(target: Target): Promise<Finding> {
  const polls = Array.from({ length: MANY }, () => holdPoll(target, 2));
  const failed = (await Promise.all(polls)).filter(({ error }) => error !== undefined);
  if (failed.length === 0) return ok(`${MANY} polls were held at the same time`);
  return failure(
    `of ${MANY} polls at the same time ${failed.length} failed: ${failed[0]?.error}`,
    'raise the limit of connections from one address in the proxy (limit_conn, max connections)',
  );
}

/** Checks the right to write by an empty batch, which is refused only after the right has been checked, and stores nothing. */
async function writeRight(target: Target): Promise<Finding> {
  const response = await ask(target, '/channels/lp-doctor', { method: 'POST', body: '[]' });
  const body = await jsonOf<Problem>(response);
  if (body?.code === 'bad-request' || body?.code === 'bad-item')
    return ok('this token (or none) may write');
  return warning(
    `may not write, so the arrival of updates was not checked: ${body?.detail ?? response.status}`,
    'give the write token with --token',
  );
}

const SLOW_MS = 1_000;

/** Publishes while a poll is held, and checks that the poll is answered at once. */
async function update(target: Target): Promise<Finding> {
  try {
    const first = await ask(target, '/channels/lp-doctor', { method: 'POST', body: '0' });
    const { cursor } = (await jsonOf<{ cursor: string }>(first)) ?? {};
    if (cursor === undefined) return warning('could not publish', `status ${first.status}`);
    const held = holdPoll(target, 10, cursor);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const publishedAt = Date.now();
    await ask(target, '/channels/lp-doctor', { method: 'POST', body: '1' });
    const { error, answer } = await held;
    const lateMs = Date.now() - publishedAt;
    if (error !== undefined) return failure(`a held poll failed: ${error}`, 'see the next finding');
    const arrived = answer?.channels['lp-doctor']?.entries.length === 1;
    if (arrived && lateMs < SLOW_MS) return ok(`an update arrives after ${lateMs} ms`);
    return failure(
      arrived ? `an update arrives only after ${lateMs} ms` : 'an update did not arrive',
      'switch response buffering and caching of this path off in the proxy (proxy_buffering off; proxy_cache off)',
    );
  } finally {
    await ask(target, '/channels/lp-doctor', { method: 'DELETE' }).catch(() => {});
  }
}

/** Holds a poll without updates: proxies often cut connections without data after 10, 30 or 60 s. */
async function hold(target: Target): Promise<Finding> {
  const startedAt = Date.now();
  const { error } = await holdPoll(target, target.holdSeconds);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  if (error !== undefined) {
    return failure(
      `a poll was cut after ${seconds} s: ${error}`,
      'raise the read timeout of the proxy above 60 s (nginx: proxy_read_timeout 75s); see docs/deploying.md',
    );
  }
  if (seconds < target.holdSeconds * 0.8) {
    return warning(
      `a poll without updates was answered after ${seconds} of ${target.holdSeconds} s`,
      'the server is busy (see held in /health and lp_ metrics), or a cache answers instead',
    );
  }
  return ok(`a poll is held for ${seconds} s`);
}

interface Held {
  answer?: Answer;
  error?: string;
}

async function holdPoll(target: Target, seconds: number, since = '0'): Promise<Held> {
  const name = since === '0' ? 'lp-doctor-quiet' : 'lp-doctor';
  try {
    const timeoutMs = (seconds + 10) * 1000;
    const path = `/poll?channels=${name}&since=${since}&wait=${seconds}`;
    const response = await ask(target, path, { timeoutMs });
    if (!response.ok) return { error: `status ${response.status}` };
    const answer = await jsonOf<Answer>(response);
    return answer ? { answer } : { error: 'the response is not JSON' };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

const LEAST_FREE = 0.1;

/** Checks the free disk space of the folder of the server's store. */
async function disk(folder: string): Promise<Finding> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB`;
    if (bavail / blocks >= LEAST_FREE) return ok(`${free} are free for ${folder}`);
    return warning(
      `only ${free} (${Math.round((bavail / blocks) * 100)} %) are free for ${folder}`,
      'free disk space, keep fewer entries (retain, maxAge), or move the folder (--data)',
    );
  } catch (error) {
    return failure(
      `${folder} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      'give the folder of the server with --data, and run as a user who may read it',
    );
  }
}

interface AskOptions {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

function ask(
  { base, token }: Remote,
  path: string,
  { method = 'GET', body, headers = {}, timeoutMs = 10_000 }: AskOptions = {},
): Promise<Response> {
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return fetch(base + path, {
    method,
    headers: { ...authorization(token), ...type, ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body !== undefined && { body }),
  });
}

async function jsonOf<T>(response: Response): Promise<T | undefined> {
  try {
    return (await response.json()) as T;
  } catch {
    return undefined;
  }
}
