// @ts-check
/**
 * The longest turn of the server's event loop while it reads bodies of 8 MiB, the largest that agents may send: `npm run build &&
 * node test/bench/stall.mjs [name]`. Linux. Measured is the processor time of the main thread between two turns, because on a busy
 * machine the clock also counts the time of other programs. Takes a minute.
 */
import { readFileSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { livePoll } from '../../dist/server/index.js';

const SIZE = 8 * 1024 * 1024;
const ITEMS = 20_000;
const ROUNDS = 3;
const AT = 1_796_000_000_000;

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROTOBUF = { 'Content-Type': 'application/x-protobuf' };

/** Items that fill 8 MiB together. @param {(n: number, pad: string) => string} item @param {string} between */
function filled(item, between, count = ITEMS, size = SIZE) {
  const room = Math.floor(size / count) - Buffer.byteLength(item(count, '')) - between.length;
  const pad = 'x'.repeat(Math.max(0, room - 1));
  return Array.from({ length: count }, (_, n) => item(n, pad)).join(between);
}

/** @param {number} n */
function varint(n) {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.from([...bytes, n]);
}
/** A field of a protobuf message that has a length. @param {number} number @param {Buffer | string} value */
function field(number, value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}
/** @param {number} number @param {number} value */
function fixed64(number, value, asDouble = true) {
  const bytes = Buffer.alloc(9, number * 8 + 1);
  if (asDouble) bytes.writeDoubleLE(value, 1);
  else bytes.writeBigUInt64LE(BigInt(value) * 1_000_000n, 1);
  return bytes;
}
/** @param {string} name @param {string} value */
const attribute = (name, value) => Buffer.concat([field(1, name), field(2, field(1, value))]);
/** Snappy without compression. @param {Buffer} bytes */
function snappy(bytes) {
  const parts = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const part = bytes.subarray(at, at + 65_536);
    parts.push(Buffer.from([61 << 2, (part.length - 1) & 255, (part.length - 1) >> 8]), part);
  }
  return Buffer.concat(parts);
}

const pads = Array.from({ length: 4 }, (_, n) => `p${n}`);
const point = (/** @type {number} */ n, /** @type {string} */ pad) =>
  `{"timeUnixNano":"${AT}000000","asDouble":${n},"attributes":[{"key":"q","value":{"stringValue":"${n}${pad}"}}]}`;

/** @type {Record<string, { path: string, headers?: Record<string, string>, body: () => string | Buffer }>} */
const LOADS = {
  'line protocol, 20,000 lines': {
    path: '/in/write',
    body: () =>
      filled(
        (n, pad) =>
          `m${n % 50},h=${n},${pads.map((p) => `${p}=${pad.slice(0, 80)}`).join()} v=${n} ${AT + n}000000`,
        '\n',
      ),
  },
  'line protocol, text fields': {
    path: '/in/write',
    body: () => filled((n, pad) => `m t="${pad}",v=${n}`, '\n'),
  },
  'line protocol, a field each': {
    path: '/in/write',
    body: () => `m ${filled((n, pad) => `f${n}${pad}=1i`, ',')}`,
  },
  'line protocol, comments': { path: '/in/write', body: () => '#\n'.repeat(SIZE / 2 - 1) },
  'line protocol, bad lines': { path: '/in/write', body: () => 'a\n'.repeat(SIZE / 2 - 1) },
  'line protocol, one line': { path: '/in/write', body: () => `m t="${'x'.repeat(SIZE - 20)}"` },
  'line protocol, backslashes': {
    path: '/in/write',
    body: () => `m,a=${'\\'.repeat(SIZE - 20)} v=1`,
  },
  'line protocol, commas': {
    path: '/in/write',
    body: () => `m${',a=b'.repeat(SIZE / 4 - 10)} v=1`,
  },
  'line protocol, gzip': {
    path: '/in/write',
    headers: { 'Content-Encoding': 'gzip' },
    body: () => gzipSync(filled((n, pad) => `m,h=${n} v=${n},t="${pad}" ${AT}000000`, '\n')),
  },
  'Prometheus text, 20,000 samples': {
    path: '/in/metrics/job/a',
    body: () => `${filled((n, pad) => `m${n % 50}{h="${n}",p="${pad}"} ${n}`, '\n')}\n`,
  },
  'Prometheus text, comments': {
    path: '/in/metrics',
    body: () => '# HELP a b\n'.repeat(SIZE / 11 - 1),
  },
  'Prometheus text, types': {
    path: '/in/metrics',
    body: () => Array.from({ length: SIZE / 28 }, (_, n) => `# TYPE a${n} counter\n`).join(''),
  },
  'Prometheus text, one label': {
    path: '/in/metrics',
    body: () => `m{a="${'\\"'.repeat(SIZE / 2 - 20)}"} 1\n`,
  },
  'OTLP JSON, 20,000 points': {
    path: '/in/v1/metrics',
    headers: JSON_TYPE,
    body: () =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[${filled(point, ',', ITEMS, SIZE - 200)}]}}]}]}]}`,
  },
  'OTLP JSON, 20,000 metrics': {
    path: '/in/v1/metrics',
    headers: JSON_TYPE,
    body: () =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${filled((n, pad) => `{"name":"m${n % 900}","description":"${pad.slice(0, 200)}","gauge":{"dataPoints":[${point(n, '')}]}}`, ',', ITEMS, SIZE - 200)}]}]}]}`,
  },
  'OTLP JSON, a histogram with many buckets': {
    path: '/in/v1/metrics',
    headers: JSON_TYPE,
    body: () =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","histogram":{"dataPoints":[{"count":1,"sum":1,"bucketCounts":[${'1,'.repeat(1_000_000)}1],"explicitBounds":[${Array.from({ length: 1_000_000 }, (_, n) => n).join()}]}]}}]}]}]}`.slice(
        0,
        SIZE + 2e6,
      ),
  },
  'OTLP JSON, unknown fields': {
    path: '/in/v1/metrics',
    headers: JSON_TYPE,
    body: () => `{${filled((n, pad) => `"f${n}":"${pad}"`, ',', 400_000, SIZE - 200)}}`,
  },
  'OTLP JSON, empty objects': {
    path: '/in/v1/metrics',
    headers: JSON_TYPE,
    body: () => `{"resourceMetrics":[${'{},'.repeat(SIZE / 3 - 100)}{}]}`,
  },
  'OTLP JSON, 20,000 logs': {
    path: '/in/v1/logs',
    headers: JSON_TYPE,
    body: () =>
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${filled((n, pad) => `{"timeUnixNano":"${AT}000000","severityNumber":9,"body":{"stringValue":"${n}${pad}"}}`, ',', ITEMS, SIZE - 200)}]}]}]}`,
  },
  'OTLP protobuf, 20,000 points': {
    path: '/in/v1/metrics',
    headers: PROTOBUF,
    body() {
      const data = Buffer.concat(
        Array.from({ length: ITEMS }, (_, n) =>
          field(
            1,
            Buffer.concat([
              fixed64(3, AT, false),
              fixed64(4, n),
              field(7, attribute('q', `${n}${'x'.repeat(370)}`)),
            ]),
          ),
        ),
      );
      const metric = Buffer.concat([field(1, 'm'), field(5, data)]);
      return field(1, field(2, field(2, metric)));
    },
  },
  'OTLP protobuf, empty messages': {
    path: '/in/v1/metrics',
    headers: PROTOBUF,
    body: () => Buffer.alloc(SIZE - 2, Buffer.from([10, 0])),
  },
  'OTLP protobuf, unknown fields': {
    path: '/in/v1/metrics',
    headers: PROTOBUF,
    body: () => Buffer.alloc(SIZE - 2, Buffer.from([0x78, 0])),
  },
  'remote write, 20,000 samples': {
    path: '/in/api/v1/write',
    headers: { ...PROTOBUF, 'Content-Encoding': 'snappy' },
    body() {
      const label = (/** @type {string} */ name, /** @type {string} */ value) =>
        field(1, Buffer.concat([field(1, name), field(2, value)]));
      const series = Array.from({ length: ITEMS }, (_, n) =>
        field(
          1,
          Buffer.concat([
            label('__name__', `m${n % 50}`),
            label('q', `${n}${'x'.repeat(350)}`),
            field(2, Buffer.concat([fixed64(1, n), Buffer.from([16]), varint(AT)])),
          ]),
        ),
      );
      return snappy(Buffer.concat(series));
    },
  },
  'remote write, one series': {
    path: '/in/api/v1/write',
    headers: { ...PROTOBUF, 'Content-Encoding': 'snappy' },
    body: () => snappy(Buffer.alloc(SIZE - 10, Buffer.from([10, 0]))),
  },
  'collectd, 20,000 values': {
    path: '/in/collectd',
    headers: JSON_TYPE,
    body: () =>
      `[${filled((n, pad) => `{"values":[${n}],"dstypes":["gauge"],"dsnames":["value"],"time":${AT / 1000},"host":"h${n}${pad.slice(0, 200)}","plugin":"p","type":"t"}`, ',', ITEMS, SIZE - 10)}]`,
  },
  'alertmanager, 20,000 alerts': {
    path: '/in/alertmanager',
    headers: JSON_TYPE,
    body: () =>
      `{"alerts":[${filled((n, pad) => `{"status":"firing","fingerprint":"${n}","labels":{"alertname":"A"},"annotations":{"summary":"${pad.slice(0, 200)}"},"startsAt":"2026-11-30T10:00:00Z"}`, ',', ITEMS, SIZE - 20)}]}`,
  },
  'CloudEvents, a batch of 20,000': {
    path: '/in/events',
    headers: { 'Content-Type': 'application/cloudevents-batch+json' },
    body: () =>
      `[${filled((n, pad) => `{"specversion":"1.0","id":"${n}","source":"/s","type":"t","data":{"x":"${pad}"}}`, ',', ITEMS, SIZE - 10)}]`,
  },
  'CloudEvents, binary': {
    path: '/in/events',
    headers: {
      ...JSON_TYPE,
      'ce-id': '1',
      'ce-source': '/s',
      'ce-type': 't',
      'ce-specversion': '1.0',
    },
    body: () => `[${'0,'.repeat(SIZE / 2 - 10)}0]`,
  },
  'a webhook, JSON': {
    path: '/in/hooks/any?title={{f1.a}}',
    headers: JSON_TYPE,
    body: () => `{${filled((n, pad) => `"f${n}":{"a":"${pad}"}`, ',', 200_000, SIZE - 200)}}`,
  },
  'a webhook, form': {
    path: '/in/hooks/any',
    body: () => filled((n, pad) => `f${n}=${pad}`, '&', 500_000, SIZE - 200),
  },
  'a webhook, form with JSON': {
    path: '/in/hooks/any',
    body: () =>
      `payload=${encodeURIComponent(`{${filled((n, pad) => `"f${n}":"${pad}"`, ',', 100_000, SIZE / 2)}}`)}`.slice(
        0,
        SIZE,
      ),
  },
  'ntfy, text': { path: '/in/ntfy/topic', body: () => 'x'.repeat(SIZE) },
  'ntfy, JSON': {
    path: '/in/ntfy',
    headers: JSON_TYPE,
    body: () => `{"topic":"t","message":"m","tags":[${'"a",'.repeat(SIZE / 4 - 100)}"a"]}`,
  },
};

if (isMainThread) await measure();
else sendOnMessage();

async function measure() {
  const wanted = process.argv[2] ?? '';
  const live = await livePoll({
    graceMs: 20,
    maxInSeries: 1e6,
    maxKeys: 50_000,
    maxChannels: 50_000,
  });
  const server = live.listen({ port: 0 });
  await new Promise((done) => server.once('listening', done));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const file = `/proc/self/task/${process.pid}/schedstat`;
  const cpuMs = () => Number(readFileSync(file, 'utf8').split(' ', 1)[0]) / 1e6;
  let longest = 0;
  let before = cpuMs();
  let isOver = false;
  const turn = () => {
    const after = cpuMs();
    longest = Math.max(longest, after - before);
    before = after;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: `http://127.0.0.1:${port}/lp`,
  });
  console.log('| body | answer | CPU, ms | longest turn, ms |\n|---|---|---|---|');
  for (const name of Object.keys(LOADS).filter((each) => each.includes(wanted))) {
    for (let n = 0; n < ROUNDS; n++) {
      worker.postMessage(name);
      await new Promise((done) => worker.once('message', done)); // the body is made
      longest = 0;
      const start = cpuMs();
      worker.postMessage('send');
      const status = await new Promise((done) => worker.once('message', done));
      if (n === ROUNDS - 1 || longest > 50)
        console.log(
          `| ${name} | ${status} | ${Math.round(cpuMs() - start)} | ${longest > 50 ? `**${Math.round(longest)}**` : Math.round(longest)} |`,
        );
    }
  }
  isOver = true;
  await worker.terminate();
  await live.close();
  server.closeAllConnections();
  server.close();
}

/** In the worker: makes a body, then sends it. */
function sendOnMessage() {
  let name = '';
  /** @type {string | Buffer} */
  let body = '';
  const send = async () => {
    const { path, headers = { 'Content-Type': 'text/plain' } } = LOADS[name] ?? { path: '' };
    const response = await fetch(workerData + path, { method: 'POST', headers, body }).catch(
      (error) => ({ status: String(error.cause ?? error) }),
    );
    parentPort?.postMessage(response.status);
  };
  parentPort?.on('message', (message) => {
    if (message === 'send') return void send();
    name = message;
    body = LOADS[name]?.body() ?? '';
    parentPort?.postMessage(`made ${body.length}`);
  });
}
