import { type ItemError, ProtocolError, shown } from '../../protocol/lp1.ts';

/** How deep JSON may be nested. */
export const MAX_DEPTH = 32;

/** Fields that a form may start with; JSON may carry any. */
const FIELDS =
  /^(value|text|title|level|link|author|unit|time|key|labels\.[A-Za-z_][A-Za-z0-9_]*)$/;

/** UTF-8 text that is not empty. @throws ProtocolError `bad-request` */
export function decode(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProtocolError('bad-request', 'the body is not UTF-8 text', { cause });
  }
  if (text.trim() === '') throw bad('the body is empty: send a value, such as curl -d 42');
  return text;
}

/**
 * The value or values that a body holds, whatever its content type says: what counts is the bytes.
 * @throws ProtocolError `bad-request`, `bad-item`
 */
export function readValues(text: string, type: string): unknown {
  const trimmed = text.trim();
  if (/ndjson|jsonl/i.test(type)) return readLines(trimmed);
  if (/^[{[]/.test(trimmed) || /json/i.test(type)) return readJson(trimmed);
  const number = readNumber(trimmed);
  if (number !== undefined) return number;
  const lines = trimmed.split(/\r?\n/);
  if (lines.length > 1 && lines.every((line) => readNumber(line.trim()) !== undefined)) {
    return lines.map((line) => readNumber(line.trim()));
  }
  const form = /^text\/plain/i.test(type) ? undefined : readForm(trimmed);
  if (form) return form;
  if (/^(text\/|$)|form-urlencoded/i.test(type)) return text.replace(/\r?\n$/, '');
  throw bad(
    `a body of type ${shown(type)} that is neither JSON, a form nor a number: send text as text/plain`,
  );
}

/** One JSON value, or NDJSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isJson(text.split('\n', 1)[0] as string)) return readLines(text);
    if (/\}\s*\{/.test(text)) {
      throw bad('two JSON objects on one line: curl -d strips newlines, use --data-binary @file');
    }
    throw new ProtocolError('bad-request', `not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** NDJSON: a value a line, blank lines left out. */
function readLines(text: string): unknown[] {
  const errors: ItemError[] = [];
  const lines = text.split('\n').flatMap((line, i) => (line.trim() ? [{ line, at: i + 1 }] : []));
  const values = lines.map(({ line, at }, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch (cause) {
      const message = `line ${at} is not JSON: ${(cause as Error).message}`;
      errors.push({ index, path: '', message });
      return undefined;
    }
  });
  if (errors.length > 0) throw badItems(errors);
  return values;
}

/** `NaN` and the infinities are gaps: null. undefined = not a number. */
function readNumber(text: string): number | null | undefined {
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return null;
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? finite(Number(text)) : undefined;
}

/** `value=3&unit=ms&labels.host=a`; undefined where it is no form. */
function readForm(text: string): Record<string, unknown> | undefined {
  if (!/^[\w.]+=/.test(text) || /\s/.test(text)) return undefined;
  const pairs = [...new URLSearchParams(text)];
  if (!pairs.some(([name]) => FIELDS.test(name))) {
    throw bad(
      `unknown field ${shown(pairs[0]?.[0])}: a form names value, text, title, level, link, author, unit, time, key or labels.NAME; plain text goes as text/plain`,
    );
  }
  const form: Record<string, unknown> = Object.create(null);
  for (const [name, value] of pairs) setField(form, name, value);
  return form;
}

function setField(form: Record<string, unknown>, name: string, value: string): void {
  if (name.startsWith('labels.')) {
    form['labels'] ??= Object.create(null);
    (form['labels'] as Record<string, unknown>)[name.slice(7)] = value;
    return;
  }
  const number = name === 'value' ? readNumber(value.trim()) : undefined;
  form[name] = number === undefined ? value : number;
}

/** @throws ProtocolError `bad-request` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('bad-request', `not JSON: ${(cause as Error).message}`, { cause });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON has no NaN and no infinities: they are gaps. */
export const finite = (n: number): number | null => (Number.isFinite(n) ? n : null);

/** True for a JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Stops at the limit, so a hostile body cannot exhaust the stack. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isDeeperThan(inner, levels - 1)) return true;
  return false;
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);

/** Names the first bad item; all are in `errors`. */
export function badItems(errors: ItemError[]): ProtocolError {
  const { index, path, message } = errors[0] as ItemError;
  const where = `item ${index}${path && ` (${path})`}`;
  return new ProtocolError(
    'bad-item',
    `${where}: ${message}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}; nothing was stored`,
    { errors },
  );
}
