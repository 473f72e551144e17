/** UCUM codes that have an `Intl.NumberFormat` unit. Source: UCUM; ECMA-402, sanctioned units. */
const UCUM: Readonly<Record<string, string>> = {
  s: 'second',
  ms: 'millisecond',
  us: 'microsecond',
  ns: 'nanosecond',
  min: 'minute',
  h: 'hour',
  d: 'day',
  bit: 'bit',
  By: 'byte',
  kBy: 'kilobyte',
  MBy: 'megabyte',
  GBy: 'gigabyte',
  '%': 'percent',
  Cel: 'celsius',
  '°C': 'celsius',
  '°F': 'fahrenheit',
  m: 'meter',
  g: 'gram',
};

/** Units by the last word of a metric's name. Source: Prometheus and OpenMetrics naming. */
const WORDS: Readonly<Record<string, string>> = {
  seconds: 'second',
  milliseconds: 'millisecond',
  bytes: 'byte',
  celsius: 'celsius',
  percent: 'percent',
  meters: 'meter',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  watts: 'W',
  hertz: 'Hz',
};

const known = (table: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/** Returns the kit's unit for a UCUM code: `byte-per-second` for `By/s`, `job` for `{job}`, undefined for `1`. */
export function ucumUnit(code: string): string | undefined {
  if (code === '' || code === '1') return undefined;
  const [one = '', per, more] = code.split('/');
  const unit = known(UCUM, one);
  if (unit && per === undefined) return unit;
  const perUnit = per === undefined || more !== undefined ? undefined : known(UCUM, per);
  if (unit && perUnit) return `${unit}-per-${perUnit}`;
  return code.replaceAll(/[{}]/g, '') || undefined;
}

/** Returns the kit's unit for a word such as `seconds`; an unknown word unchanged. */
export const wordUnit = (word: string): string | undefined =>
  known(WORDS, word) ?? (word || undefined);

/** Returns the unit at the end of a metric's name, such as `_seconds` or `_bytes_total`; undefined for a point in time. */
export function nameUnit(name: string): string | undefined {
  if (/(_timestamp|_start_time)_seconds(_total)?$/.test(name)) return undefined;
  const [, word = ''] = /_([a-z]+)$/.exec(name.replace(/_total$/, '')) ?? [];
  return known(WORDS, word);
}
