// @ts-check
/**
 * Measures the cost of sending one message to many clients, of the kit and its peers, from outside. See docs/performance.md.
 *
 *   npm run bench -- [--only floor,front] [--clients 2000] [--messages 20] [--rounds 3] [--rate 0] [--pace 0]
 *   npm run bench -- --before ../old --only before,front     # beside the code of another checkout of this project
 *
 * Peers run in turn in each round; it prints medians, and their ratio to the first peer. Linux only (/proc).
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const option = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};

if (!existsSync(`${here}../peers/node_modules`)) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: `${here}../peers`,
    stdio: 'inherit',
  });
}
/** @param {string} checkout @param {string} name */
const bundle = (checkout, name) =>
  build({
    entryPoints: [`${checkout}/test/bench/fanout/servers/lp.ts`],
    outfile: `${here}../.cache/${name}.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
await bundle(`${here}../../..`, 'lp');
const before = option('before', '');
if (before) await bundle(resolve(before), 'before');
const { PEERS, missing } = await import('./peers.mjs');
const { fanOut } = await import('./fan-out.mjs');

const all = Object.keys(PEERS).filter((name) => !missing[name]);
for (const [name, why] of Object.entries(missing)) if (why) console.log(`${name} left out: ${why}`);
const names = option('only', all.join(',')).split(',');
const rounds = Number(option('rounds', '3'));
const scenario = {
  clients: Number(option('clients', '2000')),
  messages: Number(option('messages', '20')),
  perSecond: Number(option('rate', '0')),
  paceMs: Number(option('pace', '0')),
};

/** @type {Map<string, import('./fan-out.mjs').FanOutCost[]>} */
const costs = new Map(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    const peer = PEERS[name];
    if (!peer) throw new Error(`--only ${name}: one of ${all.join(', ')}`);
    costs.get(name)?.push(await fanOut(peer, scenario));
  }
}

const middle = (/** @type {number[]} */ values) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const rows = names.map((name) => {
  const runs = costs.get(name) ?? [];
  const of = (/** @type {keyof import('./fan-out.mjs').FanOutCost} */ key) =>
    middle(runs.map((run) => run[key]));
  return { name, cpu: of('cpuUs'), held: of('heldBytes') / 1000, of };
});
const [first] = rows;
console.log(JSON.stringify({ ...scenario, rounds }));
console.table(
  Object.fromEntries(
    rows.map(({ name, cpu, held, of }) => [
      PEERS[name]?.title,
      {
        'CPU µs/delivery': Number(cpu.toFixed(1)),
        '×': Number((cpu / (first?.cpu ?? 1)).toFixed(2)),
        'kB/held': Number(held.toFixed(1)),
        '× held': Number((held / (first?.held ?? 1)).toFixed(2)),
        'p50 ms': Number(of('p50Ms').toFixed(1)),
        'p99 ms': Number(of('p99Ms').toFixed(1)),
        lost: of('lost'),
        doubled: of('doubled'),
        errors: of('errors'),
      },
    ]),
  ),
);
