import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InfluxDB as Influx2, Point as Point2 } from '@influxdata/influxdb-client';
import { InfluxDBClient as Influx3, Point as Point3 } from '@influxdata/influxdb3-client';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  LoggerProvider,
  type LogRecordExporter,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { IncomingWebhook } from '@slack/webhook';
import { CloudEvent, emitterFor, httpTransport, Mode } from 'cloudevents';
import { FieldType, InfluxDB as Influx1 } from 'influx';
import { pino } from 'pino';
import { Gauge, Pushgateway, Registry } from 'prom-client';
import { run } from '../support/command.ts';
import { held } from '../support/ingest-case.ts';
import { startLive } from '../support/live-server.ts';
import { losingProxy } from '../support/losing-proxy.ts';

const TOKEN = 'feed-token';
const AT = new Date('2026-11-30T10:00:00.123Z');

interface Client {
  name: string;
  /**
   * Sends one sample or event to a server, as its users do. Rejects if the client reports a
   * refusal.
   */
  send: (origin: string, token: string) => Promise<unknown>;
  /** The channel that it creates. */
  channel: string;
  /** Fields that its last entry has at least. */
  data: Record<string, unknown>;
  /** True if it repeats a request without a response by itself. */
  repeats?: true;
}

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const resource = resourceFromAttributes({ 'service.name': 'shop' });

async function sendMetrics(exporter: PushMetricExporter): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ resource, readers: [reader] });
  provider.getMeter('m').createCounter('jobs.done', { unit: '{job}' }).add(3, { queue: 'a' });
  let failed: unknown;
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      if (result.code !== 0) failed = result.error ?? new Error('the export failed');
      done(result);
    });
  await provider.forceFlush().catch((error: unknown) => (failed = error));
  exporter.export = (_, done) => done({ code: 0 }); // After this it shuts down.
  await provider.shutdown();
  if (failed) throw failed;
}

async function sendLogs(exporter: LogRecordExporter): Promise<void> {
  let ended = (): void => {};
  let failed: unknown;
  const sent = new Promise<void>((done) => (ended = done));
  const send = exporter.export.bind(exporter);
  exporter.export = (records, done) =>
    send(records, (result) => {
      if (result.code !== 0) failed = result.error ?? new Error('the export failed');
      done(result);
      ended();
    });
  const processors = [new SimpleLogRecordProcessor({ exporter })];
  const provider = new LoggerProvider({ resource, processors });
  provider.getLogger('l').emit({ body: 'deploy done', severityNumber: 9, timestamp: AT });
  await sent;
  await provider.shutdown();
  if (failed) throw failed;
}

const DONE = { value: 3, labels: { queue: 'a', 'service.name': 'shop' } };
const DEPLOY = { text: 'deploy done', level: 'info', labels: { 'service.name': 'shop' } };

const CLIENTS: Client[] = [
  {
    name: 'OpenTelemetry metrics, JSON',
    send: (origin, token) =>
      sendMetrics(new JsonMetrics({ url: `${origin}/lp/in/v1/metrics`, headers: bearer(token) })),
    channel: 'jobs.done',
    data: DONE,
    repeats: true,
  },
  {
    name: 'OpenTelemetry metrics, protobuf',
    send: (origin, token) =>
      sendMetrics(new ProtoMetrics({ url: `${origin}/lp/in/v1/metrics`, headers: bearer(token) })),
    channel: 'jobs.done',
    data: DONE,
    repeats: true,
  },
  {
    name: 'OpenTelemetry logs, JSON',
    send: (origin, token) =>
      sendLogs(new JsonLogs({ url: `${origin}/lp/in/v1/logs`, headers: bearer(token) })),
    channel: 'logs',
    data: DEPLOY,
    repeats: true,
  },
  {
    name: 'OpenTelemetry logs, protobuf',
    send: (origin, token) =>
      sendLogs(new ProtoLogs({ url: `${origin}/lp/in/v1/logs`, headers: bearer(token) })),
    channel: 'logs',
    data: DEPLOY,
    repeats: true,
  },
  {
    name: 'prom-client, Pushgateway',
    async send(origin, token) {
      const registry = new Registry();
      new Gauge({ name: 'rows', help: 'Rows', registers: [registry] }).set(42);
      const options = { headers: bearer(token) };
      const gateway = new Pushgateway(`${origin}/lp/in`, options, registry);
      const { resp } = await gateway.push({ jobName: 'nightly' });
      const { statusCode } = resp as { statusCode: number };
      if (statusCode >= 400) throw new Error(`refused with ${statusCode}`);
    },
    channel: 'rows',
    data: { value: 42, labels: { job: 'nightly' } },
  },
  {
    name: 'influx (InfluxDB 1)',
    async send(origin, token) {
      const { hostname, port } = new URL(origin);
      const influx = new Influx1({
        host: hostname,
        port: Number(port),
        database: 'db',
        username: 'u',
        password: token,
        schema: [{ measurement: 'cpu', fields: { usage: FieldType.FLOAT }, tags: ['host'] }],
      });
      await influx.writePoints([
        { measurement: 'cpu', tags: { host: 'a' }, fields: { usage: 1.5 }, timestamp: AT },
      ]);
    },
    channel: 'cpu.usage',
    data: { value: 1.5, labels: { host: 'a' } },
  },
  {
    name: '@influxdata/influxdb-client (InfluxDB 2)',
    async send(origin, token) {
      const influx = new Influx2({ url: `${origin}/lp/in`, token });
      const writer = influx.getWriteApi('org', 'bucket', 'ns', {
        minRetryDelay: 10,
        maxRetries: 3,
      });
      writer.writePoint(new Point2('cpu').tag('host', 'a').floatField('usage', 1.5).timestamp(AT));
      await writer.close();
    },
    channel: 'cpu.usage',
    data: { value: 1.5, labels: { host: 'a' } },
  },
  {
    name: '@influxdata/influxdb3-client (InfluxDB 3)',
    async send(origin, token) {
      const influx = new Influx3({ host: `${origin}/lp/in`, token, database: 'db' });
      const point = Point3.measurement('cpu').setTag('host', 'a').setFloatField('usage', 1.5);
      await influx.write(point.setTimestamp(AT));
      await influx.close();
    },
    channel: 'cpu.usage',
    data: { value: 1.5, labels: { host: 'a' } },
  },
  {
    name: '@slack/webhook',
    send: (origin, token) =>
      new IncomingWebhook(`${origin}/lp/in/team/hooks/${token}`).send({ text: 'deploy done' }),
    channel: 'team',
    data: { text: 'deploy done' },
  },
  {
    name: 'cloudevents, binary mode',
    async send(origin, token) {
      const emit = emitterFor(httpTransport(`${origin}/lp/in/events`), { mode: Mode.BINARY });
      const event = new CloudEvent({
        type: 'build.done',
        source: '/ci',
        id: '1',
        time: AT.toISOString(),
        data: { ok: true },
      });
      const answer = (await emit(event, { headers: bearer(token) })) as {
        status?: number;
        body?: string;
      };
      if (/"status":4/.test(String(answer.body))) throw new Error(String(answer.body));
    },
    channel: 'events',
    data: { type: 'build.done', source: '/ci', data: { ok: true } },
  },
];

const open = () => startLive({ door: 'front', atRoot: true, writeToken: TOKEN });

for (const { name, send, channel, data, repeats } of CLIENTS) {
  test(`${name}: what it sends is stored as an entry`, { timeout: 60_000 }, async () => {
    await using server = await open();
    await send(new URL(server.url).origin, TOKEN);
    const { [channel]: kept } = await held(server.url);
    assert.equal(kept?.entries.length, 1);
    const last = kept?.entries[0]?.d as Record<string, unknown>;
    const told = Object.fromEntries(Object.keys(data).map((field) => [field, last[field]]));
    assert.deepEqual(told, data);
  });

  test(`${name}: a lost response causes no duplicate`, { timeout: 120_000 }, async () => {
    await using server = await open();
    await using proxy = await losingProxy(new URL(server.url).origin, 1);
    await send(proxy.url, TOKEN).catch(() => {});
    if (proxy.passed.length < 2) {
      assert.ok(!repeats, 'it did not send again');
      await send(proxy.url, TOKEN); // As its user does.
    }
    assert.ok(proxy.passed.length >= 2);
    const { [channel]: kept } = await held(server.url);
    const once = repeats || channel === 'events' || channel === 'cpu.usage';
    assert.equal(kept?.entries.length, once ? 1 : 2);
  });

  test(`${name}: with a wrong token nothing is stored, and the error is reported`, {
    timeout: 60_000,
  }, async () => {
    await using server = await open();
    const { origin } = new URL(server.url);
    await assert.rejects(Promise.resolve(send(origin, 'wrong')));
    assert.deepEqual(await held(server.url), {});
  });
}

test('lines of pino, piped to lp-kit post, are items of a feed', {
  timeout: 60_000,
}, async () => {
  await using server = await open();
  let lines = '';
  const destination = { write: (line: string): void => void (lines += line) };
  const log = pino(
    { messageKey: 'text', formatters: { level: (level) => ({ level }) } },
    destination,
  );
  log.warn({ job: 'a' }, 'disk is at %d %%', 91);
  log.error(new Error('boom'), 'failed');
  const args = ['post', 'app.log', '-', '--url', server.url, '--token', TOKEN];
  const { code, err } = await run(args, { input: lines });
  assert.equal(code, 0, err);
  const { 'app.log': kept } = await held(server.url);
  const told = kept?.entries.map(({ d }) => {
    const { text, level } = d as { text: string; level: string };
    return `${level}: ${text}`;
  });
  assert.deepEqual(told, ['warn: disk is at 91 %', 'error: failed']);
});
