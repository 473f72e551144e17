/** Commands that save all channels and bring them back: backup, restore. */
import { once } from 'node:events';
import { restoreInto } from '../server/restore.ts';
import { linesOf } from './post.ts';
import { parseRemote } from './remote.ts';
import { authorization, REMOTE_OPTIONS, readArgs, UsageError, warn } from './usage.ts';

const HELP = {
  backup: `lp-kit backup > FILE: save all channels of a running server

  lp-kit backup > monday.ndjson

The file has a line of JSON per entry, with its time and key. Progress is told on stderr. The exit
code is 1 if the backup is not whole.

  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  a token that may read every channel                (LP_READ_TOKEN)
`,
  restore: `lp-kit restore --data DIR < FILE: bring a backup back, also into another kind of store

  lp-kit restore --data ./data < monday.ndjson
  lp-kit restore --redis redis://127.0.0.1:6379 < monday.ndjson

Stop the server of a folder first. Entries keep their data, times, keys and order; they get new
versions, so pages that were open start anew. What a channel's maxAge no longer keeps goes.

  --data DIR     into this folder                                   (LP_DATA)
  --redis URL    into Redis or Valkey                               (LP_REDIS)
  --force        into a store that holds channels too: those of the backup are replaced
`,
};

/** Runs `lp-kit backup`. Returns the exit code. @throws UsageError, Error with the server's message */
export async function backup(args: string[]): Promise<number> {
  const { values } = readArgs({ args, options: REMOTE_OPTIONS });
  if (values.help) return print(HELP.backup);
  const remote = parseRemote(values.url, values.token ?? process.env['LP_READ_TOKEN']);
  const response = await fetch(`${remote.base}/backup`, {
    headers: authorization(remote.token),
    redirect: 'manual', // a redirect must not carry the token elsewhere
  });
  if (response.status !== 200 || !response.body) {
    const problem = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Error(`${remote.base}/backup: ${response.status} ${problem.detail ?? 'no backup'}`);
  }
  const progress = new Progress('saved');
  let tail = '';
  try {
    for await (const bytes of response.body) {
      const text = Buffer.from(bytes as Uint8Array).toString('latin1');
      progress.add(text.split('\n').length - 1);
      tail = (tail + text).slice(-200);
      if (!process.stdout.write(bytes as Uint8Array)) await once(process.stdout, 'drain');
    }
  } catch {
    // cut off: told below
  }
  progress.end();
  const last = /\{"end":true,"channels":(\d+),"entries":(\d+)\}\n$/.exec(tail);
  if (!last) {
    warn('the backup is not whole: the connection ended before its last line');
    return 1;
  }
  warn(`${last[1]} channels with ${last[2]} entries`);
  return 0;
}

/** Runs `lp-kit restore`. Returns the exit code. @throws UsageError, StoreError, Error for what is no backup */
export async function restore(args: string[]): Promise<number> {
  const { values } = readArgs({
    args,
    options: {
      data: { type: 'string' },
      redis: { type: 'string' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(HELP.restore);
  const place = placeOf(values.data, values.redis);
  const progress = new Progress('restored');
  const onLine = (): void => progress.add(1);
  const { channels, entries, whole } = await restoreInto(place, stdinLines(), {
    force: values.force,
    onLine,
  });
  progress.end();
  warn(`${channels} channels with ${entries} entries`);
  if (!whole) warn('the backup was cut off: what stands after this is missing');
  return whole ? 0 : 1;
}

/** @throws UsageError */
function placeOf(
  data: string | undefined,
  redis: string | undefined,
): { data?: string; redis?: string } {
  if (data !== undefined && redis !== undefined)
    throw new UsageError('give --data or --redis, not both');
  if (redis !== undefined) return { redis };
  if (data !== undefined) return { data };
  const { LP_DATA, LP_REDIS } = process.env;
  if (LP_REDIS) return { redis: LP_REDIS };
  if (LP_DATA) return { data: LP_DATA };
  throw new UsageError('restore into what? --data DIR or --redis URL (lp-kit restore --help)');
}

/** Longest line of a backup, bytes: an entry of the largest body that servers take, many times over. */
const MAX_LINE_BYTES = 64_000_000;

/** The lines of stdin. Not by `readline`, which ends a line at U+2028 too, and that stands in texts. */
async function* stdinLines(): AsyncGenerator<string> {
  for await (const { number, bytes, cut } of linesOf(process.stdin, MAX_LINE_BYTES)) {
    if (cut) throw new Error(`line ${number} of stdin is longer than ${MAX_LINE_BYTES} bytes`);
    yield bytes.toString();
  }
}

/** Counts lines on a terminal. */
class Progress {
  readonly #what: string;
  #lines = 0;
  #told = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(lines: number): void {
    this.#lines += lines;
    if (!process.stderr.isTTY || this.#lines - this.#told < 10_000) return;
    this.#told = this.#lines;
    process.stderr.write(`\r${this.#lines} lines ${this.#what}`);
  }

  end(): void {
    if (this.#told > 0) process.stderr.write('\n');
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
