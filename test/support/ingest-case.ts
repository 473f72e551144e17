import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { Asked, ask } from './ask.ts';

/** The token that the servers of the cases require. */
export const TOKEN = 'feed-token';

interface Request {
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** The body as text, or as base64; none without both. */
  text?: string;
  base64?: string;
}

interface KeptEntry {
  k?: string;
  /** `now`: the time of receipt. */
  t: number | 'now';
  d: unknown;
}

interface KeptChannel {
  /** Fields that its meta has at least. */
  meta?: Record<string, unknown>;
  entries?: KeptEntry[];
}

/** A request of an agent, the expected response, and the expected channels afterwards. */
export interface IngestCase extends Request {
  name: string;
  /** The program that sent these bytes; undefined if they were written by hand. */
  client?: string;
  /** Options of `lp-kit serve`. */
  args?: string[];
  before?: Request[];
  /** Number of times that the request is sent; the last response is checked. */
  repeat?: number;
  expect: {
    status: number;
    type?: string;
    text?: string;
    textMatches?: string;
    json?: unknown;
    code?: string;
    hasFields?: string[];
    /** `line_number` of each reported bad line. */
    lines?: number[];
    /** A word of `WWW-Authenticate`. */
    challenge?: string;
    /** All channels that must exist. */
    channels: Record<string, KeptChannel>;
  };
}

const folder = new URL('../ingest/cases/', import.meta.url);

/** All cases, by file. */
export const ingestCases = (): [file: string, cases: IngestCase[]][] =>
  readdirSync(folder).map((file) => {
    const lines = readFileSync(new URL(file, folder), 'utf8').trim().split('\n');
    return [file.replace('.jsonl', ''), lines.map((line) => JSON.parse(line) as IngestCase)];
  });

export const bodyOf = ({ text, base64 }: Request): Buffer =>
  base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');

/** Sends a request unchanged. */
export function sendCase(origin: string, asked: Request): Promise<Asked> {
  const body = bodyOf(asked);
  const { method, path, headers = {} } = asked;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const length = hasBody ? { 'Content-Length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const url = new URL(origin);
    const sent = request(
      { hostname: url.hostname, port: url.port, method, path, headers: { ...headers, ...length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve(new Asked(answer.statusCode ?? 0, answer.headers, Buffer.concat(chunks))),
        );
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Held {
  meta: Record<string, unknown>;
  entries: { k?: string; t: number; d: unknown }[];
}

/** Returns what a server holds, by channel. `url` is its base URL. */
export async function held(url: string): Promise<Record<string, Held>> {
  const { channels } = (await ask(`${url}/channels`)).json as { channels: { name: string }[] };
  const all: Record<string, Held> = {};
  for (const { name } of channels) all[name] = await heldIn(url, name);
  return all;
}

async function heldIn(url: string, name: string): Promise<Held> {
  const channel: Held = { meta: {}, entries: [] };
  let since = '';
  for (;;) {
    const { answer } = await ask(`${url}/channels/${encodeURIComponent(name)}?since=${since}`);
    const part = answer.channels[name];
    if (!part) return channel;
    if (part.meta) channel.meta = part.meta;
    for (const { k, t, d, m } of part.entries) {
      if (m) channel.meta = m;
      else channel.entries.push({ ...(k !== undefined && { k }), t, d });
    }
    if (!answer.more) return channel;
    since = part.to;
  }
}

/** Returns the differences from the case's expectations; an empty list if there are none. */
export function differences(
  { expect }: IngestCase,
  answer: Asked,
  channels: Record<string, Held>,
): string[] {
  return [...answerDifferences(expect, answer), ...heldDifferences(expect.channels, channels)];
}

function answerDifferences(expect: IngestCase['expect'], answer: Asked): string[] {
  const { status, text, headers } = answer;
  const told = `${status} ${headers['content-type']} ${text.slice(0, 200)}`;
  const bad: string[] = [];
  const check = (name: string, good: boolean): void => {
    if (!good) bad.push(`${name}: ${told}`);
  };
  const json = (): Record<string, unknown> => answer.json as Record<string, unknown>;
  check('status', status === expect.status);
  check('type', (headers['content-type'] ?? '').startsWith(expect.type ?? ''));
  check('challenge', (headers['www-authenticate'] ?? '').includes(expect.challenge ?? ''));
  if (bad.length > 0) return bad;
  if (expect.text !== undefined) check('text', text.trim() === expect.text.trim());
  if (expect.textMatches) check('text', new RegExp(expect.textMatches).test(text));
  if (expect.code) check('code', json()['code'] === expect.code);
  for (const name of expect.hasFields ?? []) check(name, json()[name] !== undefined);
  if (expect.lines) {
    const data = (json()['data'] ?? []) as { line_number: number }[];
    const lines = data.map((line) => line.line_number);
    check('lines', isDeepStrictEqual(lines, expect.lines));
  }
  if (expect.json) check('json', isDeepStrictEqual(withoutMessage(json()), expect.json));
  return bad;
}

/** The message of a partial success is not checked. */
function withoutMessage(json: Record<string, unknown>): unknown {
  const { partialSuccess } = json;
  if (typeof partialSuccess !== 'object' || partialSuccess === null) return json;
  const { errorMessage: _, ...rest } = partialSuccess as Record<string, unknown>;
  return { ...json, partialSuccess: rest };
}

function heldDifferences(
  expected: Record<string, KeptChannel>,
  channels: Record<string, Held>,
): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(channels)]);
  return [...names].flatMap((name) => {
    const wanted = expected[name];
    const have = channels[name];
    if (!wanted) return `there should be no channel ${name}`;
    if (!have) return `there is no channel ${name}`;
    return channelDifferences(name, wanted, have);
  });
}

function channelDifferences(name: string, { meta, entries }: KeptChannel, have: Held): string[] {
  const bad = Object.entries(meta ?? {}).flatMap(([field, value]) =>
    isDeepStrictEqual(have.meta[field], value)
      ? []
      : [
          `${name}: meta.${field} ${JSON.stringify(have.meta[field])}, not ${JSON.stringify(value)}`,
        ],
  );
  if (!entries) return bad;
  if (entries.length !== have.entries.length) {
    bad.push(`${name}: ${have.entries.length} entries, not ${entries.length}`);
  }
  const now = Date.now();
  entries.forEach((entry, i) => {
    const { t = 0, ...rest } = have.entries[i] ?? {};
    const { t: wantedTime, ...wanted } = entry;
    const timely = wantedTime === 'now' ? Math.abs(t - now) < 60_000 : t === wantedTime;
    if (!timely || !isDeepStrictEqual(JSON.parse(JSON.stringify(rest)), wanted)) {
      bad.push(`${name}[${i}]: ${JSON.stringify(have.entries[i])}, not ${JSON.stringify(entry)}`);
    }
  });
  return bad;
}
