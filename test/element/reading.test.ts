import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadLevel, readState } from '../../components/data/levels.ts';
import {
  isGap,
  numberAt,
  numberFields,
  numberIn,
  plainNumber,
} from '../../components/data/number.ts';
import { shapeOf, valueAt } from '../../components/data/payload.ts';
import { levelOfWord, parseStates, severityOf, stateOf } from '../../components/data/states.ts';

const NUMBERS: [unknown, number | undefined][] = [
  [21.5, 21.5],
  ['21.5', 21.5],
  [' -3 ', -3],
  ['+.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  [true, 1],
  [false, 0],
  ['ON', 1],
  ['off', 0],
  ['Open', 1],
  ['closed', 0],
  ['42%', undefined],
  ['21.5 C', undefined],
  ['21,5', undefined],
  ['21.5\0', undefined],
  ['0x10', undefined],
  ['1_000', undefined],
  ['Infinity', undefined],
  ['1e999', undefined],
  ['', undefined],
  ['up', undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [null, undefined],
  [undefined, undefined],
  [[1], undefined],
  [{}, undefined],
];

test('every widget reads the same numbers: quoted ones and booleans count, text with a unit does not', () => {
  for (const [value, number] of NUMBERS) assert.equal(numberIn(value), number, String(value));
  for (const flag of [true, false, 'on', 'closed']) assert.equal(plainNumber(flag), undefined);
});

test('a field without a number is a gap, and a missing field is no reading', () => {
  assert.equal(numberAt({ a: '2.5' }, 'a'), 2.5);
  assert.ok(Number.isNaN(numberAt({ a: null }, 'a')));
  assert.ok(Number.isNaN(numberAt({ a: 'n/a' }, 'a')));
  assert.equal(numberAt({ a: 1 }, 'b'), undefined);
  assert.equal(numberAt(true), 1);
  assert.equal(numberAt({ value: '7' }), 7);
});

test('a chart without named fields draws numbers and quoted numbers, and booleans only if there is nothing else', () => {
  assert.deepEqual(numberFields({ temp: '21.5', hum: 50, room: 'kitchen', door: true }), [
    'temp',
    'hum',
  ]);
  assert.deepEqual(numberFields({ door: 'open', room: 'kitchen' }), ['door']);
  assert.deepEqual(numberFields({ id: 7, ts: 1_781_524_740_000, value: 3 }), ['value']);
});

test('many words mean no value', () => {
  for (const value of [null, undefined, Number.NaN, '', ' ', 'N/A', 'unavailable', 'unknown'])
    assert.ok(isGap(value), String(value));
  for (const value of [0, false, '0', 'off', 'down', {}, []]) assert.ok(!isGap(value));
});

const LEVELS: Record<string, string> = {
  ok: 'ok OK up Online healthy pass passed success running resolved operational',
  warn: 'warn WARNING degraded maintenance pending',
  danger: 'down DOWN offline fail Failed failure error critical firing timeout timed_out unhealthy',
  none: 'on off open closed idle info debug',
  unknown: 'unknown unavailable n/a',
};

test('one list of words rates a state, in every element and spelling', () => {
  for (const [level, words] of Object.entries(LEVELS)) {
    for (const word of words.split(' ')) {
      const payloads = [word, { status: word }, { level: word }, { state: word }, { value: word }];
      for (const payload of payloads) {
        const read = readState(payload, valueAt(payload), {});
        assert.equal(read?.level, level, JSON.stringify(payload));
      }
    }
  }
});

test('long digits and blanks are read in linear time', () => {
  const start = process.cpuUsage();
  assert.equal(plainNumber(`${'1'.repeat(60_000)}x`), undefined);
  assert.throws(() => parseStates(`${' '.repeat(60_000)}x`));
  assert.deepEqual([...parseStates(' on : ok : Runs ')], [['on', { level: 'ok', text: 'Runs' }]]);
  const { user } = process.cpuUsage(start);
  assert.ok(user < 2e6, `${user} µs`); // each took 10 s and more
});

test('an alert that is firing has the level it states', () => {
  const read = (payload: object, states?: string): unknown =>
    readState(payload, undefined, states ? { states: parseStates(states) } : {})?.level;
  assert.equal(read({ status: 'firing', level: 'warning' }), 'warn');
  assert.equal(read({ status: 'firing', level: 'info' }), 'none');
  assert.equal(read({ status: 'Firing', level: 'critical' }), 'danger');
  assert.equal(read({ status: 'firing', level: 'p3' }), 'danger'); // an unknown word
  assert.equal(read({ status: 'resolved', level: 'critical' }), 'ok');
  assert.equal(read({ status: 'firing', level: 'warning' }, 'firing:danger'), 'danger');
});

test('other words, and names of object methods, are no states', () => {
  for (const word of ['kitchen', 'constructor', '__proto__', 'v1.2']) {
    assert.equal(stateOf(word), undefined, word);
    assert.equal(readState(word, word, {}), undefined, word);
  }
});

test('booleans, on and off are neither good nor bad, unless the page sets it', () => {
  for (const value of [true, false, 'on', 'off', 'open', 'closed'])
    assert.equal(readState(value, value, {})?.level, 'none', String(value));
  const states = parseStates('on:ok, off:danger:Aus, 0:unknown');
  const read = (value: unknown): unknown => readState(value, value, { states });
  assert.deepEqual(read('ON'), { level: 'ok', text: 'ON' });
  assert.deepEqual(read(false), { level: 'danger', text: 'Aus' });
  assert.deepEqual(read(0), { level: 'unknown', text: '0' });
  assert.deepEqual(read('0'), { level: 'unknown', text: '0' });
});

test('an invalid states attribute is refused with the part and the cure', () => {
  for (const text of ['on', 'on:good', ':ok', 'on:ok, off'])
    assert.throws(() => parseStates(text), /word:level/, text);
  assert.equal(parseStates('').size, 0);
  assert.equal(parseStates('slow:warn:Slow: 3 s').get('slow')?.text, 'Slow: 3 s');
});

test('the level that a payload states has precedence over limits; a number without limits is known', () => {
  const limits = { warn: 70, danger: 90 };
  const level = (payload: unknown): unknown => readState(payload, valueAt(payload), limits)?.level;
  assert.equal(level({ status: 'ok', value: 95 }), 'ok');
  assert.equal(level({ status: 'on', value: 95 }), 'danger');
  assert.equal(level({ status: 'unknown', value: 5 }), 'unknown');
  assert.equal(level({ value: '95' }), 'danger');
  assert.equal(level({ status: 'sleepy', level: 'error', value: 5 }), 'danger');
  assert.equal(readState(1, 1, {})?.level, 'none');
  assert.equal(readState({ value: null }, null, limits)?.level, 'unknown');
  assert.equal(payloadLevel({ value: null, status: 'ok' }, null, limits), undefined);
  assert.equal(payloadLevel({ value: null, status: 'down' }, null, limits), 'danger');
  assert.equal(payloadLevel({ value: '', level: 'warn' }, '', limits), 'warn');
  assert.equal(payloadLevel(null, null, limits), undefined);
});

test('levels of logs and of values come from one table', () => {
  assert.deepEqual(['notice', 'Error2', 'crit', 'success'].map(severityOf), [
    'info',
    'error',
    'critical',
    'ok',
  ]);
  assert.deepEqual(['notice', 'Error2', 'crit', 'success'].map(levelOfWord), [
    undefined,
    'danger',
    'danger',
    'ok',
  ]);
});

test('an unreadable payload is described by its shape', () => {
  assert.equal(shapeOf({ temp: 1, hum: 2 }), '{temp, hum}');
  assert.equal(shapeOf({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }), '{a, b, c, d, e, …}');
  assert.equal(shapeOf([1, 2, 3]), '[3]');
  assert.equal(shapeOf('some text'), '"some text"');
  assert.equal(shapeOf('x'.repeat(100)), `"${'x'.repeat(37)}…"`);
});
