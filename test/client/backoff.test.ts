import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, parseRetryAfter, retryDelayMs } from '../../components/client/backoff.ts';

const delays = (random: number, floorMs = 0): number[] =>
  [1, 2, 3, 6, 7, 8, 2_000].map((attempt) =>
    retryDelayMs({ attempt, random: () => random, floorMs }),
  );

test('a retry waits between 0 and 0.5 s × 2^k, and at most 30 s', () => {
  assert.deepEqual(delays(0), [0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(delays(0.5), [250, 500, 1_000, 8_000, 15_000, 15_000, 15_000]);
  assert.deepEqual(delays(1), [500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
});

test('Retry-After is the minimum delay, and full jitter is added so that clients do not return at the same time', () => {
  assert.deepEqual(delays(0.5, 7_000).slice(0, 3), [7_250, 7_500, 8_000]);
  assert.equal(retryDelayMs({ attempt: 1, random: () => 0, floorMs: 7_000 }), 7_000);
});

test('Retry-After is parsed as seconds or a date, and any other value is ignored', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(parseRetryAfter('12', now), 12_000);
  assert.equal(parseRetryAfter(' 0 ', now), 0);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now), 30_000);
  assert.equal(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  for (const nonsense of [null, '', 'soon', '-']) {
    assert.equal(parseRetryAfter(nonsense, now), undefined);
  }
});

test('a Retry-After of more than an hour is cut to one hour', () => {
  assert.equal(parseRetryAfter('99999999999999', 0), 3_600_000);
  assert.equal(retryDelayMs({ attempt: 1, random: () => 0, floorMs: Infinity }), 3_600_000);
});

test('a delay longer than the maximum of setTimeout does not end at once', async () => {
  let fired = false;
  const cancel = after(Number.MAX_SAFE_INTEGER, () => {
    fired = true;
  });
  await new Promise((resolve) => after(1, () => resolve(undefined)));
  await new Promise((resolve) => setImmediate(resolve));
  cancel();
  assert.equal(fired, false);
});
