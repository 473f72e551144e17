import { once } from 'node:events';
import { liveClient } from '../components/client/index.ts';
import type { Entry } from '../protocol/lp1.ts';
import { authorization, printable, REMOTE_OPTIONS, readArgs, UsageError, warn } from './usage.ts';

const HELP = `lp-kit tail CHANNEL…: print entries as they arrive, one per line: time, channel, version, key, data

  --json         entries as NDJSON: {"channel":…,"v":…,"t":…,"d":…}
  --lines N      begin with at most N retained entries per key; default 10
  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  the server's read token                            (LP_READ_TOKEN)

Control characters are printed as \\u001b and the like.
`;

/** Runs until SIGINT or SIGTERM. Returns the exit code: 1 = the server refused. @throws UsageError */
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
  if (!Number.isInteger(lines) || lines < 0)
    throw new UsageError(`--lines ${values.lines}: give a whole number, 0 or more`);
  const headers = authorization(values.token ?? process.env['LP_READ_TOKEN']);
  const client = liveClient(values.url, { headers });
  const end = new AbortController();
  let code = 0;
  client.onStatus(({ state, error }) => {
    if (state === 'reconnecting' || state === 'offline') {
      warn(`${state}${error ? ` (${error.message})` : ''}`);
    }
    if (state !== 'denied') return;
    warn(`denied: ${error?.message ?? 'a token is needed'}`);
    code = 1;
    end.abort();
  });
  const write = values.json ? entryJson : entryText;
  for (const channel of new Set(positionals)) {
    client.subscribe(
      channel,
      ({ reset, denied, entries }) => {
        if (denied) warn(`denied: the token may not read ${channel}`);
        if (reset && reset !== 'initial') warn(`${channel} reset: ${reset}`);
        for (const entry of entries) process.stdout.write(write(channel, entry));
      },
      { tail: lines },
    );
  }
  await Promise.race([
    once(process, 'SIGINT'),
    once(process, 'SIGTERM'),
    once(end.signal, 'abort'),
    once(process.stdout, 'error'), // the program that reads the pipe has ended
  ]).catch(() => {});
  client.close();
  return code;
}

/** An entry as NDJSON. */
export const entryJson = (channel: string, entry: Entry): string =>
  `${printable(JSON.stringify({ channel, ...entry }))}\n`;

/** An entry for people: time, channel, version, key if it has one, data. */
export function entryText(channel: string, { v, t, k, d, m }: Entry): string {
  const data = m === undefined ? JSON.stringify(d) : `meta ${JSON.stringify(m)}`;
  const fields = [new Date(t).toISOString(), channel, v, ...(k === undefined ? [] : [k]), data];
  return `${printable(fields.join('  '))}\n`;
}
