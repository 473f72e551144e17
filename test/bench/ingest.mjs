// @ts-check
/**
 * Measures CPU time per sample sent by agents, compared with the native route, and with a Pushgateway and InfluxDB where
 * they are installed: `npm run build && node test/bench/ingest.mjs`. Takes half a minute.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = 15;
const TICKS = 100; // Per second, as Linux counts CPU time.
const folder = mkdtempSync(join(tmpdir(), 'lp-bench-'));
let now = Date.now();

/** CPU seconds that a process has used. */
function cpuOf(/** @type {number} */ pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((done) => server.close(done));
  return port;
}

const lines = () =>
  Array.from(
    { length: 5_000 },
    (_, i) =>
      `cpu,host=h${i % 1_000},core=c${i % 2} usage=${i}.5 ${now}${String(i).padStart(6, '0')}`,
  ).join('\n');
const exporter = () =>
  Array.from(
    { length: 507 },
    (_, i) =>
      `${i % 10 ? '' : `# TYPE metric_${i / 10} gauge\n`}metric_${Math.floor(i / 10)}{device="d${i % 10}"} ${i + (now % 1_000)}\n`,
  ).join('');
const points = () =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'jobs',
                gauge: {
                  dataPoints: Array.from({ length: 1_000 }, (_, i) => ({
                    timeUnixNano: `${now}000000`,
                    asDouble: i,
                    attributes: [{ key: 'queue', value: { stringValue: `q${i}` } }],
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  });
const native = () =>
  JSON.stringify(
    Array.from({ length: 1_000 }, (_, i) => ({ value: i, time: now, labels: { queue: `q${i}` } })),
  );

const JSON_TYPE = { 'Content-Type': 'application/json' };
const TEXT = { 'Content-Type': 'text/plain' };

/**
 * @typedef {{ name: string, samples: number, body: () => string, headers: Record<string, string>, path: string }} Load
 * @typedef {{ name: string, pid: number, url: string, end: () => void }} Target
 */

/** @returns {Promise<Target>} */
async function start(
  /** @type {string} */ name,
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {string} */ url,
) {
  const child = spawn(command, args, { stdio: 'ignore' });
  for (let n = 0; n < 100; n++) {
    if (
      await fetch(url).then(
        (answer) => answer.status < 500,
        () => false,
      )
    )
      break;
    await new Promise((done) => setTimeout(done, 100));
  }
  return { name, pid: child.pid ?? 0, url: new URL(url).origin, end: () => child.kill('SIGKILL') };
}

async function measure(/** @type {Target} */ target, /** @type {Load} */ load) {
  const send = async () => {
    now += 1_000;
    const init = { method: 'POST', headers: load.headers, body: load.body() };
    const answer = await fetch(target.url + load.path, init);
    if (!answer.ok) throw new Error(`${target.name}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  for (let n = 0; n < 5; n++) await send(); // V8 has compiled the code by then.
  const before = cpuOf(target.pid);
  for (let n = 0; n < ROUNDS; n++) await send();
  const micros = ((cpuOf(target.pid) - before) * 1e6) / (ROUNDS * load.samples);
  console.log(`| ${load.name} | ${target.name} | ${micros.toFixed(1)} |`);
}

const has = (/** @type {string} */ program) => !spawnSync(program, ['--version']).error;

console.log('| what | server | µs of CPU per sample |\n|---|---|---|');
const port = await freePort();
const cli = new URL('../../dist/cli/cli.js', import.meta.url).pathname;
const kit = await start(
  'lp-kit',
  process.execPath,
  [cli, 'serve', '--memory', '--port', String(port)],
  `http://127.0.0.1:${port}/lp/health`,
);
try {
  await measure(kit, {
    name: 'native JSON, 1,000 items',
    samples: 1_000,
    body: native,
    headers: JSON_TYPE,
    path: '/lp/channels/jobs',
  });
  await measure(kit, {
    name: 'line protocol, 5,000 lines',
    samples: 5_000,
    body: lines,
    headers: TEXT,
    path: '/lp/in/write',
  });
  await measure(kit, {
    name: 'Prometheus text, 507 series',
    samples: 507,
    body: exporter,
    headers: TEXT,
    path: '/lp/in/metrics/job/a',
  });
  await measure(kit, {
    name: 'OTLP JSON, 1,000 points',
    samples: 1_000,
    body: points,
    headers: JSON_TYPE,
    path: '/lp/in/v1/metrics',
  });
} finally {
  kit.end();
}
if (has('prometheus-pushgateway')) {
  const gatewayPort = await freePort();
  const gateway = await start(
    'Pushgateway',
    'prometheus-pushgateway',
    [`--web.listen-address=127.0.0.1:${gatewayPort}`],
    `http://127.0.0.1:${gatewayPort}/-/ready`,
  );
  await measure(gateway, {
    name: 'Prometheus text, 507 series',
    samples: 507,
    body: exporter,
    headers: TEXT,
    path: '/metrics/job/a',
  }).finally(gateway.end);
}
if (has('influxd')) {
  const [http, rpc] = [await freePort(), await freePort()];
  const config = join(folder, 'influx.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
`,
  );
  const influx = await start(
    'InfluxDB 1',
    'influxd',
    ['-config', config],
    `http://127.0.0.1:${http}/ping`,
  );
  await fetch(`${influx.url}/query?q=CREATE%20DATABASE%20db`, { method: 'POST' });
  await measure(influx, {
    name: 'line protocol, 5,000 lines',
    samples: 5_000,
    body: lines,
    headers: TEXT,
    path: '/write?db=db',
  }).finally(influx.end);
}
rmSync(folder, { recursive: true, force: true });
