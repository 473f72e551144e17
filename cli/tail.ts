import { once } from 'node:events';
import { liveClient } from '../components/client/index.ts';
import type { Entry } from '../protocol/lp1.ts';
import { authorization, REMOTE_OPTIONS, readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit tail CHANNEL…: what a page would see, one entry a line

  time  channel  version  [key]  data

  --json         entries as NDJSON: {"channel":…,"v":…,"t":…,"d":…}
  --lines N      at most N entries per key of what is there already; default 10
  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  the server's read token                            (LP_READ_TOKEN)
`;

/** Runs until SIGINT or SIGTERM; 1 = the server refused. @throws UsageError */
export async function tail(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args,
    allowPositionals: true,
    options: {
      ...REMOTE_OPTIONS,
      json: { type: 'boolean', default: false },
      lines: { type: 'string', default: '10' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length === 0) throw new UsageError('tail takes at least one channel');
  const lines = Number(values.lines);
  if (!Number.isInteger(lines) || lines < 0) throw new UsageError('--lines takes a whole number');
  const headers = authorization(values.token ?? process.env['LP_READ_TOKEN']);
  const client = liveClient(values.url, { headers });
  const end = new AbortController();
  let code = 0;
  client.onStatus(({ state, error }) => {
    if (state === 'reconnecting' || state === 'offline') {
      process.stderr.write(`lp-kit: ${state}${error ? ` (${error.message})` : ''}\n`);
    }
    if (state !== 'denied') return;
    process.stderr.write(`lp-kit: denied: ${error?.message ?? 'a token is needed'}\n`);
    code = 1;
    end.abort();
  });
  const write = values.json ? jsonLine : textLine;
  for (const channel of new Set(positionals)) {
    client.subscribe(
      channel,
      ({ reset, denied, entries }) => {
        if (denied) process.stderr.write(`lp-kit: denied: the token may not read ${channel}\n`);
        if (reset && reset !== 'initial')
          process.stderr.write(`lp-kit: ${channel} reset: ${reset}\n`);
        for (const entry of entries) process.stdout.write(write(channel, entry));
      },
      { tail: lines },
    );
  }
  await Promise.race([
    once(process, 'SIGINT'),
    once(process, 'SIGTERM'),
    once(end.signal, 'abort'),
    once(process.stdout, 'error'), // the reader of a pipe has left
  ]).catch(() => {});
  client.close();
  return code;
}

const jsonLine = (channel: string, entry: Entry): string =>
  `${JSON.stringify({ channel, ...entry })}\n`;

function textLine(channel: string, { v, t, k, d, m }: Entry): string {
  const data = m === undefined ? JSON.stringify(d) : `meta ${JSON.stringify(m)}`;
  return `${[new Date(t).toISOString(), channel, v, ...(k === undefined ? [] : [k]), data].join('  ')}\n`;
}
