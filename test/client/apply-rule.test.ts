import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../components/client/apply-rule.ts';
import type { Part } from '../../protocol/lp1.ts';
import { delta, entries, initial } from '../support/scripted-client.ts';

const reset = (part: Partial<Part>): Part => ({
  from: '3.a',
  to: '9.b',
  reset: 'unknown',
  entries: [],
  ...part,
});

test('a part is applied only if its from equals the cursor that the client holds', () => {
  assert.equal(stepOf('3.a', delta('3.a', 5)), 'apply');
  assert.equal(stepOf('4.a', delta('3.a', 5)), 'late');
  assert.equal(stepOf('3.b', delta('3.a', 5)), 'late');
  assert.equal(stepOf('', delta('3.a', 5)), 'late');
  assert.equal(stepOf('3.a', initial(5)), 'late');
  assert.equal(stepOf('', initial(5)), 'apply');
});

test('a delta with a missing, repeated or decreasing version, or without its last entry, is damaged', () => {
  const holed = [...entries(4, 4), ...entries(6, 6)];
  const doubled = [...entries(4, 4), ...entries(4, 5)];
  assert.equal(stepOf('3.a', { from: '3.a', to: '6.a', entries: holed }), 'damaged');
  assert.equal(stepOf('3.a', { from: '3.a', to: '5.a', entries: doubled }), 'damaged');
  assert.equal(stepOf('3.a', { from: '3.a', to: '5.a', entries: entries(5, 5) }), 'damaged');
  assert.equal(stepOf('3.a', { from: '3.a', to: '6.a', entries: entries(4, 5) }), 'damaged');
  assert.equal(stepOf('3.a', { from: '3.a', to: '4.a', entries: [] }), 'damaged');
  assert.equal(stepOf('3.a', { from: '3.a', to: '2.a', entries: [] }), 'damaged');
});

test('a damaged part from another cursor is late, not damaged', () => {
  assert.equal(stepOf('7.a', { from: '3.a', to: '6.a', entries: [] }), 'late');
});

test('a client without a cursor accepts only a reset', () => {
  assert.equal(stepOf('', { from: '', to: '2.a', entries: entries(1, 2) }), 'damaged');
});

test('a client that holds a channel without history at version 0 applies its first entry', () => {
  assert.equal(stepOf('', initial(0)), 'apply');
  assert.equal(stepOf('0', delta('0', 1)), 'apply');
});

test('a reset may skip versions and end below its cursor, but must not decrease or exceed it', () => {
  const skipping = [...entries(2, 2), ...entries(7, 8)];
  assert.equal(stepOf('3.a', reset({ entries: skipping })), 'apply');
  assert.equal(stepOf('3.a', reset({ entries: [] })), 'apply');
  assert.equal(stepOf('3.a', reset({ entries: [...entries(7, 7), ...entries(2, 2)] })), 'damaged');
  assert.equal(stepOf('3.a', reset({ entries: [...entries(7, 7), ...entries(7, 7)] })), 'damaged');
  assert.equal(stepOf('3.a', reset({ entries: entries(10, 10) })), 'damaged');
});

test('versions up to 2^53 − 1 are applied', () => {
  const last = Number.MAX_SAFE_INTEGER;
  assert.equal(stepOf(`${last - 2}.a`, delta(`${last - 2}.a`, last)), 'apply');
  assert.equal(
    stepOf(`${last}.a`, { from: `${last}.a`, to: `${last}.a`, entries: entries(last, last) }),
    'damaged',
  );
});
