import { signLink } from '../server/http/links.ts';
import type { TokenEntry } from '../server/http/tokens.ts';
import { linkKey, newToken, readEntries, writeEntries } from '../server/http/tokens-file.ts';
import { readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit token: tokens with rights per channel, for lp-kit serve --tokens FILE

  lp-kit token add --name NAME [--read PATTERN]… [--write PATTERN]… [--until TIME]
                                  [--per-minute N] [--max-held N]
  lp-kit token add --name NAME --push CHANNEL [--secret TEXT]
                                  a token for URLs: pings and hooks of one channel
  lp-kit token list
  lp-kit token remove --name NAME

  --file FILE     the tokens file; add creates it with mode 600    (LP_TOKENS)
  --read, --write channel names, or beginnings of names with a final *; "*" is all
  --until TIME    90d, 12h, or a day or time such as 2027-01-01
  --per-minute N  maximum number of writes per minute
  --max-held N    maximum number of polls open at the same time

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
  'per-minute': { type: 'string' },
  'max-held': { type: 'string' },
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
  'per-minute'?: string | undefined;
  'max-held'?: string | undefined;
}

const ACTIONS: Record<string, (args: TokenArgs) => Promise<void>> = { add, list, remove };

async function add(args: TokenArgs): Promise<void> {
  const { file, name, read, write, push, secret, until } = args;
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
    ...limit('perMinute', '--per-minute', args['per-minute']),
    ...limit('maxHeld', '--max-held', args['max-held']),
  };
  await writeEntries(file, [...entries, entry]);
  console.log(`The token ${name}, shown this once: ${made}`);
}

/** @throws UsageError */
function limit<Field extends string>(
  field: Field,
  option: string,
  text: string | undefined,
): { [field in Field]?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`${option} ${text}: give a whole number above 0`);
  }
  return { [field]: Number(text) } as { [field in Field]: number };
}

async function list({ file }: TokenArgs): Promise<void> {
  for (const entry of await readEntries(file)) {
    if ('public' in entry) {
      console.log(`(everybody)  read ${entry.public.read.join(' ')}`);
      continue;
    }
    if ('withdrawn' in entry) {
      console.log(`(withdrawn links)  ${entry.withdrawn.join(' ')}`);
      continue;
    }
    const { name, read = [], write = [], push, until, perMinute, maxHeld } = entry;
    const rights = [
      read.length > 0 && `read ${read.join(' ')}`,
      write.length > 0 && `write ${write.join(' ')}`,
      push !== undefined && `push ${push}`,
      until !== undefined && `until ${until}`,
      perMinute !== undefined && `${perMinute} writes a minute`,
      maxHeld !== undefined && `${maxHeld} open polls`,
    ];
    console.log([name, ...rights.filter(Boolean)].join('  '));
  }
}

async function remove({ file, name }: TokenArgs): Promise<void> {
  const entries = await readEntries(file);
  const kept = entries.filter((entry) => !('name' in entry) || entry.name !== name);
  if (kept.length === entries.length) throw new Error(`${file} has no token named ${name}`);
  await writeEntries(file, kept);
}

const LINK_HELP = `lp-kit link: signed, read-only, expiring tokens for share links, embeds and pictures

  lp-kit link --read PATTERN… --until TIME --tokens FILE
  lp-kit link --withdraw ID --tokens FILE

  --tokens FILE   the tokens file; the key of links is in FILE.key               (LP_TOKENS)
  --read          channel names, or beginnings of names with a final *
  --until TIME    90d, 12h, or a day or time such as 2027-01-01; default 7d

The token is the last word of the output. It is accepted as ?access=TOKEN of a GET, and as a
Bearer token. Deleting FILE.key revokes all links.
`;

/** `lp-kit link`; 0 = done. @throws UsageError, TypeError for a file that cannot be used */
export async function link(args: string[]): Promise<number> {
  const { values } = readArgs({ args, options: LINK_OPTIONS });
  if (values.help) {
    process.stdout.write(LINK_HELP);
    return 0;
  }
  const { tokens: file, read, until, withdraw: id } = values;
  if (!file) throw new UsageError('give the tokens file: --tokens FILE (or LP_TOKENS)');
  const entries = await readEntries(file);
  if (id !== undefined) {
    const before = entries.flatMap((entry) => ('withdrawn' in entry ? entry.withdrawn : []));
    const others = entries.filter((entry) => !('withdrawn' in entry));
    await writeEntries(file, [...others, { withdrawn: [...before, id] }]);
    return 0;
  }
  if (read.length === 0) throw new UsageError("say what it may read: --read 'wall.*'");
  if (entries.length === 0) await writeEntries(file, entries); // so that a server can start with it
  const made = signLink(await linkKey(file), { read, until: Date.parse(endOf(until)) });
  console.log(`The link ${made.id}, until ${endOf(until)}: ${made.token}`);
  return 0;
}

const LINK_OPTIONS = {
  tokens: { type: 'string', default: process.env['LP_TOKENS'] ?? '' },
  read: { type: 'string', multiple: true, default: [] as string[] },
  until: { type: 'string', default: '7d' },
  withdraw: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The end of a token: `90d` from now, or a day or time. @throws UsageError */
function endOf(text: string): string {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const ms = count ? Date.now() + Number(count) * (UNITS_MS[unit] ?? 0) : Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError(`--until ${text}: give 90d, 12h or 2027-01-01`);
  return new Date(ms).toISOString();
}
