import { newToken, readEntries, writeEntries } from '../server/http/tokens-file.ts';
import type { TokenEntry } from '../server/http/tokens.ts';
import { readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit token: tokens with rights per channel, for lp-kit serve --tokens FILE

  lp-kit token add --name NAME [--read PATTERN]… [--write PATTERN]… [--until TIME]
  lp-kit token add --name NAME --push CHANNEL [--secret TEXT]
                                  a token for URLs: pings and hooks of one channel
  lp-kit token list
  lp-kit token remove --name NAME

  --file FILE     the tokens file; add makes it with mode 600      (LP_TOKENS)
  --read, --write channel names, or beginnings of names with a final *; "*" is all
  --until TIME    90d, 12h, or a day or time such as 2027-01-01

add prints the token once, as the last word of its output; the file keeps its hash.
A running server reads the file again whenever it changes.
`;

/** 0 = done. @throws UsageError, TypeError for a file that cannot be used */
export async function token(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({ args, allowPositionals: true, options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [action = ''] = positionals;
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!run) throw new UsageError('token takes add, list or remove: lp-kit token --help');
  if (!values.file) throw new UsageError('give the tokens file: --file FILE (or LP_TOKENS)');
  await run({ ...values, file: values.file });
  return 0;
}

const OPTIONS = {
  file: { type: 'string', default: process.env['LP_TOKENS'] ?? '' },
  name: { type: 'string', default: '' },
  read: { type: 'string', multiple: true, default: [] as string[] },
  write: { type: 'string', multiple: true, default: [] as string[] },
  push: { type: 'string' },
  secret: { type: 'string' },
  until: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

interface TokenArgs {
  file: string;
  name: string;
  read: string[];
  write: string[];
  push?: string | undefined;
  secret?: string | undefined;
  until?: string | undefined;
}

const ACTIONS: Record<string, (args: TokenArgs) => Promise<void>> = { add, list, remove };

async function add({ file, name, read, write, push, secret, until }: TokenArgs): Promise<void> {
  if (!name) throw new UsageError('give the token a name: --name ci');
  if (read.length + write.length === 0 && push === undefined) {
    throw new UsageError('say what it may do: --read, --write or --push');
  }
  const entries = await readEntries(file);
  const { token: made, hash } = newToken();
  const entry: TokenEntry = {
    name,
    hash,
    ...(read.length > 0 && { read }),
    ...(write.length > 0 && { write }),
    ...(push !== undefined && { push }),
    ...(secret !== undefined && { secret }),
    ...(until !== undefined && { until: endOf(until) }),
  };
  await writeEntries(file, [...entries, entry]);
  console.log(`The token ${name}, shown this once: ${made}`);
}

async function list({ file }: TokenArgs): Promise<void> {
  for (const entry of await readEntries(file)) {
    if ('public' in entry) {
      console.log(`(everybody)  read ${entry.public.read.join(' ')}`);
      continue;
    }
    const { name, read = [], write = [], push, until } = entry;
    const rights = [
      read.length > 0 && `read ${read.join(' ')}`,
      write.length > 0 && `write ${write.join(' ')}`,
      push !== undefined && `push ${push}`,
      until !== undefined && `until ${until}`,
    ];
    console.log([name, ...rights.filter(Boolean)].join('  '));
  }
}

async function remove({ file, name }: TokenArgs): Promise<void> {
  const entries = await readEntries(file);
  const kept = entries.filter((entry) => 'public' in entry || entry.name !== name);
  if (kept.length === entries.length) throw new Error(`${file} has no token named ${name}`);
  await writeEntries(file, kept);
}

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The end of a token: `90d` from now, or a day or time. @throws UsageError */
function endOf(text: string): string {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const ms = count ? Date.now() + Number(count) * (UNITS_MS[unit] ?? 0) : Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError(`--until ${text}: give 90d, 12h or 2027-01-01`);
  return new Date(ms).toISOString();
}
