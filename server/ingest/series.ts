import { createHash } from 'node:crypto';
import { type About, BadSample, type Series } from './collector.ts';

/** Names and values of a metric sample; later ones of the same name win. */
export type Labels = Map<string, string>;

const MAX_NAME = 128;
const MAX_KEY = 512;
const MAX_LABELS = 64;
const MAX_LABEL_NAME = 128;
const MAX_LABEL_VALUE = 1_024;

/**
 * The channel of a metric: `prefix.` and its name, each character that a channel may not have replaced by `_`, cut at
 * 128 characters. `changed`: the name could not be kept as it was.
 */
export function channelOf(
  prefix: string | undefined,
  name: string,
): { channel: string; changed: boolean } {
  const whole = prefix === undefined ? name : `${prefix}.${name}`;
  if (PLAIN.test(whole)) return { channel: whole, changed: false };
  const channel = whole
    .replace(/[^A-Za-z0-9_.:-]/gu, '_')
    .replace(/^[.:-]/, '_')
    .slice(0, MAX_NAME);
  return { channel, changed: true };
}

const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/;

/** What the name, key and meta of a series are made from. */
export interface SeriesOptions {
  prefix: string | undefined;
  name: string;
  labels: Labels;
  about: About;
}

/**
 * Returns a metric's channel, and its label set as key. Where the channel cannot have the metric's name, the label
 * `__name__` holds it, so that two metrics of one channel have two keys. Labels with empty values are left out.
 * @throws BadSample beyond 64 labels, 128 characters of a name, 1,024 of a value
 */
export function seriesOf({ prefix, name, labels, about }: SeriesOptions): Series {
  if (name === '') throw new BadSample('the metric has no name');
  const { channel, changed } = channelOf(prefix, name);
  const pairs: [string, string][] = [];
  for (const pair of labels) if (pair[1] !== '') pairs.push(pair);
  if (changed) pairs.push(['__name__', name]);
  if (pairs.length === 0) return { channel, key: undefined, labels: '', about };
  checkLabels(pairs);
  pairs.sort(byName);
  let key = '';
  let json = '';
  for (const [label, value] of pairs) {
    const text = JSON.stringify(value);
    key += `${key && ','}${label}=${text}`;
    json += `${json && ','}${JSON.stringify(label)}:${text}`;
  }
  return { channel, key: shortKey(key), labels: `,"labels":{${json}}`, about };
}

/** The key of a label set, as the native route makes it; undefined without labels. */
export function labelsKey(labels: Labels): string | undefined {
  const pairs = [...labels].filter(([, value]) => value !== '').sort(byName);
  if (pairs.length === 0) return undefined;
  return shortKey(pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(','));
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Beyond 512 characters: the first 495, and a hash of the whole. */
function shortKey(key: string): string {
  if (key.length <= MAX_KEY) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${key.slice(0, MAX_KEY - 17)}#${hash}`;
}

function checkLabels(pairs: [string, string][]): void {
  if (pairs.length > MAX_LABELS) {
    throw new BadSample(`${pairs.length} labels: at most ${MAX_LABELS}`);
  }
  for (const [name, value] of pairs) {
    if (name === '__name__') continue;
    if (name.length > MAX_LABEL_NAME) {
      throw new BadSample(`a label's name has at most ${MAX_LABEL_NAME} characters`);
    }
    if (value.length > MAX_LABEL_VALUE) {
      throw new BadSample(`a label's value has at most ${MAX_LABEL_VALUE} characters`);
    }
  }
}
