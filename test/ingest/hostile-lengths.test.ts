/**
 * Bodies with one very long part. Parsing must take time in proportion to their length: each of
 * these kept the server busy for 5 seconds to hours. Processor time is measured, with a wide
 * margin, because elapsed time depends on other programs.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type LiveServer, startLive } from '../support/live-server.ts';

const MOST_CPU_MS = 4_000;
const DIGITS = `${'1'.repeat(100_000)}x`;
const AT = Date.UTC(2026, 10, 30, 12);

let server: LiveServer;
before(async () => {
  server = await startLive({ door: 'front' });
});
after(() => server.close());

async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

const post = (path: string, body: string, type = 'text/plain'): Promise<Response> =>
  fetch(server.url + path, { method: 'POST', headers: { 'Content-Type': type }, body });

const CASES: [name: string, path: string, body: string, status: number][] = [
  ['a number of 100,000 digits in line protocol', '/in/write', `m v=${DIGITS}`, 400],
  ['a number of 100,000 digits in Prometheus text', '/in/metrics', `m ${DIGITS}\n`, 400],
  [
    'a bucket of 100,000 digits',
    '/in/metrics',
    `# TYPE m histogram\nm_bucket{le="${DIGITS}"} 1\n`,
    400,
  ],
  [
    'a template of blanks',
    `/in/hooks/any?title=${encodeURIComponent('{{')}${'+'.repeat(15_000)}`,
    '{}',
    200,
  ],
  ['a label of 4 million escapes', '/in/metrics', `m{a="${'\\"'.repeat(4_000_000)}"} 1\n`, 400],
  [
    'a description of 4 million escapes',
    '/in/metrics',
    `# HELP m ${'\\n'.repeat(4_000_000)}\nm 1\n`,
    200,
  ],
  ['a line of 4 million words', '/in/metrics', `m ${'1 '.repeat(4_000_000)}\n`, 400],
  [
    'a line of 900,000 tags',
    '/in/write',
    `m${Array.from({ length: 900_000 }, (_, n) => `,${n}=b`).join('')} v=1`,
    400,
  ],
  [
    'a template that names a field of 1 MB 2,000 times',
    `/in/hooks/any?title=${'{{a}}'.repeat(2_000)}`,
    JSON.stringify({ a: 'x'.repeat(1_000_000) }),
    400,
  ],
  [
    'a webhook of 8 MB without a known field',
    '/in/hooks/any',
    `{${Array.from({ length: 200_000 }, (_, n) => `"field${n}":{"a":"some text here"}`).join()}}`,
    400,
  ],
];

for (const [name, path, body, status] of CASES) {
  test(`${name} is answered soon`, async (t) => {
    t.mock.method(console, 'warn', () => {});
    let answer: Response | undefined;
    const cpuMs = await cpuMsOf(async () => {
      answer = await post(path, body);
    });
    assert.equal(answer?.status, status, await answer?.text());
    assert.ok(cpuMs < MOST_CPU_MS, `${Math.round(cpuMs)} ms`);
  });
}

test('20,000 log lines of one millisecond that are sent again are compared soon, and stored once', async () => {
  const record = (n: number): object => ({
    timeUnixNano: `${AT}000000`,
    body: { stringValue: `line ${n}` },
    attributes: [{ key: 'n', value: { intValue: n } }],
  });
  const logs = (from: number): string =>
    JSON.stringify({
      resourceLogs: [
        { scopeLogs: [{ logRecords: Array.from({ length: 20_000 }, (_, n) => record(from + n)) }] },
      ],
    });
  const send = (from: number): Promise<Response> =>
    post('/in/lines/v1/logs', logs(from), 'application/json');
  await send(0);
  const { version } = await newest();
  const cpuMs = await cpuMsOf(() => send(19_000)); // 1,000 known lines, of which 500 are retained.
  assert.ok(cpuMs < MOST_CPU_MS, `${Math.round(cpuMs)} ms`);
  const after = await newest();
  assert.equal(after.version - version, 19_500);
  await send(38_500);
  assert.equal((await newest()).version - after.version, 19_500);
});

async function newest(): Promise<{ version: number }> {
  const { json } = await server.poll('channels=lines.logs&since=-1&wait=0');
  const { to } = (json as { channels: Record<string, { to: string }> }).channels['lines.logs'] ?? {
    to: '0',
  };
  return { version: Number.parseInt(to, 10) };
}
