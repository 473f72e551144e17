/** `lp-kit conformance`: sends the cases of conformance/cases.json to a server and reports which responses differ. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../protocol/lp1.ts';
import { parseRemote, type Remote, reasonOf } from './remote.ts';
import { authorization, printable, REMOTE_OPTIONS, readArgs } from './usage.ts';

const HELP = `lp-kit conformance [URL]: check that a server, written in any language, implements LP/1

  --url URL      the base URL, in place of the argument  (LP_URL)
  --token TOKEN  a token that may write                  (LP_WRITE_TOKEN)
  --only TEXT    run only the cases whose name contains the text

It writes to new channels named conformance-…, and deletes them. The exit code is 1 if a case fails.
`;

/** One request of a case, and the expected response. See conformance/README.md. */
interface Step {
  request: { method?: string; path: string; headers?: Record<string, string>; body?: string };
  expect: {
    status: number;
    type?: string;
    headers?: Record<string, string>;
    body?: Json;
    withinMs?: number;
  };
  save?: Record<string, string>;
  meanwhile?: Step & { afterMs: number };
}

interface Case {
  name: string;
  steps: Step[];
}

type Saved = Map<string, string>;

const FILE = new URL('../conformance/cases.json', import.meta.url);
const CURSOR = /^(0|[1-9]\d{0,15})(\.[0-9a-z]{1,16}(~(0|[1-9]\d{0,15}))?)?$/;

/** Returns the exit code: 1 if a case failed. @throws UsageError, Error if the server cannot be reached */
export async function conformance(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args,
    allowPositionals: true,
    options: { ...REMOTE_OPTIONS, only: { type: 'string', default: '' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const remote = parseRemote(
    positionals[0] ?? values.url,
    values.token ?? process.env['LP_WRITE_TOKEN'],
  );
  let passed = 0;
  let failed = 0;
  for await (const { name, problem } of runCases(remote, values.only)) {
    if (problem === undefined) passed++;
    else failed++;
    console.log(`${problem === undefined ? 'ok  ' : 'FAIL'}  ${name}`);
    if (problem !== undefined) console.log(printable(`      ${problem}`));
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

/** Runs the cases whose name contains `only`. Yields each one's name, and what differs first if it failed. */
export async function* runCases(
  remote: Remote,
  only = '',
): AsyncGenerator<{ name: string; problem: string | undefined }> {
  const { cases } = JSON.parse(await readFile(FILE, 'utf8')) as { cases: Case[] };
  for (const each of cases.filter(({ name }) => name.includes(only)))
    yield { name: each.name, problem: await firstDifferenceIn(remote, each) };
}

/** Returns the first difference in the responses to a case; undefined if there is none. */
async function firstDifferenceIn(remote: Remote, { steps }: Case): Promise<string | undefined> {
  const id = Math.random().toString(36).slice(2, 10);
  const [a, b] = [`conformance-${id}-a`, `conformance-${id}-b`];
  const saved: Saved = new Map([
    ['a', a],
    ['b', b],
  ]);
  try {
    for (const [i, step] of steps.entries()) {
      const problem = await take(remote, step, saved);
      if (problem !== undefined) return `step ${i + 1}: ${problem}`;
    }
    return undefined;
  } finally {
    for (const name of [a, b])
      await send(remote, { method: 'DELETE', path: `/channels/${name}` }).catch(() => undefined);
  }
}

async function take(remote: Remote, step: Step, saved: Saved): Promise<string | undefined> {
  const { request, expect, save = {}, meanwhile } = filledIn(step, saved);
  const began = performance.now();
  const response = send(remote, request);
  response.catch(() => undefined); // awaited below
  if (meanwhile) {
    await new Promise((resolve) => setTimeout(resolve, meanwhile.afterMs));
    const problem = await take(remote, meanwhile, saved);
    if (problem !== undefined) return problem;
  }
  const { status, headers, text } = await response;
  const what = `${request.method ?? 'GET'} ${request.path}`;
  if (status !== expect.status)
    return `${what} answers ${status}, not ${expect.status}: ${text.slice(0, 300)}`;
  const lateMs = performance.now() - began - (expect.withinMs ?? Number.POSITIVE_INFINITY);
  if (lateMs > 0) return `${what} takes longer than ${expect.withinMs} ms`;
  const type = headers.get('content-type')?.split(';', 1)[0];
  if (expect.type && type !== expect.type)
    return `${what} is of the type ${type}, not ${expect.type}`;
  for (const [name, value] of Object.entries(expect.headers ?? {})) {
    const problem = difference(headers.get(name) ?? undefined, value, `header ${name}`);
    if (problem !== undefined) return `${what}: ${problem}`;
  }
  if (expect.body === undefined && Object.keys(save).length === 0) return undefined;
  const body = JSON.parse(text) as Json;
  for (const [name, pointer] of Object.entries(save)) saved.set(name, textAt(body, pointer));
  const problem = difference(body, expect.body, '');
  return problem === undefined ? undefined : `${what}: ${problem}`;
}

async function send(
  { base, token }: Remote,
  { method = 'GET', path, headers = {}, body }: Step['request'],
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(base + path, {
    method,
    headers: { ...authorization(token), ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(60_000),
    ...(body !== undefined && { body }),
  }).catch((cause: unknown) => {
    throw new Error(`no response from ${base}${path}: ${reasonOf(cause)}`, { cause });
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Returns the step with each `{{name}}` replaced by the saved value. Values for `meanwhile` must be saved before the step. */
function filledIn(step: Step, saved: Saved): Step {
  const text = JSON.stringify(step).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = saved.get(name);
    if (value === undefined)
      throw new Error(`a step uses {{${name}}}, but no step before it saved a value of that name`);
    return JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(text) as Step;
}

/** Returns the text or number at a JSON Pointer, as text; empty for any other value. */
function textAt(body: Json, pointer: string): string {
  const value = at(body, pointer);
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

/** The value at a JSON Pointer (RFC 6901). */
const at = (body: Json, pointer: string): Json | undefined =>
  pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>(
      (value, name) => (value as { [name: string]: Json } | undefined)?.[name],
      body,
    );

/** Returns the first difference between a value and the expected one; undefined if there is none. */
function difference(
  value: Json | undefined,
  expected: Json | undefined,
  path: string,
): string | undefined {
  if (expected === undefined || expected === '$any') return undefined;
  const mismatch = `${path || 'the body'} is ${JSON.stringify(value)?.slice(0, 200)}, not ${JSON.stringify(expected).slice(0, 200)}`;
  if (typeof expected === 'string' && expected.startsWith('$'))
    return isOfKind(value, expected) ? undefined : mismatch;
  if (Array.isArray(expected)) {
    if (!Array.isArray(value) || value.length !== expected.length) return mismatch;
    return first(expected, (each, i) => difference(value[i], each, `${path}/${i}`));
  }
  if (typeof expected !== 'object' || expected === null)
    return isDeepStrictEqual(value, expected) ? undefined : mismatch;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return mismatch;
  if (Object.keys(expected).length === 0 && Object.keys(value).length > 0) return mismatch;
  return first(Object.entries(expected), ([name, each]) =>
    difference(value[name], each, `${path}/${name}`),
  );
}

function isOfKind(value: Json | undefined, kind: string): boolean {
  if (kind === '$absent') return value === undefined;
  if (kind === '$integer') return Number.isInteger(value);
  if (kind === '$string') return typeof value === 'string' && value !== '';
  if (kind === '$cursor') return typeof value === 'string' && CURSOR.test(value);
  throw new Error(
    `${kind} is not a kind of value: use $any, $absent, $integer, $string or $cursor`,
  );
}

/** The first result that is not undefined. */
function first<T>(
  items: T[],
  look: (item: T, i: number) => string | undefined,
): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = look(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}
