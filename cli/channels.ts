/** Commands that show and change channels: list, get, describe, delete. */
import {
  type Answer,
  type Entry,
  isChannel,
  type Json,
  type Meta,
  shown,
} from '../protocol/lp1.ts';
import { parseRemote, type Remote, requestJson } from './remote.ts';
import { entryJson, entryText } from './tail.ts';
import { printable, REMOTE_OPTIONS, readArgs, UsageError } from './usage.ts';

const REMOTE_HELP = `  --url URL      default http://127.0.0.1:3000/lp                   (LP_URL)`;

const HELP = {
  list: `lp-kit list: list the channels: name, entries, time of the newest, label

  --json         one JSON object per line
${REMOTE_HELP}
  --token TOKEN  the server's read token                            (LP_READ_TOKEN)
`,
  get: `lp-kit get CHANNEL: print the newest entry of each key

  --lines N      at most N entries per key; default 1
  --json         entries as NDJSON: {"channel":…,"v":…,"t":…,"d":…}
${REMOTE_HELP}
  --token TOKEN  the server's read token                            (LP_READ_TOKEN)
`,
  describe: `lp-kit describe CHANNEL: print the description of a channel (its meta)
lp-kit describe CHANNEL FIELD=VALUE…: change fields of it; FIELD= removes a field

  lp-kit describe cpu label=CPU unit=percent min=0 max=100 ttl=5

${REMOTE_HELP}
  --token TOKEN  the server's write token                           (LP_WRITE_TOKEN)
`,
  delete: `lp-kit delete CHANNEL…: delete channels with all their entries; this cannot be undone

${REMOTE_HELP}
  --token TOKEN  the server's write token                           (LP_WRITE_TOKEN)
`,
};

interface Channels {
  channels: { name: string; entries: number; updated: number | null; meta?: Meta }[];
}

/** Lists the channels. @throws UsageError, Error */
export async function list(args: string[]): Promise<number> {
  const { values } = readArgs({
    args,
    options: { ...REMOTE_OPTIONS, json: { type: 'boolean', default: false } },
  });
  if (values.help) return help('list');
  const remote = parseRemote(values.url, values.token ?? process.env['LP_READ_TOKEN']);
  const { channels } = (await requestJson(remote, '/channels')) as Channels;
  const width = Math.max(0, ...channels.map(({ name }) => name.length));
  for (const channel of channels) {
    const { name, entries, updated, meta } = channel;
    const time = updated ? new Date(updated).toISOString() : 'never'.padEnd(24);
    const line = `${name.padEnd(width)}  ${String(entries).padStart(7)}  ${time}  ${meta?.label ?? ''}`;
    console.log(printable(values.json ? JSON.stringify(channel) : line.trimEnd()));
  }
  return 0;
}

/** Prints the newest entries of a channel. Returns 1 if it has none. @throws UsageError, Error */
export async function get(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args,
    allowPositionals: true,
    options: {
      ...REMOTE_OPTIONS,
      json: { type: 'boolean', default: false },
      lines: { type: 'string', default: '1' },
    },
  });
  if (values.help) return help('get');
  const channel = onlyChannel('get', positionals);
  if (!/^[1-9]\d{0,8}$/.test(values.lines)) {
    throw new UsageError(`--lines ${values.lines}: give a whole number from 1`);
  }
  const remote = parseRemote(values.url, values.token ?? process.env['LP_READ_TOKEN']);
  const entries = await retained(remote, channel, values.lines);
  if (entries.length === 0)
    throw new Error(`there is nothing in ${channel}: check its name (lp-kit list)`);
  for (const entry of entries) {
    process.stdout.write(values.json ? entryJson(channel, entry) : entryText(channel, entry));
  }
  return 0;
}

/** Prints or changes the meta of a channel. @throws UsageError, Error */
export async function describe(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args,
    allowPositionals: true,
    options: REMOTE_OPTIONS,
  });
  if (values.help) return help('describe');
  const [channel, ...fields] = positionals;
  checkChannel('describe', channel);
  const changes = fields.map(parseField);
  const { LP_READ_TOKEN, LP_WRITE_TOKEN } = process.env;
  const own = changes.length > 0 ? LP_WRITE_TOKEN : (LP_READ_TOKEN ?? LP_WRITE_TOKEN);
  const remote = parseRemote(values.url, values.token ?? own);
  const meta = await metaOf(remote, channel);
  if (changes.length > 0) {
    for (const [field, value] of changes) {
      if (value === undefined) delete meta[field];
      else meta[field] = value;
    }
    await requestJson(remote, `/channels/${channel}`, {
      method: 'PUT',
      body: JSON.stringify(meta),
    });
  }
  console.log(printable(JSON.stringify(meta)));
  return 0;
}

/** Deletes channels. @throws UsageError, Error */
export async function del(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args,
    allowPositionals: true,
    options: REMOTE_OPTIONS,
  });
  if (values.help) return help('delete');
  if (positionals.length === 0) throw new UsageError('delete takes at least one channel');
  for (const channel of positionals) checkChannel('delete', channel);
  const remote = parseRemote(values.url, values.token ?? process.env['LP_WRITE_TOKEN']);
  for (const channel of positionals) {
    await requestJson(remote, `/channels/${channel}`, { method: 'DELETE' });
    console.log(`${channel} is deleted`);
  }
  return 0;
}

function help(command: keyof typeof HELP): number {
  process.stdout.write(HELP[command]);
  return 0;
}

function onlyChannel(command: string, [channel, ...more]: string[]): string {
  checkChannel(command, channel);
  if (more.length > 0)
    throw new UsageError(`${command} takes one channel, not also ${shown(more[0])}`);
  return channel;
}

function checkChannel(command: string, channel: string | undefined): asserts channel is string {
  if (channel === undefined)
    throw new UsageError(`${command} takes a channel, such as lp-kit ${command} cpu`);
  if (!isChannel(channel))
    throw new UsageError(
      `${shown(channel)} is not a channel name: use 1–128 of A–Z a–z 0–9 _ . : - and start with a letter, digit or _`,
    );
}

/** Splits `ttl=5` into a field and its value: parsed as JSON if possible, else text. */
function parseField(text: string): [field: string, value: Json | undefined] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${shown(text)}: give FIELD=VALUE, such as label=CPU`);
  const value = text.slice(at + 1);
  return [text.slice(0, at), value === '' ? undefined : jsonOrText(value)];
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Returns the retained entries of a channel, at most `tail` per key. Repeats the request while a response is cut by size. */
async function retained(remote: Remote, channel: string, tail: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let since = '';
  for (;;) {
    const query = `tail=${tail}${since && `&since=${encodeURIComponent(since)}`}`;
    const answer = (await requestJson(remote, `/channels/${channel}?${query}`)) as Answer;
    const part = answer.channels[channel];
    entries.push(...(part?.entries ?? []));
    if (!answer.more || !part) return entries;
    since = part.to;
  }
}

async function metaOf(remote: Remote, channel: string): Promise<Meta> {
  const answer = (await requestJson(remote, `/channels/${channel}?tail=0`)) as Answer;
  return answer.channels[channel]?.meta ?? {};
}
