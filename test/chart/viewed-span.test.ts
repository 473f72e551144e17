import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowLength } from '../../components/metric-chart/view/viewed-span.ts';

const DAY = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 10, 30);
const options = { timeZone: 'UTC', language: 'en' };

test('a window of today never begins before midnight: yesterday’s last value is not in it', () => {
  for (const ms of [90_001, 3_600_001, 10 * 3_600_001, DAY - 1]) {
    const length = windowLength('today', MIDNIGHT + ms, options) ?? Number.NaN;
    assert.ok(length <= ms && length > ms - 60_000, `${length} after ${ms} ms`);
  }
});
