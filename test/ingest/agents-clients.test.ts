/**
 * Agents and libraries of Linux distributions, unchanged. Each sends something, sends it through a
 * proxy that loses the first response, and sends a wrong token. Those that are not installed are
 * skipped.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scrape } from '../../cli/scrape.ts';
import { installed, running } from '../support/debian.ts';
import { emptyFolder } from '../support/folders.ts';
import { held } from '../support/ingest-case.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';
import { losingProxy } from '../support/losing-proxy.ts';
import { freePort } from '../support/redis-server.ts';

const TOKEN = 'feed-token';
const open = (): Promise<LiveServer> =>
  startLive({ door: 'front', atRoot: true, writeToken: TOKEN });

/** The server to which an agent sends. */
interface Target {
  /** Origin, such as http://127.0.0.1:43210; the base is /lp. */
  origin: string;
  port: string;
  token: string;
  /** For its files. */
  folder: string;
}

interface Agent {
  name: string;
  version: string | undefined;
  /** Starts the agent, which ends with the test. */
  start: (t: TestContext, target: Target) => void | Promise<void>;
  /** A channel that it creates. */
  channel: string;
  /** Fields that the newest entry of this channel has at least. */
  data: Record<string, unknown>;
  /**
   * What happens to a body whose response was lost: it is sent again and recognised (`once`), it is
   * sent again and stored as a new entry (`again`: the agent sends no time and no id), or the agent
   * does not send it again (`gone`).
   */
  lost: 'once' | 'again' | 'gone';
}

/** Runs a program until the test ends. */
function run(t: TestContext, program: string, args: string[]): ReturnType<typeof running> {
  const agent = running(program, args);
  t.after(() => agent[Symbol.dispose]());
  return agent;
}

const SYSTEM_PYTHON = '/usr/bin/python3'; // The one that has Debian's modules.
const python = (...modules: string[]): string | undefined =>
  spawnSync(SYSTEM_PYTHON, ['-c', `import ${modules.join(', ')}`], { timeout: 20_000 }).status === 0
    ? installed(SYSTEM_PYTHON, '--version')
    : undefined;
const rubyInflux =
  spawnSync('ruby', ['-r', 'influxdb', '-e', ''], { timeout: 20_000 }).status === 0
    ? installed('ruby', '--version')
    : undefined;

const AGENTS: Agent[] = [
  {
    name: 'Prometheus, remote write',
    version: installed('prometheus', '--version'),
    async start(t, { origin, token, folder }) {
      const port = await freePort();
      const config = join(folder, 'prometheus.yml');
      writeFileSync(
        config,
        `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: self, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
remote_write: [{ url: '${origin}/lp/in/prom/api/v1/write', authorization: { credentials: ${token} } }]
`,
      );
      run(t, 'prometheus', [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]);
    },
    channel: 'prom.up',
    data: { labels: { instance: expectAny, job: 'self' } },
    lost: 'once',
  },
  {
    name: 'Alertmanager',
    version: installed('prometheus-alertmanager', '--version'),
    async start(t, { origin, token, folder }) {
      const port = await freePort();
      const config = join(folder, 'alertmanager.yml');
      writeFileSync(
        config,
        `route: { receiver: kit, group_wait: 0s }
receivers: [{ name: kit, webhook_configs: [{ url: '${origin}/lp/in/alertmanager', http_config: { authorization: { credentials: ${token} } } }] }]
`,
      );
      run(t, 'prometheus-alertmanager', [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ]);
      const labels = { alertname: 'DiskFull', severity: 'critical' };
      const body = JSON.stringify([{ labels, annotations: { summary: 'full' } }]);
      const headers = { 'Content-Type': 'application/json' };
      const send = (): Promise<Response> =>
        fetch(`http://127.0.0.1:${port}/api/v2/alerts`, { method: 'POST', headers, body });
      while (!(await send().catch(() => undefined))?.ok);
    },
    channel: 'alerts',
    data: { title: 'DiskFull', text: 'full', level: 'critical' },
    lost: 'once',
  },
  {
    name: 'collectd, write_http',
    version:
      spawnSync('sh', ['-c', 'ls /usr/lib/collectd/write_http.so']).status === 0
        ? installed('collectd', '-h')
        : undefined,
    start(t, { origin, token, folder }) {
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
    URL "${origin}/lp/in/col/collectd"
    User "any"
    Password "${token}"
    Format "JSON"
    BufferSize 1024
  </Node>
</Plugin>
`,
      );
      run(t, 'collectd', ['-f', '-C', config]);
    },
    channel: 'col.load.shortterm',
    data: { labels: { host: 'h1' } },
    lost: 'gone',
  },
  {
    name: 'Glances, influxdb export',
    version: installed('/usr/bin/glances', '--version'),
    start(t, { port, token, folder }) {
      const config = join(folder, 'glances.conf');
      writeFileSync(
        config,
        `[influxdb]
host=127.0.0.1
port=${port}
protocol=http
user=any
password=${token}
db=glances
prefix=box
`,
      );
      const args = ['-C', config, '--export', 'influxdb', '--quiet', '--time', '1'];
      run(t, '/usr/bin/glances', args);
    },
    channel: 'box.load.min1',
    data: { labels: expectAny },
    lost: 'gone',
  },
  {
    name: 'Icinga, Influxdb2Writer',
    version: installed('icinga2', '--version'),
    start(t, { port, token, folder }) {
      const config = join(folder, 'icinga2.conf');
      writeFileSync(
        config,
        `const NodeName = "box"
const ZoneName = "box"
object Endpoint NodeName {}
object Zone ZoneName { endpoints = [ NodeName ] }
include <itl>
object CheckerComponent "checker" {}
object Influxdb2Writer "kit" {
  host = "127.0.0.1"
  port = ${port}
  organization = "o"
  bucket = "b"
  auth_token = "${token}"
  flush_interval = 1s
  enable_send_thresholds = false
  host_template = { measurement = "checks"; tags = { hostname = "$host.name$" } }
}
object Host "box" { check_command = "random"; check_interval = 1s }
`,
      );
      const defines = ['Data', 'Log', 'Cache', 'Spool'].map((name) => {
        mkdirSync(join(folder, name));
        return `-D${name}Dir=${join(folder, name)}`;
      });
      const as = [`-DRunAsUser=${userName('-un')}`, `-DRunAsGroup=${userName('-gn')}`];
      run(t, 'icinga2', ['daemon', '-c', config, `-DInitRunDir=${folder}`, ...defines, ...as]);
    },
    channel: 'checks',
    data: { labels: { hostname: 'box' } },
    lost: 'gone',
  },
  {
    name: "Ruby's influxdb",
    version: rubyInflux,
    start(t, { port, token }) {
      const script = `require 'influxdb'
c = InfluxDB::Client.new('db', host: '127.0.0.1', port: ${port}, username: 'any', password: '${token}', retry: 2)
c.write_point('cpu', values: { usage: 1.5 }, tags: { host: 'a' }, timestamp: 1796000000)
`;
      run(t, 'ruby', ['-e', script]);
    },
    channel: 'cpu.usage',
    data: { value: 1.5, labels: { host: 'a' } },
    lost: 'gone',
  },
  {
    name: "Python's influxdb",
    version: python('influxdb'),
    start(t, { port, token }) {
      const point =
        "{'measurement': 'cpu', 'tags': {'host': 'a'}, 'fields': {'usage': 1.5}, 'time': 1796000000}";
      const script = `from influxdb import InfluxDBClient
c = InfluxDBClient('127.0.0.1', ${port}, 'any', '${token}', 'db')
c.write_points([${point}], time_precision='s')
`;
      run(t, SYSTEM_PYTHON, ['-c', script]);
    },
    channel: 'cpu.usage',
    data: { value: 1.5, labels: { host: 'a' } },
    lost: 'once',
  },
  {
    name: "Python's prometheus_client, Pushgateway",
    version: python('prometheus_client'),
    start(t, { origin, token }) {
      const script = `from prometheus_client import CollectorRegistry, Gauge, push_to_gateway
from prometheus_client.exposition import basic_auth_handler
r = CollectorRegistry()
Gauge('rows', 'Rows', registry=r).set(42)
def auth(url, method, timeout, headers, data):
    return basic_auth_handler(url, method, timeout, headers, data, 'any', '${token}')
push_to_gateway('${origin}/lp/in', job='a/b', registry=r, handler=auth)
`;
      run(t, SYSTEM_PYTHON, ['-c', script]);
    },
    channel: 'rows',
    data: { value: 42, labels: { job: 'a/b' } },
    lost: 'gone',
  },
  {
    name: 'syslog-ng, http destination',
    version: installed('syslog-ng', '--version'),
    async start(t, { origin, token, folder }) {
      const config = join(folder, 's.conf');
      const log = join(folder, 'in.log');
      writeFileSync(log, '');
      writeFileSync(
        config,
        `@version: 3.38
options { time-reopen(1); };
source s { file("${log}" follow-freq(0.2) flags(no-parse)); };
destination d { http(url("${origin}/lp/channels/syslog") method("POST")
  headers("Content-Type: application/x-ndjson", "Authorization: Bearer ${token}")
  body("$(format-json text=$MSG level=info)")); };
log { source(s); destination(d); };
`,
      );
      const files = ['-R', join(folder, 'p'), '-c', join(folder, 'c'), '-p', join(folder, 'pid')];
      run(t, 'syslog-ng', ['-F', '-f', config, ...files]);
      await new Promise((done) => setTimeout(done, 2_000)); // It reads only what is written after its start.
      writeFileSync(log, 'disk is full\n', { flag: 'a' });
    },
    channel: 'syslog',
    data: { text: 'disk is full', level: 'info' },
    lost: 'again',
  },
];

/** Matches any value in `data`. */
function expectAny(): void {}

function userName(flag: string): string {
  return spawnSync('id', [flag], { encoding: 'utf8' }).stdout.trim();
}

function checkData(actual: unknown, wanted: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(wanted)) {
    const told = (actual as Record<string, unknown>)[field];
    if (value === expectAny) assert.notEqual(told, undefined, field);
    else if (typeof value === 'object') checkData(told, value as Record<string, unknown>);
    else assert.deepEqual(told, value, field);
  }
}

/** Entries of a channel, as soon as there are any. */
async function entriesOf(server: LiveServer, channel: string): Promise<unknown[]> {
  for (;;) {
    const { answer } = await server.poll(`channels=${channel}&wait=25`);
    const { entries = [] } = answer.channels[channel] ?? {};
    if (entries.length > 0) return entries.map(({ t, k, d }) => ({ t, k, d }));
  }
}

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 50));

for (const { name, version, start, channel, data, lost } of AGENTS) {
  const options = { timeout: 90_000, ...(version === undefined && { skip: 'not installed here' }) };
  const target = async (t: TestContext, origin: string, token: string): Promise<Target> => {
    const folder = await emptyFolder(t);
    return { origin, port: new URL(origin).port, token, folder };
  };

  test(`${name} ${version ?? ''}: what it sends is stored as an entry`, options, async (t) => {
    await using server = await open();
    await start(t, await target(t, new URL(server.url).origin, TOKEN));
    const entries = await entriesOf(server, channel);
    checkData((entries.at(-1) as { d: unknown }).d, data);
  });

  test(`${name}: a lost response causes no duplicate`, options, async (t) => {
    await using server = await open();
    await using proxy = await losingProxy(new URL(server.url).origin, 1);
    const address = await target(t, proxy.url, TOKEN);
    await start(t, address);
    const waitFor = lost === 'gone' ? 1 : 2;
    while (proxy.passed.length < waitFor) await pause();
    const entries = await entriesOf(server, channel);
    const different = new Set(entries.map((entry) => JSON.stringify(entry)));
    if (lost !== 'again') assert.equal(different.size, entries.length);
    checkData((entries.at(-1) as { d: unknown }).d, data);
  });

  test(
    `${name}: with a wrong token nothing is stored, and the error is reported`,
    options,
    async (t) => {
      t.mock.method(console, 'warn', () => {});
      await using server = await open();
      await using proxy = await losingProxy(new URL(server.url).origin, 0);
      await start(t, await target(t, proxy.url, 'wrong'));
      while (!proxy.passed.some(({ status }) => status === 403 || status === 401)) await pause();
      assert.deepEqual(await held(server.url), {});
    },
  );
}

const nodeExporter = installed('prometheus-node-exporter', '--version');
test(`node exporter ${nodeExporter ?? ''} is scraped`, {
  timeout: 90_000,
  ...(nodeExporter === undefined && { skip: 'not installed here' }),
}, async (t) => {
  t.mock.method(console, 'error', () => {});
  await using server = await open();
  const port = await freePort();
  run(t, 'prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`]);
  const args = ['--once', '--url', server.url, '--token', TOKEN, `127.0.0.1:${port}`];
  while ((await scrape(args)) !== 0);
  const all = await held(server.url);
  assert.ok(Object.keys(all).length > 100);
  assert.equal(all['node_memory_MemTotal_bytes']?.meta['unit'], 'byte');
});
