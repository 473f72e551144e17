import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isRecord } from './body.ts';
import { BadSample } from './collector.ts';
import type { Labels } from './series.ts';

/** A message of OTLP that was read from JSON or protobuf. Integers are numbers, bigints or text. */
export type Tree = Record<string, unknown>;

const MAX_DEPTH = 32;

/**
 * Returns the messages of a list; an empty list where the field is missing. @throws ProtocolError `bad-request`
 * for anything other than a list of objects
 */
export function messages(value: unknown, name: string): Tree[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw new ProtocolError(
    'bad-request',
    `${name} must be a list of objects, not ${shownValue(value)}`,
  );
}

/** Returns a message; an empty one where the field is missing. @throws ProtocolError `bad-request` for another value */
export function messageOf(value: unknown, name: string): Tree {
  if (value === undefined || value === null) return {};
  if (isRecord(value)) return value;
  throw new ProtocolError('bad-request', `${name} must be an object, not ${shownValue(value)}`);
}

/** Returns the text of a field, '' where it is missing. @throws BadSample */
export function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new BadSample(`${name} must be text, not ${shownValue(value)}`);
}

/**
 * Returns a number as JSON; `null` for null, NaN and the infinities (also as text), undefined if the field is missing.
 * @throws BadSample
 */
export function numberText(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'null';
  if (typeof value === 'string' && /^-?(nan|infinity)$/i.test(value)) return 'null';
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'bigint') return String(Number(number));
  if (typeof number !== 'number' || (typeof value === 'string' && Number.isNaN(number))) {
    throw new BadSample(`${name} must be a number, not ${shownValue(value)}`);
  }
  return Number.isFinite(number) ? String(number) : 'null';
}

/** Returns a whole number of 0 or more; 0 if the field is missing. @throws BadSample */
export function countOf(value: unknown, name: string): number {
  const count = Number(numberText(value, name) ?? 0);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new BadSample(`${name} must be a whole number of 0 or more, not ${shownValue(value)}`);
}

/** Converts nanoseconds to ms, rounded down; undefined for 0 and where the field is missing. @throws BadSample */
export function timeOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return value === 0 ? undefined : Math.floor((value + 128) / 1e6); // as exact as a double
  const nanos = typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : value;
  if (typeof nanos !== 'bigint')
    throw new BadSample(
      `the time ${shownValue(value)} must be a whole number of nanoseconds since 1970`,
    );
  return nanos === 0n ? undefined : Number(nanos / 1_000_000n);
}

/** Returns an `AnyValue` as a value of JSON: bytes as base64, an empty one as null. @throws BadSample */
export function anyValue(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new BadSample(`a value is nested deeper than ${MAX_DEPTH} levels`);
  if (!isRecord(value)) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } =
    value;
  if (stringValue !== undefined) return textOf(stringValue, 'stringValue');
  if (boolValue !== undefined) return Boolean(boolValue);
  const number = numberText(intValue ?? doubleValue, 'a value');
  if (number !== undefined) return JSON.parse(number) as unknown;
  if (bytesValue !== undefined)
    return Buffer.isBuffer(bytesValue) ? bytesValue.toString('base64') : bytesValue;
  if (isRecord(arrayValue)) return items(arrayValue).map((item) => anyValue(item, depth + 1));
  if (isRecord(kvlistValue)) return attributesOf(items(kvlistValue), depth + 1);
  return null;
}

const items = ({ values }: Tree): unknown[] => (Array.isArray(values) ? (values as unknown[]) : []);

/** Returns attributes as an object without a prototype. @throws BadSample */
export function attributesOf(pairs: unknown[], depth = 0): Tree {
  const object: Tree = Object.create(null);
  for (const pair of pairs) {
    if (isRecord(pair)) object[textOf(pair['key'], 'key')] = anyValue(pair['value'], depth);
  }
  return object;
}

/** Resource attributes that become labels. The others (pid, arguments, ids of an instance) differ at each start of a process. */
const RESOURCE_LABELS = ['service.name', 'host.name', 'deployment.environment.name'];

/** Returns the labels of a resource. @throws BadSample */
export function resourceLabels(resource: unknown): Labels {
  const { attributes } = messageOf(resource, 'resource');
  const labels: Labels = new Map();
  for (const { key, value } of messages(attributes, 'attributes')) {
    if (!RESOURCE_LABELS.includes(String(key))) continue;
    const text = labelText(anyValue(value));
    if (!text.startsWith('unknown_service')) labels.set(String(key), text);
  }
  return labels;
}

/** Returns the value of an attribute as a label: text unchanged, '' for null, anything else as JSON. */
export const labelText = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);

const shownValue = (value: unknown): string =>
  typeof value === 'bigint' ? String(value) : shown(value);
