import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blocksOf, parseBlock, addBlock } from '../../server/history/blocks.ts';
import { Columns } from '../../server/history/cells.ts';
import { FlatEntry } from '../../server/history/flat-entry.ts';
import { Fold } from '../../server/history/fold.ts';
import { seriesOf } from '../../server/history/history-text.ts';
import { entryText } from '../../server/stores/log-entry.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 100),
);
const name = fc.oneof(fc.constantFrom('value', 'a.b', '__proto__', 'id', 'q"', 'ü'), fc.string());
const flat = fc.oneof(number, fc.dictionary(name, number, { minKeys: 1, maxKeys: 20 }));
const time = fc.integer({ min: -1e14, max: 1e14 });
const key = fc.option(fc.string(), { nil: undefined });

test('an entry with only numbers is parsed like JSON.parse does', () => {
  const entry = new FlatEntry();
  let read = 0;
  const property = fc.property(fc.nat(), time, key, flat, (v, t, k, d) => {
    const text = entryText(v, t, { json: JSON.stringify(d), ...(k !== undefined && { k }) });
    if (!entry.read(text)) return; // A name with an escape.
    read++;
    assert.equal(entry.t, t);
    const expected = typeof d === 'number' ? [['value', d]] : Object.entries(d);
    const found = entry.names.map((field, i) => [field, entry.values[i]]);
    // JSON writes -0 as 0.
    assert.deepEqual(
      found,
      expected.map(([field, value]) => [field, value === 0 ? 0 : value]),
    );
  });
  fc.assert(property, { numRuns: 2_000 });
  assert.ok(read > 1_000, `${read} of 2,000`);
});

test('any other entry is parsed by JSON.parse', () => {
  const payloads = [
    '"1"',
    'true',
    'null',
    '[1]',
    '{}',
    '{"a":"1"}',
    '{"a":1,"b":null}',
    '{"a":{"b":1}}',
    '{"a":1,"a":2}',
    '{"a" :1}',
    '{"\\u0061":1}',
  ];
  for (const json of payloads)
    assert.equal(new FlatEntry().read(entryText(7, 1, { json })), false, json);
  assert.equal(new FlatEntry().read(entryText(7, 1, { json: '1', k: '"' })), false);
  assert.equal(new FlatEntry().read(entryText(7, 1, { json: '{"a":1}', meta: true })), false);
  const exponent = new FlatEntry();
  assert.equal(exponent.read(entryText(7, 1, { json: '{"a":-1.5e-7}', k: 'x' })), true);
  assert.deepEqual(exponent.values, [-1.5e-7]);
});

test('samples in any order, rolled and read again, give the same series as without a roll', () => {
  const samples = fc.array(fc.tuple(fc.integer({ min: -2_000, max: 60_000 }), number), {
    minLength: 1,
    maxLength: 300,
  });
  const property = fc.property(samples, fc.nat(300), (all, cut) => {
    const texts = all.map(([t, value], i) =>
      entryText(i + 1, t, { json: i % 7 ? `{"value":${value},"b":${i}}` : String(value) }),
    );
    const direct = new Fold({ step: 1_000 });
    for (const text of texts) direct.add(text);
    const merged = new Columns(1_000);
    for (const part of [texts.slice(0, cut), texts.slice(cut)]) {
      const fold = new Fold({ step: 1_000 });
      for (const text of part) fold.add(text);
      for (const block of blocksOf(fold.columns, 10_000))
        addBlock(merged, parseBlock(`{"d":${JSON.stringify(block)}}`));
    }
    for (const field of ['value', 'b']) {
      const series = (columns: Columns) => {
        const cells = columns.cells(field);
        const { sum, ...rest } = seriesOf(
          { key: undefined, field, cells, counter: false, times: true },
          1_000,
        );
        return { rest: JSON.stringify(rest), sum };
      };
      const [expected, found] = [series(direct.columns), series(merged)];
      assert.equal(found.rest, expected.rest);
      found.sum?.forEach((value, i) => {
        const other = expected.sum?.[i] ?? Number.NaN;
        const size = Math.max(1, ...all.map(([, each]) => Math.abs(each)));
        assert.ok(value === other || Math.abs((value ?? 0) - other) <= size * 1e-9);
      });
    }
  });
  fc.assert(property, { numRuns: 100 });
});
