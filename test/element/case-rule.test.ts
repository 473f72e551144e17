import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWhen, RuleError } from '../../components/case/case-rule.ts';

const VALUES = [-5, 0, 5, 10, 15.5, 20, 90, 90.1, '95', 'up', 'DOWN', 'Not Ready', true, false, {}];
const met = (when: string): unknown[] => VALUES.filter(parseWhen(when));

test('a rule is a comparison, a range, a word, or several of these', () => {
  const CASES: [when: string, values: unknown[]][] = [
    ['>90', [90.1, '95']],
    ['>= 90', [90, 90.1, '95']],
    ['<0', [-5]],
    ['<=0', [-5, 0]],
    ['10..20', [10, 15.5, 20]],
    ['90..', [90, 90.1, '95']],
    ['..-5', [-5]],
    ['-5..0.5', [-5, 0]],
    ['10', [10]],
    ['=95', ['95']],
    ['down', ['DOWN']],
    ['not-ready, up', ['up', 'Not Ready']],
    ['<0, >90', [-5, 90.1, '95']],
    ['on', [true]],
    ['false', [false]],
    ['!=up', VALUES.filter((value) => value !== 'up')],
    ['', VALUES],
  ];
  for (const [when, values] of CASES) assert.deepEqual(met(when), values, `when="${when}"`);
});

test('a rule that cannot be read is an error with the cure', () => {
  for (const [when, message] of [
    ['>', /">" is not a number|"" in ">" is not a number/],
    ['>90%', /"90%" in ">90%" is not a number: write >90.*without a unit/],
    ['=', /ends before its value/],
    ['10-20', /"10-20" is not a range: write two dots, as in 10\.\.20/],
    ['20..10', /is empty: write 10\.\.20/],
    ['..', /is not a range/],
    ['1..2..3', /is not a range/],
    ['low..high', /"low" in "low\.\.high" is not a number/],
  ] as const)
    assert.throws(
      () => parseWhen(when),
      (error) => error instanceof RuleError && message.test(error.message),
      when,
    );
});

test('words with digits, dots and dashes are words', () => {
  for (const word of ['5xx', '1.10.2', '2026-12-01', 'web-1'])
    assert.deepEqual([word, 'x'].filter(parseWhen(word)), [word]);
});
