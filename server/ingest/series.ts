import { createHash } from 'node:crypto';
import { shown } from '../../protocol/lp1.ts';
import { type About, BadSample, type Series } from './collector.ts';

/** Labels of a metric sample: values by name. */
export type Labels = Map<string, string>;

const MAX_NAME = 128;
const MAX_KEY = 512;
/** Maximum number of labels of a series. */
export const MAX_LABELS = 64;
const MAX_LABEL_NAME = 128;
/** Maximum number of characters of a label's value. */
export const MAX_LABEL_VALUE = 1_024;

/**
 * Returns the channel of a metric: `prefix.` and its name, with `_` for each character that a channel name may not have, cut to
 * 128 characters. `changed`: whether the channel differs from that name.
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

/** Options of `seriesOf`. */
export interface SeriesOptions {
  prefix: string | undefined;
  name: string;
  labels: Labels;
  about: About;
}

/**
 * Returns a metric's channel, and its labels as key. If the channel cannot have the metric's name, the label `__name__`
 * holds that name, so that two metrics of one channel have two keys. Labels with empty values are left out.
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

/** Returns the key for labels, which equals the one of the native route; undefined without labels. */
export function labelsKey(labels: Labels): string | undefined {
  const pairs = [...labels].filter(([, value]) => value !== '').sort(byName);
  if (pairs.length === 0) return undefined;
  return shortKey(pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(','));
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Shortens a key of more than 512 characters to its first 495 and a hash of the whole key. */
function shortKey(key: string): string {
  if (key.length <= MAX_KEY) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${key.slice(0, MAX_KEY - 17)}#${hash}`;
}

function checkLabels(pairs: [string, string][]): void {
  if (pairs.length > MAX_LABELS) {
    throw tooManyLabels(String(pairs.length));
  }
  for (const [name, value] of pairs) {
    if (name === '__name__') continue;
    if (name.length > MAX_LABEL_NAME) {
      throw new BadSample(
        `the label name ${shown(name)} is longer than ${MAX_LABEL_NAME} characters`,
      );
    }
    if (value.length > MAX_LABEL_VALUE) throw longValue(name);
  }
}

/** Returns the error of a label's value that is too long. */
export const longValue = (name: string): BadSample =>
  new BadSample(
    `the value of the label ${shown(name)} is longer than ${MAX_LABEL_VALUE} characters`,
  );

/** Returns the error of a series with too many labels. `count`: their number, or that there are more. */
export const tooManyLabels = (count: string): BadSample =>
  new BadSample(`the series has ${count} labels: send at most ${MAX_LABELS}`);
