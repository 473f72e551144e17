import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ProtocolError } from '../../server/index.ts';
import { parseMeta } from '../../server/ingest/meta.ts';
import { parseChannels, parseNative } from '../../server/ingest/native.ts';
import { ask } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

const options = { maxItems: 1_000, now: 1_795_188_000_000 };
const TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x/y', ''];

/** Parts of which hostile bodies are made. */
const piece = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', '=', '&', '+', '%', '%ff', '\n', '\r\n'),
  fc.constantFrom('value', 'time', 'key', 'labels', '__proto__', 'null', 'NaN', '1e999', '-', '.'),
  fc.constantFrom('\u0000', '\ufeff', '\u2028', '\ud800', '😀', ' '),
  fc.integer().map(String),
  fc.json(),
);
const hostile = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
);

/** Parses, or refuses with a defined 4xx error; anything else fails the test. */
function clean(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ProtocolError && error.status >= 400 && error.status < 500) return error;
    throw error;
  }
}

test('no body makes a parser throw an unexpected error', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom(...TYPES), (body, type) => {
      clean(() => parseNative(body, type, options));
      clean(() => parseChannels(body, options));
      clean(() => parseMeta(body));
    }),
    { numRuns: 3_000 },
  );
});

test('every accepted body becomes JSON with one value per item, and no field is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }), (items) => {
      const taken = clean(() => parseNative(Buffer.from(JSON.stringify(items)), '', options));
      if (taken instanceof ProtocolError) return;
      assert.ok(Array.isArray(taken));
      assert.deepEqual(
        taken.map(({ json }: { json: string }) => JSON.parse(json) as unknown),
        items.map((item) => {
          const { time: _time, key: _key, ...data } = JSON.parse(JSON.stringify(item));
          return data as unknown;
        }),
      );
    }),
    { numRuns: 500 },
  );
});

test('a server survives hostile bodies on every route, and answers each with a defined status', async () => {
  await using server = await startLive();
  const routes = fc.constantFrom('/channels/cpu', '/publish', '/channels/__proto__');
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(...TYPES), routes, async (body, type, route) => {
      const headers = type ? { 'Content-Type': type } : {};
      const { status, json } = await ask(server.url + route, { body, headers });
      assert.ok(status === 201 || (status >= 400 && status < 500), String(status));
      assert.ok(json);
    }),
    { numRuns: 400 },
  );
  const { status } = await ask(`${server.url}/poll?channels=__proto__,cpu`);
  assert.equal(status, 200);
});

test('a server survives hostile queries', async () => {
  await using server = await startLive();
  await server.live.publish('cpu', 1);
  const name = fc.constantFrom('channels', 'since', 'wait', 'tail', 'round', 'x');
  const part = fc.oneof(
    fc.constantFrom('cpu', '0', '1.abc', ',', '-1', '%', '%00', '%0d%0aX-Evil:1', '__proto__'),
    fc.string().map(encodeURIComponentSafe),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, fc.array(part))), async (params) => {
      const query = params.map(([key, values]) => `${key}=${values.join('')}`).join('&');
      const { status, headers } = await server.poll(`${query}&wait=0`.replace(/wait=[^&]*&/g, ''));
      assert.ok([200, 400, 414].includes(status), String(status));
      assert.equal(headers['x-evil'], undefined);
    }),
    { numRuns: 400 },
  );
});

test('no body of the allowed size stalls the parser', () => {
  const size = 262_144;
  const bodies = [
    `${'1'.repeat(size - 1)}x`,
    `1.${'1'.repeat(size - 3)}x`,
    `${'1e'.repeat(size / 2)}`,
    `${'} '.repeat(size / 2)}`,
    `{${' '.repeat(size - 2)}`,
    `}${' '.repeat(size - 2)}`,
    '\n'.repeat(size - 1).concat('x'),
    '1\n'.repeat(size / 2 - 1).concat('x'),
    `value=${'%'.repeat(size - 6)}`,
    `${'a.'.repeat(size / 2)}`,
    `{"time":"${'2'.repeat(size - 11)}"}`,
    `"${'\\u0000'.repeat(size / 6 - 1)}"`,
  ];
  for (const body of bodies) {
    for (const type of TYPES) {
      const begun = performance.now();
      clean(() => parseNative(Buffer.from(body), type, options));
      const tookMs = performance.now() - begun;
      assert.ok(tookMs < 1_000, `${Math.round(tookMs)} ms for ${body.slice(0, 20)}… as ${type}`);
    }
  }
});

function encodeURIComponentSafe(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, ''));
}
