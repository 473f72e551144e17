import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';
import { ERRORS_PAGE, STATUS } from '../../protocol/lp1.ts';
import { LIMITS } from '../../server/options.ts';
import { defaultMaxBytes } from '../../server/stores/byte-budget.ts';
import { startLive } from '../support/live-server.ts';

const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

/** First cells of the rows of the table below a heading, with the second ones. */
function rows(heading: string): [string, string][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \|/gm)].map(([, a = '', b = '']) => [a, b]);
}

test('docs/protocol.md names every error code with its status, and no other', () => {
  const told = rows('Errors').flatMap(([status, code]) =>
    /^\d+$/.test(status) ? [[code.replaceAll('`', ''), Number(status)]] : [],
  );
  assert.deepEqual(Object.fromEntries(told), STATUS);
  assert.equal(told.length, Object.keys(STATUS).length);
});

test('docs/errors.md explains every error code under an anchor of its name, with its status, and no other', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const sections = [...page.matchAll(/^## ([a-z-]+)\n\n\*\*(\d+)\.\*\* \S/gm)];
  const explained = sections.map(([, code = '', status]) => [code, Number(status)]);
  assert.deepEqual(Object.fromEntries(explained), STATUS);
  assert.equal(page.match(/^## /gm)?.length, explained.length);
  assert.ok(ERRORS_PAGE.endsWith('/docs/errors.md'));
});

test('docs/protocol.md names every limit with its default', () => {
  const told = rows('Limits').flatMap(([option, value]) =>
    /^\d+$/.test(value) ? [[option.replaceAll('`', ''), Number(value)]] : [],
  );
  const ofHeap = rows('Limits').flatMap(([option, value]) =>
    value.startsWith('half of ') ? [option.replaceAll('`', '')] : [],
  );
  const { maxBytes, maxChannelBytes, ...fixed } = LIMITS;
  assert.deepEqual(Object.fromEntries(told), fixed);
  assert.deepEqual(ofHeap, ['maxBytes', 'maxChannelBytes']);
  assert.deepEqual(
    [maxBytes, maxChannelBytes],
    [defaultMaxBytes(), Math.floor(defaultMaxBytes() / 2)],
  );
});

test('every example of docs/protocol.md works unchanged', {
  skip: !hasCurl() && 'no curl',
}, async () => {
  await using server = await startLive();
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block);
  assert.ok(blocks.length > 5);
  const curl = 'curl() { command curl -sS --fail-with-body --max-time 20 "$@" && echo; }';
  const env = { ...process.env, U: server.url };
  const script = ['set -e', curl, ...blocks].join('\n');
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { env });
  assert.match(stdout, /"reset":"initial"/);
  assert.match(stdout, /"text":"deploy done"|"count":2/);
  assert.match(stdout, /lp_held_polls 0/);
});

function hasCurl(): boolean {
  try {
    return execFileSync('curl', ['--version']).length > 0;
  } catch {
    return false;
  }
}
