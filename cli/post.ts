import { createInterface } from 'node:readline';
import { liveClient } from '../components/client/index.ts';
import type { Json } from '../protocol/lp1.ts';
import { authorization, REMOTE_OPTIONS, readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit post CHANNEL VALUE|-: publish

  lp-kit post cpu 42
  lp-kit post deploys "v1.2 is out"
  lp-kit post cpu '{"value":42,"labels":{"host":"a"}}'
  vmstat-to-json | lp-kit post cpu -        one item a line: JSON, a number or text

  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  the server's write token                           (LP_WRITE_TOKEN)
`;

const BATCH = 500;

/** 0 = all was stored; 1 = refused. @throws UsageError, ClientError */
export async function post(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: protectNegative(args),
    options: REMOTE_OPTIONS,
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
    if (value === '-') return await postLines(client, channel);
    const { cursor } = await client.publish(channel, parseValue(value));
    console.log(`${channel} stands at ${cursor}`);
    return 0;
  } finally {
    client.close();
  }
}

/** Batches what has come while the last batch was on its way, so that a slow source is not kept waiting for company. */
async function postLines(client: ReturnType<typeof liveClient>, channel: string): Promise<number> {
  const progress = progressLine(channel);
  let batch: Json[] = [];
  let sent = 0;
  let sending: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    while (batch.length > 0) {
      const items = batch.splice(0, BATCH);
      await client.publish(channel, items);
      sent += items.length;
      progress(sent);
    }
    sending = undefined;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    batch.push(parseValue(line));
    sending ??= flush();
    if (batch.length >= BATCH) await sending;
    sending?.catch(() => {}); // told by the await that follows
  }
  await sending;
  await flush();
  progress(sent, true);
  return 0;
}

/** On a terminal a line that counts; else only the sum. */
function progressLine(channel: string): (sent: number, done?: boolean) => void {
  const terminal = process.stderr.isTTY;
  return (sent, done = false) => {
    if (terminal) process.stderr.write(`\r${channel}: ${sent} published${done ? '\n' : ''}`);
    else if (done) process.stderr.write(`${channel}: ${sent} published\n`);
  };
}

/** JSON where it is JSON, else text. */
function parseValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** `post temp -3` is a value, not an option. */
function protectNegative(args: string[]): string[] {
  const at = args.findIndex((arg) => /^-(\d|\.\d|$)/.test(arg));
  return at < 0 || args.includes('--')
    ? args
    : [...args.slice(0, at), ...args.slice(at + 1), '--', args[at] as string];
}
