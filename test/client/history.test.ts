import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ClientError, liveClient } from '../../components/client/index.ts';
import { parseHistory } from '../../components/client/history.ts';
import { scripted } from '../support/scripted-client.ts';

const answer = {
  now: 1_795_000_000_000,
  channel: 'cpu',
  cursor: '1843.k3f9',
  from: 1_794_913_600_000,
  to: 1_795_000_000_000,
  step: 120_000,
  since: 1_794_950_000_000,
  series: [
    { field: 'value', t: [1_794_960_000_000], n: [2], min: [1], max: [3], sum: [4], last: [3] },
    { key: 'a', field: 'level=error', t: [1_794_960_000_000], n: [7] },
  ],
};

// The code for history is imported with the first request. The tests count turns of the event loop, and importing takes a varying number.
before(async () => {
  const client = liveClient('http://127.0.0.1/lp', { fetch: () => Promise.reject(new Error()) });
  await assert.rejects(client.history('cpu'));
  client.close();
});

test('a history is requested once, with the headers of the client, and returned unchanged', async (t) => {
  const { client, net } = scripted(t, { headers: { Authorization: 'Bearer x' } });
  const coming = client.history('cpu', {
    from: new Date(1_794_913_600_000),
    to: 'now',
    points: 400,
    fields: ['value', 'temp.in'],
    keys: ['a', 'host="b,c"'],
  });
  const request = await net.next();
  assert.equal(request.url.pathname, '/lp/channels/cpu/history');
  assert.deepEqual(
    [...request.url.searchParams],
    [
      ['from', '1794913600000'],
      ['to', 'now'],
      ['points', '400'],
      ['fields', 'value,temp.in'],
      ['key', 'a'],
      ['key', 'host="b,c"'],
    ],
  );
  assert.equal(request.header('Authorization'), 'Bearer x');
  request.json(answer);
  assert.deepEqual(await coming, answer);
});

test('a refusal rejects with its code, and the request is not repeated', async (t) => {
  const { client, net, time } = scripted(t);
  const coming = client.history('cpu');
  const request = await net.next();
  assert.equal(request.url.search, '');
  request.problem(400, 'bad-request', {}, { detail: 'points=0: give a whole number' });
  await assert.rejects(coming, { name: 'ClientError', code: 'bad-request', status: 400 });
  await time.advance(60_000);
  await net.quiet();
});

test('a response that is not a history response is rejected', () => {
  const bad = (wrong: object): void =>
    assert.throws(() => parseHistory({ ...answer, ...wrong }), { code: 'not-an-answer' });
  assert.equal(parseHistory(answer).step, 120_000);
  for (const step of [0, -1, '1', undefined]) bad({ step });
  for (const cursor of [undefined, 1, null]) bad({ cursor });
  const series = answer.series[0];
  bad({ series: [{ ...series, n: [] }] });
  bad({ series: [{ ...series, t: [null] }] });
  bad({ series: [{ ...series, t: [2, 1], n: [1, 1], min: [1, 1] }] });
  bad({ series: [{ ...series, max: ['3'] }] });
  bad({ series: [{ ...series, field: 1 }] });
  assert.throws(() => parseHistory([]), { code: 'not-an-answer' });
});

test('the signal, closing the client and the deadline each end the request with their own code', async (t) => {
  const { client, net, time } = scripted(t);
  const aborted = new AbortController();
  const first = client.history('cpu', { signal: aborted.signal });
  const request = await net.next();
  aborted.abort();
  await assert.rejects(first, { code: 'aborted' });
  assert.equal(request.aborted, true);
  const late = client.history('cpu');
  await net.next();
  const refused = assert.rejects(late, { code: 'deadline' });
  await time.advance(30_000);
  await refused;
  const closed = client.history('cpu');
  await net.next();
  client.close();
  await assert.rejects(closed, { code: 'closed' });
  await assert.rejects(client.history('cpu'), { code: 'closed' });
  assert.equal(time.pending, 0);
});

test('an invalid channel or time is rejected before a request is sent', async (t) => {
  const { client, net } = scripted(t);
  await assert.rejects(
    client.history('a b'),
    (error) => (error as ClientError).code === 'bad-request',
  );
  await assert.rejects(client.history('cpu', { from: Number.NaN }), { code: 'bad-request' });
  await assert.rejects(client.history('cpu', { to: new Date('x') }), { code: 'bad-request' });
  await net.quiet();
});
