import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { ItemErrors } from './item-errors.ts';

/** Maximum nesting of JSON. */
export const MAX_DEPTH = 32;

/** Names of fields by which a form is recognised. JSON may have fields of any name. */
const FIELDS =
  /^(value|text|title|level|status|link|author|unit|time|key|labels\.[A-Za-z_][A-Za-z0-9_]*)$/;

/**
 * Decodes a body by the `charset` of its content type: UTF-8 unless another is declared. A byte order mark of UTF-16
 * counts as a declaration (PowerShell and Windows tools write one). Labels are those of the WHATWG Encoding Standard.
 * @throws ProtocolError `bad-request` for an empty body or bytes that are not of the charset, `media-type` for an unknown charset
 */
export function decode(bytes: Buffer, type = ''): string {
  const charset = charsetOf(bytes, type);
  let text: string;
  try {
    text = decoderOf(charset).decode(bytes);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    const cure = charset === 'utf-8' ? ': send UTF-8, or declare its charset in Content-Type' : '';
    throw new ProtocolError('bad-request', `the body is not ${charset} text${cure}`, { cause });
  }
  if (text.trim() === '') throw bad('the body is empty: send a value, such as curl -d 42');
  return text;
}

function charsetOf(bytes: Buffer, type: string): string {
  const declared = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1]?.toLowerCase();
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return declared ?? 'utf-8';
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch (cause) {
    const message = `charset ${shown(charset)} is not known: send UTF-8`;
    throw new ProtocolError('media-type', message, { cause });
  }
}

/**
 * Reads the value or values of a body. The bytes decide rather than the declared type, because curl, fetch and others declare
 * a default type: JSON, numbers and forms are recognised under any type, and JSON types must be JSON. `text/plain` that is
 * none of these is text; so is `true`, which is a boolean elsewhere.
 * @throws ProtocolError `bad-request`, `bad-item`, `too-large` for more than `maxItems` lines (before they are parsed)
 */
export function readValues(text: string, type: string, maxItems: number): unknown {
  const trimmed = text.trim();
  if (/ndjson|jsonl/i.test(type)) return readLines(trimmed, maxItems);
  if (/json/i.test(type)) return readJson(trimmed, maxItems);
  const isPlain = /^text\/plain/i.test(type);
  if (/^[{[]/.test(trimmed)) {
    const json = jsonValues(trimmed, maxItems);
    if (json !== undefined) return json;
    if (!isPlain && !LOG_LINE.test(trimmed)) throw notJson(trimmed);
    return withoutLineEnd(text);
  }
  const number = readNumbers(trimmed, maxItems);
  if (number !== undefined) return number;
  if (isPlain) return withoutLineEnd(text);
  if (/^(?:true|false|null)$/.test(trimmed)) return JSON.parse(trimmed);
  const form = readForm(trimmed);
  if (form) return form;
  if (/^(text\/|$)|form-urlencoded/i.test(type)) return withoutLineEnd(text);
  throw bad(
    `the body of type ${shown(type)} is neither JSON, a form nor a number: send text as text/plain`,
  );
}

/** `[INFO] started`: text after the closing bracket on the same line, which neither a JSON array nor NDJSON can have. */
const LOG_LINE = /^(?:\[[^\]\n]*\])+[ \t:]+[^\s[\]{},:]/;

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

/** Reads one JSON value, or NDJSON. @throws ProtocolError `bad-request` */
function readJson(text: string, maxItems: number): unknown {
  const values = jsonValues(text, maxItems);
  if (values === undefined) throw notJson(text);
  return values;
}

/** Returns undefined for text that is neither JSON nor NDJSON. */
function jsonValues(text: string, maxItems: number): unknown {
  const value = parsed(text);
  if (value !== undefined) return value;
  const end = text.indexOf('\n');
  return end < 0 || parsed(text.slice(0, end)) === undefined
    ? undefined
    : readLines(text, maxItems);
}

/** Explains why text is not JSON, with the cure for what programs often send instead. */
function notJson(text: string): ProtocolError {
  if (/\}\s*\{/.test(text)) {
    return bad(
      'the body has two JSON objects on one line: curl -d removes line breaks, so send it with --data-binary @file',
    );
  }
  try {
    JSON.parse(text);
  } catch (cause) {
    const message = `the body is not JSON: ${(cause as Error).message}${cureOf(text)}`;
    return new ProtocolError('bad-request', message, { cause });
  }
  return bad('the body is not JSON');
}

function cureOf(text: string): string {
  if (/(?:^|[\s[{:,])[+-]?(?:NaN|Infinity)\s*(?:[,\]}]|$)/.test(text)) {
    return '. JSON has no NaN and no Infinity: send null for a gap (Python: json.dumps(…, allow_nan=False) finds them)';
  }
  if (/[{[,:]\s*(?:'|None\b|True\b|False\b)/.test(text)) {
    return '. JSON has "double quotes", true, false and null: in Python send json.dumps(value)';
  }
  return '. To send it as text, add -H "Content-Type: text/plain"';
}

/** Reads NDJSON: one value per line; blank lines are skipped. */
function readLines(text: string, maxItems: number): unknown[] {
  const lines = text.split('\n');
  checkCount(
    lines.reduce((sum, line) => sum + (line.trim() ? 1 : 0), 0),
    maxItems,
  );
  const errors = new ItemErrors();
  const values: unknown[] = [];
  lines.forEach((line, i) => {
    if (!line.trim()) return;
    try {
      values.push(JSON.parse(line));
    } catch (cause) {
      const message = `line ${i + 1} is not JSON: ${(cause as Error).message}${cureOf(line)}`;
      errors.add({ index: values.push(undefined) - 1, path: '', message });
    }
  });
  errors.check();
  return values;
}

/** Reads a number, or one number per line; returns undefined for anything else. */
function readNumbers(text: string, maxItems: number): unknown {
  const number = readNumber(text);
  if (number !== undefined) return number;
  const lines = text.split(/\r?\n/);
  if (lines.length < 2 || readNumber((lines[0] as string).trim()) === undefined) return undefined;
  const numbers = lines.map((line) => readNumber(line.trim()));
  if (numbers.includes(undefined)) return undefined;
  checkCount(numbers.length, maxItems);
  return numbers;
}

/** Returns the number; null (a gap) for `NaN` and the infinities; undefined for text that is not a number. */
function readNumber(text: string): number | null | undefined {
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return null;
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? finite(Number(text)) : undefined;
}

/**
 * Reads a form such as `value=3&unit=m s&labels.host=a`; returns undefined for text that only resembles a form. Text that
 * starts with the name of a known field is never taken as plain text, because its value would be lost silently.
 */
function readForm(text: string): Record<string, unknown> | undefined {
  const [name = ''] = /^[\w.]+(?=\s*=)/.exec(text) ?? [];
  if (!text.startsWith(`${name}=`)) {
    if (!FIELDS.test(name)) return undefined;
    throw bad(`write ${name}=… without spaces before the "=", or send plain text as text/plain`);
  }
  if (name === '') return undefined;
  const pairs = [...new URLSearchParams(text)];
  if (!pairs.some(([field]) => FIELDS.test(field))) {
    if (/\s/.test(text)) return undefined; // prose with a "=" in its first word
    throw bad(
      `unknown field ${shown(name)}: a form may have value, text, title, level, status, link, author, unit, time, key and labels.NAME; send plain text as text/plain`,
    );
  }
  const form: Record<string, unknown> = Object.create(null);
  for (const [field, value] of pairs) setField(form, field, value);
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

/** Parses JSON. @throws ProtocolError `bad-request` */
export function parseJson(text: string): unknown {
  const value = parsed(text);
  if (value === undefined) throw notJson(text);
  return value;
}

/** Returns undefined for text that is not JSON; no JSON text has that value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checks the number of items of a POST. @throws ProtocolError `too-large` */
export function checkCount(count: number, maxItems: number): void {
  if (count <= maxItems) return;
  const message = `${count} items in one POST: send at most ${maxItems} at a time`;
  throw new ProtocolError('too-large', message);
}

/** Returns the number, or null (a gap) for NaN and the infinities, which JSON does not have. */
export const finite = (n: number): number | null => (Number.isFinite(n) ? n : null);

/** True for a JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** True for a value nested deeper than `levels`. Does not descend any further, so that a hostile body cannot exhaust the stack. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isDeeperThan(inner, levels - 1)) return true;
  return false;
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
