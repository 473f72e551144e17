import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChartHost, growthOptions } from '../../components/metric-chart/chart-context.ts';
import { formatValue } from '../../components/format/format.ts';
import type { FormatOptions } from '../../components/format/format-options.ts';

const growth = (options: FormatOptions, host: Partial<ChartHost> = {}): string =>
  formatValue(
    2500,
    growthOptions({ rate: true, ...host } as ChartHost, { language: 'en', ...options }),
  ).replace(/\u00a0/g, ' ');

test('the growth of a counter has the unit of the channel per second', () => {
  assert.equal(growth({ unit: 'byte' }), '2,500 byte/s');
  assert.equal(growth({ unit: 'byte', format: 'bytes' }), '2.5 kB/s');
  assert.equal(growth({ format: 'bytes' }), '2.5 kB/s');
  assert.equal(growth({ unit: 'requests' }), '2,500 requests/s');
  assert.equal(growth({}), '2,500');
});

test('a unit that the page gives, or that is per second already, is kept', () => {
  assert.equal(growth({ unit: 'jobs' }, { unit: 'jobs' }), '2,500 jobs');
  assert.equal(growth({ unit: 'byte-per-second' }), '2,500 byte/s');
  assert.equal(growth({ unit: 'req/s' }), '2,500 req/s');
  assert.equal(growth({ unit: 'byte' }, { rate: false }), '2,500 byte');
});
