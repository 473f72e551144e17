import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { scrape } from '../../cli/scrape.ts';
import { installed, running } from '../support/debian.ts';
import { emptyFolder } from '../support/folders.ts';
import { held } from '../support/ingest-case.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';

/** Agents of Linux distributions, as they are: tests of those that are not installed are skipped. */
const TOKEN = 'feed-token';
const open = (): Promise<LiveServer> =>
  startLive({ door: 'front', atRoot: true, writeToken: TOKEN });
const unless = (version: string | undefined, name: string): { skip?: string; timeout: number } => ({
  ...(version === undefined && { skip: `${name} is not installed` }),
  timeout: 90_000,
});

/** Waits until a channel has an entry. */
async function firstOf(server: LiveServer, channel: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { answer } = await server.poll(`channels=${channel}&wait=25`);
    const [entry] = answer.channels[channel]?.entries ?? [];
    if (entry) return entry.d as Record<string, unknown>;
  }
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const prometheus = installed('prometheus', '--version');
test(
  `Prometheus ${prometheus ?? ''} writes remotely`,
  unless(prometheus, 'prometheus'),
  async (t) => {
    await using server = await open();
    const { folder, port } = { folder: await emptyFolder(t), port: await freePort() };
    const config = join(folder, 'prometheus.yml');
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: self, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
remote_write: [{ url: '${server.url}/in/prom/api/v1/write', authorization: { credentials: ${TOKEN} } }]
`,
    );
    using _ = running('prometheus', [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const up = await firstOf(server, 'prom.up');
    assert.equal((up['labels'] as Record<string, string>)['job'], 'self');
  },
);

const nodeExporter = installed('prometheus-node-exporter', '--version');
test(
  `node exporter ${nodeExporter ?? ''} is scraped`,
  unless(nodeExporter, 'prometheus-node-exporter'),
  async (t) => {
    t.mock.method(console, 'error', () => {});
    await using server = await open();
    const port = await freePort();
    using _ = running('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`]);
    const args = ['--once', '--url', server.url, '--token', TOKEN, `127.0.0.1:${port}`];
    while ((await scrape(args)) !== 0);
    const all = await held(server.url);
    assert.ok(Object.keys(all).length > 100);
    assert.equal(all['node_memory_MemTotal_bytes']?.meta['unit'], 'byte');
  },
);

const alertmanager = installed('prometheus-alertmanager', '--version');
test(
  `Alertmanager ${alertmanager ?? ''} sends alerts`,
  unless(alertmanager, 'prometheus-alertmanager'),
  async (t) => {
    await using server = await open();
    const { folder, port } = { folder: await emptyFolder(t), port: await freePort() };
    const config = join(folder, 'alertmanager.yml');
    writeFileSync(
      config,
      `route: { receiver: kit, group_wait: 0s }
receivers: [{ name: kit, webhook_configs: [{ url: '${server.url}/in/alertmanager', http_config: { authorization: { credentials: ${TOKEN} } } }] }]
`,
    );
    using _ = running('prometheus-alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]);
    const alerts = JSON.stringify([
      { labels: { alertname: 'DiskFull', severity: 'critical' }, annotations: { summary: 'full' } },
    ]);
    const headers = { 'Content-Type': 'application/json' };
    const send = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/api/v2/alerts`, { method: 'POST', headers, body: alerts });
    while (!(await send().catch(() => undefined))?.ok);
    const { title, text, level } = await firstOf(server, 'alerts');
    assert.deepEqual([title, text, level], ['DiskFull', 'full', 'critical']);
  },
);

const collectd = installed('collectd', '-h');
test(`collectd ${collectd ?? ''} writes over HTTP`, unless(collectd, 'collectd'), async (t) => {
  await using server = await open();
  const folder = await emptyFolder(t);
  const config = join(folder, 'collectd.conf');
  writeFileSync(
    config,
    `Hostname "h1"
BaseDir "${folder}"
PIDFile "${folder}/pid"
Interval 1
LoadPlugin load
LoadPlugin write_http
<Plugin write_http>
  <Node "kit">
    URL "${server.url}/in/col/collectd"
    User "any"
    Password "${TOKEN}"
    Format "JSON"
  </Node>
</Plugin>
`,
  );
  const { status } = spawnSync('collectd', ['-t', '-C', config], { timeout: 20_000 });
  if (status !== 0) return t.skip('collectd has no write_http here');
  using agent = running('collectd', ['-f', '-C', config]);
  await new Promise((done) => setTimeout(done, 3_000));
  agent.child.kill('SIGTERM'); // it sends what it gathered when it ends
  const { labels } = await firstOf(server, 'col.load.shortterm');
  assert.deepEqual(labels, { host: 'h1' });
});

const python =
  spawnSync('/usr/bin/python3', ['-c', 'import influxdb, prometheus_client'], { timeout: 20_000 })
    .status === 0;
test(
  "Python's influxdb and prometheus_client",
  unless(python ? '3' : undefined, 'python3-influxdb'),
  async () => {
    await using server = await open();
    const { port } = new URL(server.url);
    const script = `
from influxdb import InfluxDBClient
from prometheus_client import CollectorRegistry, Gauge, push_to_gateway
from prometheus_client.exposition import basic_auth_handler
c = InfluxDBClient('127.0.0.1', ${port}, 'any', '${TOKEN}', 'db')
c.write_points([{'measurement': 'cpu', 'tags': {'host': 'a'}, 'fields': {'usage': 1.5}, 'time': 1796000000}], time_precision='s')
assert {'name': 'db'} in c.get_list_database() or c.get_list_database()
r = CollectorRegistry()
Gauge('rows', 'Rows', registry=r).set(42)
def auth(url, method, timeout, headers, data):
    return basic_auth_handler(url, method, timeout, headers, data, 'any', '${TOKEN}')
push_to_gateway('http://127.0.0.1:${port}/lp/in', job='a/b', registry=r, handler=auth)
`;
    using program = running('/usr/bin/python3', ['-c', script]);
    const status = await new Promise((done) => program.child.once('exit', done));
    assert.equal(status, 0);
    const all = await held(server.url);
    assert.deepEqual(all['cpu.usage']?.entries[0]?.d, { value: 1.5, labels: { host: 'a' } });
    assert.deepEqual(all['rows']?.entries[0]?.d, { value: 42, labels: { job: 'a/b' } });
  },
);

const syslog = installed('syslog-ng', '--version');
test(
  `syslog-ng ${syslog ?? ''} posts lines to a channel`,
  unless(syslog, 'syslog-ng'),
  async (t) => {
    await using server = await open();
    const folder = await emptyFolder(t);
    const { conf, log } = { conf: join(folder, 's.conf'), log: join(folder, 'in.log') };
    writeFileSync(log, '');
    writeFileSync(
      conf,
      `@version: 3.38
source s { file("${log}" follow-freq(0.2) flags(no-parse)); };
destination d { http(url("${server.url}/channels/syslog") method("POST")
  headers("Content-Type: application/x-ndjson", "Authorization: Bearer ${TOKEN}")
  body("$(format-json text=$MSG level=info)")); };
log { source(s); destination(d); };
`,
    );
    using _ = running('syslog-ng', [
      '-F',
      '-f',
      conf,
      '-R',
      join(folder, 'p'),
      '-c',
      join(folder, 'c'),
      '-p',
      join(folder, 'pid'),
    ]);
    await new Promise((done) => setTimeout(done, 2_000));
    writeFileSync(log, 'disk is full\n', { flag: 'a' });
    const { text, level } = await firstOf(server, 'syslog');
    assert.deepEqual([text, level], ['disk is full', 'info']);
  },
);
