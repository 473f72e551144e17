import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClientError,
  type LiveClient,
  type LostItem,
  liveClient,
  type ProducerStatus,
  type Replacement,
} from '../components/client/index.ts';
import type { Json } from '../protocol/lp1.ts';
import { authorization, REMOTE_OPTIONS, readArgs, UsageError, warn } from './usage.ts';

const HELP = `lp-kit post CHANNEL VALUE: publish a value

  lp-kit post cpu 42
  lp-kit post deploys "v1.2 is out"
  lp-kit post cpu '{"value":42,"labels":{"host":"a"}}'

lp-kit post CHANNEL -: publish each line of stdin: JSON, a number or text

  vmstat-to-json | lp-kit post cpu -
  tail -F app.log | lp-kit post log - --text

Lines are sent in order, in batches. While the server cannot be reached they are queued, and
stderr shows how many. A line that cannot be stored is reported with its number and skipped.
Ctrl-C sends the queued lines, for up to 5 s. The exit code is 1 if a line was not stored.

  --text         store a line as text if it cannot be stored otherwise; cut it if it is too long
  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  the server's write token                           (LP_WRITE_TOKEN)
`;

/** Returns the exit code: 0 = everything was stored, 1 = something was not. @throws UsageError, ClientError */
export async function post(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: protectNegative(args),
    options: { ...REMOTE_OPTIONS, text: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [channel, value, ...more] = positionals;
  if (!channel || value === undefined || more.length > 0) {
    throw new UsageError('post takes a channel and a value, or - for stdin (lp-kit post --help)');
  }
  const token = values.token ?? process.env['LP_WRITE_TOKEN'];
  const client = liveClient(values.url, { headers: authorization(token) });
  try {
    if (value === '-') return await postLines(client, channel, values.text);
    const payload = values.text ? { text: value } : parseValue(value);
    const { cursor } = await client.publish(channel, payload);
    console.log(`${channel} stands at ${cursor}`);
    return 0;
  } finally {
    client.close();
  }
}

/** Longest line, bytes; a batch of one such line is within the server's limit of 256 KiB. */
const MAX_LINE_BYTES = 200_000;
/** How long an interrupted command continues to send, ms. */
const FLUSH_MS = 5_000;

interface Source {
  number: number;
  /** The line, stored as text if its value is refused; undefined if it is text already. */
  raw: string | undefined;
}

async function postLines(client: LiveClient, channel: string, asText: boolean): Promise<number> {
  const stop = new Stop();
  let lines = 0;
  const onError = (
    { code, message }: ClientError,
    { context }: LostItem<Source>,
  ): Replacement | undefined => {
    if (!context || code === 'closed') return undefined;
    const { number, raw } = context;
    if (!asText || raw === undefined || code !== 'bad-item') {
      skipped(number, message);
      return undefined;
    }
    context.raw = undefined;
    return { instead: { text: raw } };
  };
  const skipped = (number: number, reason: string): void => {
    lines++;
    warn(`line ${number} was not stored: ${reason}`);
  };
  const onStatus = statusLine(channel, stop);
  const producer = client.producer<Source>(channel, { onError, onStatus });
  for await (const line of until(stop.signal, linesOf(process.stdin, MAX_LINE_BYTES))) {
    const value = valueOf(line, asText);
    if (value instanceof Error) skipped(line.number, value.message);
    if (value === undefined || value instanceof Error) continue;
    await stop.or(producer.ready());
    const raw = typeof value === 'string' ? undefined : line.bytes.toString();
    producer.send(value, { number: line.number, raw });
  }
  const flushed = producer.flush().then(() => producer.close());
  await (stop.signal.aborted
    ? Promise.race([flushed, delay(FLUSH_MS, undefined, { ref: false })])
    : Promise.race([flushed, stop.reached.then(() => delay(FLUSH_MS, undefined, { ref: false }))]));
  const { stored, waiting } = producer.status;
  process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${channel}: ${stored} published\n`);
  if (waiting > 0) warn(`${waiting} lines were not sent`);
  if (stop.reason) warn(stop.reason);
  return lines > 0 || waiting > 0 || stop.reason ? 1 : 0;
}

/** Ends the reading of lines, on a signal, or when the first batch is refused for a permanent reason. */
class Stop {
  readonly #ended = new AbortController();
  readonly signal: AbortSignal = this.#ended.signal;
  readonly reached: Promise<void> = new Promise((resolve) => {
    this.#ended.signal.addEventListener('abort', () => resolve());
  });
  reason: string | undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.once(name, () => this.#ended.abort());
  }

  /**
   * Resolves when `work` does, or at the stop. It does not use `Promise.race` with `reached`, because that promise would keep
   * a reaction for each line as long as the pipe runs.
   */
  or(work: Promise<void>): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    let done = (): void => {};
    const aborted = new Promise<void>((resolve) => {
      done = resolve;
      this.signal.addEventListener('abort', done);
    });
    return Promise.race([work, aborted]).finally(() =>
      this.signal.removeEventListener('abort', done),
    );
  }

  refuse(reason: string): void {
    this.reason = reason;
    this.#ended.abort();
  }
}

/** Errors that need a person, if they come at the start; later the token may just be in the middle of a change. */
const FATAL = new Set(['unauthorized', 'forbidden', 'unknown-channel', 'not-found']);

/** Returns a listener that prints on stderr how many lines wait and why; on a terminal also how many were stored. */
function statusLine(channel: string, stop: Stop): (status: ProducerStatus) => void {
  let failing = false;
  return ({ waiting, stored, error, nextRetryAt }) => {
    if (error && stored === 0 && FATAL.has(error.code)) return stop.refuse(error.message);
    if (error) {
      const seconds = Math.ceil(((nextRetryAt ?? 0) - Date.now()) / 1000);
      warn(`${waiting} lines wait; next attempt in ${Math.max(0, seconds)} s: ${error.message}`);
    } else if (failing) warn(`sending again; ${waiting} lines wait`);
    else if (process.stderr.isTTY) process.stderr.write(`\r${channel}: ${stored} published`);
    failing = error !== undefined;
  };
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** Returns the value to store for a line; undefined for a blank one; an Error with the reason if it cannot be stored. */
function valueOf({ bytes, cut }: Line, asText: boolean): Json | Error | undefined {
  if (cut && !asText)
    return new Error(`it is longer than ${MAX_LINE_BYTES} bytes (--text cuts it)`);
  const text = textOf(bytes, asText || cut);
  if (text === undefined) return new Error('it is not UTF-8 (--text replaces the bad bytes)');
  if (text.trim() === '') return undefined;
  return cut ? `${text}…` : parseValue(text);
}

function textOf(bytes: Buffer, lenient: boolean): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return lenient ? bytes.toString() : undefined;
  }
}

/** Returns the parsed JSON if the text is JSON, else the text. */
function parseValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Yields items until the signal is aborted. */
async function* until<T>(signal: AbortSignal, items: AsyncGenerator<T>): AsyncGenerator<T> {
  const stop = (): void => void process.stdin.destroy();
  signal.addEventListener('abort', stop);
  try {
    for await (const item of items) {
      if (signal.aborted) return;
      yield item;
    }
  } catch (error) {
    if (!signal.aborted) throw error; // after the abort, an early end of the input is expected
  } finally {
    stop(); // otherwise a pipe that is still open keeps the process running
  }
}

/** Makes `-3` in `post temp -3` a value rather than an option. */
function protectNegative(args: string[]): string[] {
  const at = args.findIndex((arg) => /^-(\d|\.\d|$)/.test(arg));
  if (at < 0 || args.includes('--')) return args;
  return [...args.slice(0, at), ...args.slice(at + 1), '--', args[at] as string];
}

/** A line of a stream. */
interface Line {
  /** Counted from 1, blank lines too. */
  number: number;
  bytes: Buffer;
  /** The line was longer than `maxBytes`; these are its first bytes. */
  cut: boolean;
}

const NEWLINE = 0x0a;

/** Yields the lines of a byte stream, without their ends (LF or CRLF). Keeps at most `maxBytes` of a line in memory. */
export async function* linesOf(
  input: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let number = 1;
  let begun: Buffer[] = [];
  let length = 0;
  const add = (bytes: Buffer): void => {
    if (length < maxBytes && bytes.length > 0) begun.push(bytes.subarray(0, maxBytes - length));
    length += bytes.length;
  };
  const end = (): Line => {
    const bytes = Buffer.concat(begun);
    const line = { number: number++, bytes: trimmed(bytes), cut: length > maxBytes };
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield end();
}

const trimmed = (bytes: Buffer): Buffer => (bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes);
