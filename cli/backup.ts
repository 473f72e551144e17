/** `lp-kit backup` and `lp-kit restore`. */
import { once } from 'node:events';
import { HISTORY_USUAL, historyMs } from '../protocol/history.ts';
import { restore as restoreInto } from '../server/backup/restore.ts';
import { openStore } from '../server/open-store.ts';
import { linesOf } from './post.ts';
import { parseRemote, reasonOf } from './remote.ts';
import { authorization, REMOTE_OPTIONS, readArgs, UsageError, warn } from './usage.ts';

const BACKUP_HELP = `lp-kit backup: write everything that a running server holds to stdout, as lines of JSON

  lp-kit backup --token TOKEN > lp-kit.backup

  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)
  --token TOKEN  a token that may read every channel                (LP_READ_TOKEN)

The backup of each channel is consistent: meta, entries and history. The server continues to answer.
The file is complete only if the exit code is 0.
`;

/** `lp-kit backup`; 0 = complete. @throws UsageError, Error */
export async function backup(args: string[]): Promise<number> {
  const { values } = readArgs({ args, options: REMOTE_OPTIONS });
  if (values.help) {
    process.stdout.write(BACKUP_HELP);
    return 0;
  }
  const { base, token } = parseRemote(values.url, values.token ?? process.env['LP_READ_TOKEN']);
  const url = `${base}/backup`;
  const headers = authorization(token);
  const response = await fetch(url, { headers, redirect: 'manual' }).catch((cause: unknown) => {
    throw new Error(`no response from ${url}: ${reasonOf(cause)}`, { cause });
  });
  if (!response.ok || !response.body) {
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
  const report = progress('saved');
  let end = '';
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const chunk of body) {
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    bytes += chunk.length;
    end = (end + Buffer.from(chunk).toString('latin1')).slice(-200);
    report(bytes, 'bytes');
  }
  if (/\n?\{"end":true,[^\n]*\}\n$/.test(end)) return 0;
  throw new Error(`the backup was cut after ${bytes} bytes: run it again`);
}

const RESTORE_HELP = `lp-kit restore: write a backup into a data folder or Redis that no server uses

  lp-kit restore --data DIR < lp-kit.backup
  lp-kit restore --redis URL < lp-kit.backup

  --data DIR     a data folder; created if it does not exist
  --redis URL    Redis or Valkey
  --force        accept a store that holds channels: those of the backup replace channels of the same name

Stop the servers that use the store first, and start them afterwards: their pages are reset.
`;

const RESTORE_OPTIONS = {
  data: { type: 'string' },
  redis: { type: 'string' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `lp-kit restore`; 0 = done. @throws UsageError, StoreError, TypeError */
export async function restore(args: string[]): Promise<number> {
  const { values } = readArgs({ args, options: RESTORE_OPTIONS });
  if (values.help) {
    process.stdout.write(RESTORE_HELP);
    return 0;
  }
  const { data, redis, force } = values;
  if ((data === undefined) === (redis === undefined)) {
    throw new UsageError('give the store: --data DIR or --redis URL');
  }
  if (process.stdin.isTTY)
    throw new UsageError('give the backup: lp-kit restore … < lp-kit.backup');
  process.umask(0o077);
  const store = await openStore({ data, redis, historyMs: historyMs(HISTORY_USUAL) ?? 0 });
  const report = progress('restored');
  try {
    const { channels, entries, withoutHistory } = await restoreInto(store, {
      lines: stdinLines(),
      force,
      onProgress: (count) => report(count, 'entries'),
    });
    if (withoutHistory > 0) {
      warn(`the history of ${withoutHistory} channels was left out: this store keeps none`);
    }
    console.log(`${channels} channels and ${entries} entries are restored`);
    return 0;
  } finally {
    await store.close();
  }
}

/** Maximum length of a line of a backup, bytes: many times an entry of the largest body that servers accept. */
const MAX_LINE_BYTES = 64_000_000;

/** Yields the lines of stdin. Does not use `node:readline`, which also splits at U+2028, a character that texts may contain. */
async function* stdinLines(): AsyncGenerator<string> {
  for await (const { number, bytes, cut } of linesOf(process.stdin, MAX_LINE_BYTES)) {
    if (cut) throw new TypeError(`line ${number} is longer than ${MAX_LINE_BYTES} bytes`);
    yield bytes.toString();
  }
}

/** Returns a function that prints the progress on stderr, at most every five seconds. */
function progress(done: string): (count: number, of: string) => void {
  let next = Date.now() + 5_000;
  return (count, of) => {
    if (Date.now() < next) return;
    next = Date.now() + 5_000;
    warn(`${count.toLocaleString('en')} ${of} ${done} so far`);
  };
}
