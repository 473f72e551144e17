import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatParts,
  formatValue,
  isMissing,
  resolutionOf,
} from '../../components/format/format.ts';
import { ageText } from '../../components/format/format-moment.ts';
import type { FormatOptions } from '../../components/format/format-options.ts';

/** The space characters of Intl differ between versions of its data; all count as spaces here. */
const text = (value: unknown, options: FormatOptions = {}): string =>
  formatValue(value, options).replace(/[\u00a0\u202f\u2009]/g, ' ');

test('a missing value is a dash, never 0, and is announced as missing', () => {
  for (const value of [null, undefined, '', Number.NaN]) {
    assert.equal(formatValue(value, { format: 'percent', suffix: '/s' }), '—');
    assert.ok(formatParts(value).missing);
  }
  for (const value of [0, false, '0', Number.POSITIVE_INFINITY]) assert.ok(!isMissing(value));
});

test('numbers are written in the language, with the digits that they need or that are set', () => {
  assert.equal(text(1234.5678), '1,234.57');
  assert.equal(text(1234.5678, { language: 'de' }), '1.234,57');
  assert.equal(text(42, { digits: 1 }), '42.0');
  assert.equal(text(1_234_567, { notation: 'compact' }), '1.2M');
  assert.equal(text(-0.5), '-0.5');
  assert.equal(text(1234, { language: 'ar-EG' }), '١٬٢٣٤');
});

test('percent accepts ratios', () => {
  assert.equal(text(0.4237, { format: 'percent' }), '42.4%');
  assert.equal(text(0.4, { format: 'percent', language: 'de' }), '40 %');
});

test('units that Intl has are written by Intl, and all others are a suffix', () => {
  assert.equal(text(42, { unit: 'percent' }), '42%');
  assert.equal(text(21.5, { unit: 'celsius' }), '21.5°C');
  assert.equal(text(3, { unit: 'req/s' }), '3 req/s');
  assert.equal(text(3, { prefix: '~', suffix: '!' }), '~3!');
});

test('bytes and bits use steps of 1,000, and never show four digits before the decimal point', () => {
  const bytes = (value: number, unit?: string): string => text(value, { format: 'bytes', unit });
  assert.equal(bytes(0), '0 byte');
  assert.equal(bytes(999), '999 byte');
  assert.equal(bytes(999.6), '1 kB');
  assert.equal(bytes(1536), '1.54 kB');
  assert.equal(bytes(999_499), '999 kB');
  assert.equal(bytes(999_600), '1 MB');
  assert.equal(bytes(8_123_456_789), '8.12 GB');
  assert.equal(bytes(-2048), '-2.05 kB');
  assert.equal(bytes(5e18), '5,000 PB');
  assert.equal(text(2e6, { format: 'bits' }), '2 Mb');
  assert.match(bytes(2e6, 'byte-per-second'), /^2 MB\/s$/);
});

test('durations have their two largest units', () => {
  const duration = (value: number, unit?: string): string =>
    text(value, { format: 'duration', unit });
  assert.equal(duration(93_784), '1d 2h');
  assert.equal(duration(200), '3m 20s');
  assert.equal(duration(59.97), '1m');
  assert.equal(duration(12.5), '12.5s');
  assert.equal(duration(0.0032), '3.2ms');
  assert.equal(duration(0), '0s');
  assert.equal(duration(1500, 'millisecond'), '1.5s');
  assert.equal(duration(86_400 * 400), '400d');
  assert.equal(duration(-200), '-3m 20s');
});

test('dates and times follow the time zone, and an invalid time is shown unchanged', () => {
  const at = Date.UTC(2026, 0, 31, 23, 30, 15);
  assert.equal(text(at, { format: 'date', timeZone: 'UTC' }), 'Jan 31, 2026');
  assert.equal(text(at, { format: 'date', timeZone: 'Asia/Tokyo' }), 'Feb 1, 2026');
  assert.equal(
    text('2026-01-31T23:30:15Z', { format: 'time', timeZone: 'UTC', language: 'de' }),
    '23:30:15',
  );
  assert.equal(text('soon', { format: 'date' }), 'soon');
  assert.equal(text(1e300, { format: 'time' }), '1e+300');
});

test('relative times use the given clock', () => {
  const relative = (ms: number): string => text(1e12 + ms, { format: 'relative', nowMs: 1e12 });
  assert.equal(relative(-4 * 60_000), '4 min. ago');
  assert.equal(relative(0), 'now');
  assert.equal(relative(-26 * 3_600_000), 'yesterday');
});

test('a number that is a time is in seconds where its unit says so', () => {
  const options = { unit: 'second', timeZone: 'UTC', language: 'en', nowMs: 1_796_098_000_000 };
  assert.equal(text(1_796_097_400, { ...options, format: 'relative' }), '10 min. ago');
  assert.equal(text(1_796_097_400, { ...options, format: 'date' }), 'Dec 1, 2026');
  assert.equal(
    text(1_796_097_400_000, { ...options, unit: 'millisecond', format: 'date' }),
    'Dec 1, 2026',
  );
});

test('ages under a minute move in steps of five seconds', () => {
  assert.equal(ageText(-4999, 'en'), 'now');
  assert.equal(ageText(-5000, 'en'), ageText(-9999, 'en'));
  assert.notEqual(ageText(-9999, 'en'), ageText(-10_000, 'en'));
});

test('words are shown as words, and numbers given as text as numbers', () => {
  assert.equal(text('up', { format: 'number' }), 'up');
  assert.equal(text('42.25', { format: 'number', digits: 1 }), '42.3');
  assert.equal(text(' ', { format: 'number' }), ' ');
  assert.equal(text('<b>x</b>'), '<b>x</b>');
  assert.equal(text({ a: 1 }), '{"a":1}');
  assert.equal(text(true, { format: 'number' }), 'true');
});

test('no option makes it throw', () => {
  const odd: FormatOptions[] = [
    { format: 'currency', currency: 'nope!' },
    { digits: 99 },
    { digits: -1 },
    { digits: Number.NaN },
    { unit: '' },
    { unit: 'fathom' },
    { format: 'duration', unit: 'fortnight' },
    { format: 'duration', digits: 50 },
    { format: 'date', timeZone: 'Mars/Olympus' },
    { format: 'bogus' as 'number' },
    { language: 'not a tag' },
  ];
  for (const options of odd) assert.ok(formatValue(12.5, options), JSON.stringify(options));
});

test('the joined parts are the text, and the unit is a separate part', () => {
  const formatted = formatParts(42, { unit: 'percent', prefix: '~' });
  assert.equal(formatted.parts.map((part) => part.text).join(''), formatted.text);
  assert.deepEqual(
    formatted.parts.map((part) => part.kind),
    ['unit', 'value', 'unit'],
  );
});

test('a number that rounds to zero has no sign', () => {
  assert.equal(text(-0), '0');
  assert.equal(text(-0.4, { digits: 0 }), '0');
  assert.equal(text(-0.001, { digits: 2 }), '0.00');
  assert.equal(text(-0, { format: 'percent' }), '0%');
  assert.equal(text(-0.001, { format: 'currency', digits: 2 }), '€0.00');
  assert.equal(text(-0.4, { format: 'currency', currency: 'JPY', digits: 0 }), '¥0');
  assert.equal(text(-0.5), '-0.5');
});

test('below 1 a number keeps at least two significant digits', () => {
  const written: [number, FormatOptions, string][] = [
    [0.003, {}, '0.003'],
    [0.001_234, {}, '0.0012'],
    [0.25, {}, '0.25'],
    [-0.000_45, {}, '-0.00045'],
    [1.005_6, {}, '1.01'],
    [0.000_123_45, { format: 'currency', currency: 'BTC' }, 'BTC 0.00012'],
    [0.5, { format: 'currency', currency: 'USD' }, '$0.50'],
    [0.25, { format: 'currency', currency: 'JPY' }, '¥0.25'],
    [12.5, { format: 'currency', currency: 'USD' }, '$12.50'],
    [0.000_042, { format: 'percent' }, '0.0042%'],
    [0.000_000_001_23, {}, '1.23E-9'],
    [5e22, {}, '5E22'],
  ];
  for (const [value, options, expected] of written) assert.equal(text(value, options), expected);
});

test('a unit that is a currency formats the value as currency, and is written once', () => {
  const amount = (options: FormatOptions): string => text(12.5, { format: 'currency', ...options });
  assert.equal(amount({ unit: 'EUR' }), '€12.50');
  assert.equal(amount({ unit: 'USD' }), '$12.50');
  assert.equal(amount({ unit: 'EUR', currency: 'eur' }), '€12.50');
  assert.equal(amount({ unit: 'per kg', currency: 'USD' }), '$12.50 per kg');
  assert.equal(text(12.5, { unit: 'EUR' }), '12.5 EUR');
});

test('a percentage that is neither 0 nor 100 % is never written as that', () => {
  const percent = (value: number, digits?: number): string =>
    text(value, { format: 'percent', digits });
  assert.equal(percent(0.9996), '99.96%');
  assert.equal(percent(0.9996, 0), '99.96%');
  assert.equal(percent(0.99995), '99.995%');
  assert.equal(percent(0.999_999), '99.9999%');
  assert.equal(percent(1.000_01), '100.001%');
  assert.equal(percent(0.995, 0), '99.5%');
  assert.equal(percent(0.0004, 0), '0.04%');
  assert.equal(percent(0.9994, 1), '99.9%');
  assert.equal(percent(1, 1), '100.0%');
  assert.equal(percent(0), '0%');
  assert.equal(text(99.996, { unit: 'percent' }), '99.996%');
  assert.equal(text(99.996, { unit: '%', digits: 1 }), '99.996 %');
});

test('values that differ by the resolution differ in their texts', () => {
  const axes: [number, number, FormatOptions][] = [
    [90_061, 60, { format: 'duration' }],
    [90_061, 1, { format: 'duration' }],
    [75, 0.2, { format: 'duration' }],
    [12.001, 0.001, { format: 'duration' }],
    [15.851e9, 0.000_5e9, { format: 'bytes' }],
    [15.851e9, 0.000_5e9, { format: 'bits' }],
    [1.0801, 0.0002, { format: 'currency' }],
    [1.0801, 0.0002, { format: 'currency', currency: 'JPY' }],
    [0.4201, 0.000_05, { format: 'percent' }],
    [1.000_01, 0.000_01, {}],
    [1_234_000, 100, { notation: 'compact' }],
    [Date.UTC(2026, 0, 1), 3_600_000, { format: 'date' }],
    [Date.UTC(2026, 0, 1), 100, { format: 'time' }],
    [-245_000, 10_000, { format: 'relative', nowMs: 0 }],
  ];
  for (const [start, step, options] of axes) {
    const values = Array.from({ length: 6 }, (_, n) => start + n * step);
    const texts = values.map((value) => text(value, { ...options, resolution: step }));
    assert.equal(new Set(texts).size, 6, texts.join(' | '));
  }
  assert.equal(text(90_061, { format: 'duration', resolution: 60 }), '1d 1h 1m');
});

test('the resolution of values is their smallest distance', () => {
  assert.equal(resolutionOf([3, 1, 1.5, 3, Number.NaN]), 0.5);
  assert.equal(resolutionOf([2, 2]), undefined);
});

test('an invalid currency or time zone is reported once', (t) => {
  const told = t.mock.method(console, 'error', () => {});
  for (let n = 0; n < 3; n++) {
    text(5, { format: 'currency', currency: 'euro' });
    text(0, { format: 'time', timeZone: 'CEST' });
  }
  const lines = told.mock.calls.map((call) => String(call.arguments[0]));
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /"euro".*ISO 4217/);
  assert.match(lines[1] ?? '', /"CEST".*IANA/);
});
