import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf } from '../../components/data/csv.ts';
import { levelOf, levelOfWord } from '../../components/data/levels.ts';
import { valueAt } from '../../components/data/payload.ts';
import { plural } from '../../components/format/plural.ts';
import { parseDurationMs } from '../../components/shared/duration.ts';

test('high is bad when danger is above warn, low is bad when it is below, and a value at a limit crosses it', () => {
  const high = { warn: 80, danger: 90 };
  assert.deepEqual(
    [79.9, 80, 89.9, 90].map((value) => levelOf(value, high)),
    ['ok', 'warn', 'warn', 'danger'],
  );
  const low = { warn: 20, danger: 10 };
  assert.deepEqual(
    [21, 20, 10.1, 10].map((value) => levelOf(value, low)),
    ['ok', 'warn', 'warn', 'danger'],
  );
  assert.deepEqual([levelOf(5, { danger: 5 }), levelOf(4, { warn: 5 })], ['danger', 'ok']);
});

test('an unknown state is never green: no value, no number or no limit means no level', () => {
  for (const value of [null, undefined, Number.NaN, '95 %', '', {}])
    assert.equal(levelOf(value, { warn: 1, danger: 2 }), undefined);
  assert.equal(levelOf(95, {}), undefined);
  assert.equal(levelOf(95, { warn: Number.NaN }), undefined);
});

test('a publisher’s own level word is accepted in Smashing’s spelling and ours', () => {
  assert.deepEqual(['ok', 'Warning', ' critical ', 'danger'].map(levelOfWord), [
    'ok',
    'warn',
    'danger',
    'danger',
  ]);
  for (const word of ['constructor', 'blue', 3, null]) assert.equal(levelOfWord(word), undefined);
});

test('a value is found by path or by its usual names, otherwise it is the payload itself', () => {
  assert.equal(valueAt({ value: 1, current: 2 }), 1);
  assert.equal(valueAt({ current: 2, text: 'x' }), 2);
  assert.equal(valueAt({ text: 'x' }), 'x');
  assert.equal(valueAt(7), 7);
  assert.equal(valueAt({ value: null, current: 2 }), null);
  assert.equal(valueAt({ load: [1, 2] }, 'load.1'), 2);
  assert.equal(valueAt({ 'a.b': 3 }, 'a.b'), 3);
});

test('a path finds own fields only', () => {
  for (const field of ['constructor', '__proto__', 'value.length', 'a.b.c', 'toString'])
    assert.equal(valueAt({ value: 1, a: null }, field), undefined, field);
  assert.equal(valueAt({}), undefined);
});

test('durations are parsed as people write them, and an invalid one is nothing', () => {
  const read: [string, number | undefined][] = [
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['250ms', 250],
    ['45', 45_000],
    ['never', Number.POSITIVE_INFINITY],
    ['99999999999d', 365_250 * 86_400_000], // a thousand years at most: a longer axis would never be drawn
    ['', undefined],
    ['soon', undefined],
    ['-5s', undefined],
    ['5 weeks', undefined],
  ];
  for (const [text, ms] of read) assert.equal(parseDurationMs(text), ms, text);
});

test('CSV quotes what needs it, leaves numbers unquoted and makes formulas harmless', () => {
  const rows = csvOf([
    { v: 1, t: 0, d: { name: 'a,"b"', n: -5 } },
    { v: 2, t: 1000, d: { name: '=HYPERLINK("http://x")', n: null } },
  ]).split('\r\n');
  assert.equal(rows[0], 'time,version,name,n');
  assert.equal(rows[1], '1970-01-01T00:00:00.000Z,1,"a,""b""",-5');
  assert.equal(rows[2], `1970-01-01T00:00:01.000Z,2,"'=HYPERLINK(""http://x"")",`);
  assert.equal(rows[3], '');
});

test('CSV has a key column only if there are keys, and accepts bare values', () => {
  assert.match(csvOf([{ v: 1, t: 0, k: 'eth0', d: 5 }]), /^time,version,key,value\r\n.*,1,eth0,5/);
});

test("plurals follow the language's own rules", () => {
  const forms = {
    zero: 'لا',
    one: 'واحد',
    two: 'اثنان',
    few: '# قليل',
    many: '# كثير',
    other: '# آخر',
  };
  const said = [0, 1, 2, 3, 11, 100].map((count) => plural('ar', count, forms));
  assert.equal(new Set(said).size, 6);
  assert.equal(plural('en', 1, { one: '# thing', other: '# things' }), '1 thing');
  assert.equal(plural('ja', 1, { other: '#件' }), '1件');
});

test('a formula is harmless in CSV, whatever separator a spreadsheet uses', () => {
  const formulas = { a: '=1+1', b: 'x;=cmd()', c: 'y\t@sum', e: ' =1+1', f: '＝1+1', g: 'z; ＠a' };
  const csv = csvOf([{ v: 1, t: 0, d: { ...formulas, d: 'a-b; c' } }]);
  const [, row] = csv.split('\r\n');
  for (const separator of [',', ';', '\t'])
    for (const cell of row?.split(separator) ?? [])
      assert.doesNotMatch(cell.replace(/^"? */, ''), /^[=+@＝＋－＠]|^-\D/, cell);
  assert.ok(row?.endsWith('"a-b; c"'));
});
