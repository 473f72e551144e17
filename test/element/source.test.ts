import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClientStatus } from '../../components/client/index.ts';
import { ClientError } from '../../components/client/index.ts';
import { VERSION } from '../../components/shared/version.ts';
import { connectionOptions } from '../../components/source/connection-options.ts';
import { defaultUrl } from '../../components/source/resolve.ts';
import { connectionWord, stalenessOf } from '../../components/status/connection-view.ts';

test('the bundle of a kit server points to that server, and any other to /lp', () => {
  assert.equal(defaultUrl('https://host:8443/some/lp/kit.js?v=3#x'), 'https://host:8443/some/lp');
  assert.equal(defaultUrl('https://cdn.example/lp-kit/dist/components/index.js'), '/lp');
  assert.equal(defaultUrl('https://host/lp/kit-chunk-AB12CD34.js'), 'https://host/lp');
  for (const name of ['notkit.js', 'kit-of-mine.js', 'kit.js.map', 'kit'])
    assert.equal(defaultUrl(`https://host/${name}`), '/lp', name);
});

const silent = {
  wait: undefined,
  minInterval: undefined,
  suspendAfter: undefined,
  background: undefined,
  share: undefined,
  headers: undefined,
  fetch: undefined,
};

test('a source leaves options without an attribute to the client', () => {
  assert.deepEqual(connectionOptions(silent), {});
  assert.deepEqual(
    connectionOptions({ ...silent, wait: '10', minInterval: '2s', suspendAfter: '90s' }),
    { waitSeconds: 10, minIntervalMs: 2000, suspendAfterMs: 90_000 },
  );
  assert.deepEqual(connectionOptions({ ...silent, share: 'tabs' }), { share: 'tabs' });
  assert.deepEqual(connectionOptions({ ...silent, wait: '500ms' }), { waitSeconds: 0.5 });
  const odd = {
    ...silent,
    wait: 'a while',
    minInterval: 'never',
    background: 'sometimes',
    share: 'everything',
  };
  assert.deepEqual(connectionOptions(odd as unknown as typeof silent), {});
});

test('a hidden tab polls for a time, without limit or not at all', () => {
  const suspended = (choices: object): number | undefined =>
    connectionOptions({ ...silent, ...choices }).suspendAfterMs;
  assert.equal(suspended({ background: 'keep' }), Number.POSITIVE_INFINITY);
  assert.equal(suspended({ suspendAfter: 'never' }), Number.POSITIVE_INFINITY);
  assert.equal(suspended({ suspendAfter: '0' }), 0);
  assert.equal(suspended({ suspendAfter: '5m', background: 'keep' }), 300_000);
  assert.equal(suspended({ suspendAfter: 90 }), 90_000);
  assert.equal(suspended({ suspendAfter: 'soon' }), undefined);
});

const status = (rest: Partial<ClientStatus>): ClientStatus => ({
  state: 'live',
  attempt: 0,
  ...rest,
});

test('a lost connection keeps the previous status text for a second', () => {
  const lost = status({ state: 'reconnecting', attempt: 1, nextRetryAt: 5 });
  assert.equal(connectionWord(lost, 999, 'live'), 'live');
  assert.equal(connectionWord(lost, 1000, 'live'), 'reconnecting');
  assert.equal(connectionWord(lost, 10, 'none'), 'connecting');
});

test('the connection is still lost during an attempt', () => {
  const trying = status({ state: 'connecting' });
  assert.equal(connectionWord(trying, 500, 'live'), 'live');
  assert.equal(connectionWord(trying, 5000, 'live'), 'reconnecting');
  assert.equal(connectionWord(trying, undefined, 'none'), 'connecting');
});

test('only the viewer pauses, and a hidden page that returns is connecting', () => {
  assert.equal(
    connectionWord(status({ state: 'paused', pausedBy: ['viewer'] }), undefined, 'live'),
    'paused',
  );
  assert.equal(
    connectionWord(status({ state: 'paused', pausedBy: ['hidden'] }), undefined, 'live'),
    'connecting',
  );
});

test('a server that refuses permanently is not "offline"', () => {
  const error = new ClientError('too-large', 'x', { status: 413 });
  assert.equal(connectionWord(status({ state: 'offline', error }), 0, 'live'), 'refused');
  assert.equal(connectionWord(status({ state: 'offline' }), 5000, 'live'), 'offline');
  assert.equal(connectionWord(undefined, undefined, 'live'), 'none');
});

test('stale channels are counted once, however many widgets show them, and the oldest is named', () => {
  const members = [
    { channel: 'cpu', status: 'stale', updatedAt: 500 },
    { channel: 'cpu', status: 'stale', updatedAt: 500 },
    { channel: 'mem', status: 'live', updatedAt: 100 },
    { channel: 'disk', status: 'stale', updatedAt: 300 },
  ];
  assert.deepEqual(stalenessOf(members), {
    all: 3,
    stale: 2,
    oldest: { channel: 'disk', updatedAt: 300 },
  });
  assert.deepEqual(stalenessOf([]), { all: 0, stale: 0 });
});

test('the version is that of package.json', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  assert.equal(VERSION, (JSON.parse(text) as { version: string }).version);
});

test('the elements can be imported where there is no document', async () => {
  assert.equal(typeof globalThis.document, 'undefined');
  const kit = await import('../../components/index.ts');
  assert.equal(typeof kit.LpSource, 'function');
});
