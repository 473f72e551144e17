import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takenEncodings } from '../../server/http/accept-encoding.ts';

test('of the accepted encodings the preferred one is used, otherwise the one with the smallest output', () => {
  const cases: [string | undefined, string[]][] = [
    [undefined, []],
    ['', []],
    ['gzip, deflate, br, zstd', ['br', 'gzip']],
    ['GZIP', ['gzip']],
    ['br;q=0.5,gzip;q=1.0', ['gzip', 'br']],
    ['*', ['br', 'gzip']],
    ['*;q=0.1, br;q=0', ['gzip']],
    ['br;q=0, gzip', ['gzip']],
    ['br ; q=0.000 ,gzip; q=0.001', ['gzip']],
    ['gzip;q=0, br;q=much', []],
    ['identity, x-gzip, brx, xbr', []],
  ];
  for (const [accepted, encodings] of cases)
    assert.deepEqual(takenEncodings(accepted), encodings, String(accepted));
});
