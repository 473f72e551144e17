/**
 * Faults of Redis and of the connection to it, each with three server processes, publishers and
 * clients over HTTP. One of them is run by default, since redis-faults.test.ts tests most of them
 * on the store alone; LP_REDIS_MATRIX=1 runs all (about 8 minutes) and prints a table.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Instance, Instances, type Outcome } from '../support/redis-instances.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

interface Stage {
  server: RedisServer;
  instances: Instances;
}

interface Fault {
  name: string;
  /** Options of the engine. */
  args?: string[];
  /** True if the engine itself may lose what it acknowledged. */
  forgets?: boolean;
  /** Run by default. */
  quick?: boolean;
  run: (stage: Stage) => Promise<void>;
}

const times = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function crashes({ server, instances }: Stage): Promise<void> {
  for (const _ of times(3)) {
    await server.kill();
    await server.up();
    await instances.published(30);
  }
}

const FAULTS: Fault[] = [
  {
    name: 'all connections are killed 8 times',
    async run({ server, instances }) {
      for (const _ of times(8)) {
        await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes');
        await instances.published(15);
      }
    },
  },
  ...[4_000, 20_000].map((ms) => ({
    name: `the engine freezes for ${ms / 1_000} s`,
    async run({ server }: Stage) {
      server.signal('SIGSTOP');
      await pause(ms);
      server.signal('SIGCONT');
    },
  })),
  {
    name: 'the engine is killed, appendfsync always',
    args: ['--appendonly', 'yes', '--appendfsync', 'always'],
    run: crashes,
  },
  {
    name: 'the engine is killed, appendfsync everysec',
    args: ['--appendonly', 'yes'],
    forgets: true,
    run: crashes,
  },
  { name: 'the engine is killed, no persistence', forgets: true, quick: true, run: crashes },
  {
    name: 'everything is flushed, twice',
    forgets: true,
    async run({ server, instances }) {
      for (const _ of times(2)) {
        await server.command('FLUSHALL');
        await instances.published(20);
      }
    },
  },
  {
    name: 'keys are deleted one by one',
    forgets: true,
    async run({ server, instances }) {
      for (const key of ['{cpu}', '{mem}:k', '{net}', '{net}:k', '{mem}', 'names', 'sizes']) {
        await server.command('DEL', `lp:${key}`);
        await instances.published(15);
      }
    },
  },
  {
    name: 'an old copy of a channel is put back',
    forgets: true,
    async run({ server, instances }) {
      await server.command('COPY', 'lp:{cpu}', 'old:{cpu}');
      await instances.published(60);
      await server.command('COPY', 'old:{cpu}', 'lp:{cpu}', 'REPLACE');
    },
  },
  {
    name: 'one instance is cut off for 4 s, without an error',
    async run({ instances }) {
      const [{ wire }] = instances.list as [Instance];
      wire.stall();
      await pause(4_000);
      wire.resume();
    },
  },
  {
    name: 'all instances are cut off for 8 s, without an error',
    async run({ instances }) {
      for (const { wire } of instances.list) wire.stall();
      await pause(8_000);
      for (const { wire } of instances.list) wire.resume();
    },
  },
  {
    name: 'connections are reset 20 times, at random',
    async run({ instances }) {
      for (const n of times(20)) {
        (instances.list[n % 3] as Instance).wire.cut();
        await instances.published(5);
      }
    },
  },
  {
    name: 'a stale replica takes over',
    forgets: true,
    async run({ server, instances }) {
      const replica = await RedisServer.start('--replicaof', `127.0.0.1 ${server.port}`);
      after(() => replica.stop());
      const linked = async (): Promise<boolean> =>
        String(await replica.command('INFO', 'replication')).includes('master_link_status:up');
      while (!(await linked())) await pause(50);
      await replica.command('REPLICAOF', 'NO', 'ONE'); // From here on it is stale.
      await instances.published(60);
      for (const { wire } of instances.list) {
        wire.target = replica.port;
        wire.cut();
      }
    },
  },
  {
    name: 'the engine has no memory for 3 s',
    async run({ server }) {
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await pause(3_000);
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    },
  },
  {
    name: 'the engine loses its scripts and is frozen, 5 times',
    async run({ server, instances }) {
      for (const _ of times(5)) {
        await server.command('SCRIPT', 'FLUSH');
        await server.command('DEBUG', 'SLEEP', '1');
        await instances.published(10);
      }
    },
  },
  {
    name: 'instances are killed during their appends',
    async run({ instances }) {
      for (const instance of instances.list) {
        await instances.restart(instance);
        await instances.published(20);
      }
    },
  },
];

const all = process.env['LP_REDIS_MATRIX'] !== undefined;
const rows: [Fault, Outcome][] = [];

for (const fault of FAULTS.filter(({ quick }) => all || quick)) {
  test(`three servers: ${fault.name}`, { skip: noEngine, timeout: 240_000 }, async (t) => {
    const server = await RedisServer.start(...(fault.args ?? []));
    t.after(() => server.stop());
    const instances = await Instances.start(server.port);
    t.after(() => instances.close());
    await fault.run({ server, instances });
    await instances.published(60);
    const outcome = await instances.settle();
    rows.push([fault, outcome]);
    const { lost, acknowledged: _, ...bad } = outcome;
    assert.deepEqual(bad, { doubles: 0, holes: 0, diverged: 0, ended: 0 });
    if (!fault.forgets) assert.equal(lost, 0);
  });
}

if (all) {
  after(() => {
    const wide = Math.max(...rows.map(([{ name }]) => name.length));
    console.log(`${'fault'.padEnd(wide)}  acknowledged  lost  doubles  holes  diverged  ended`);
    for (const [{ name, forgets }, outcome] of rows) {
      const { acknowledged, lost, doubles, holes, diverged, ended } = outcome;
      const cells = [acknowledged, forgets ? `(${lost})` : lost, doubles, holes, diverged, ended];
      const widths = [12, 4, 7, 5, 8, 5];
      const line = cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join('  ');
      console.log(`${name.padEnd(wide)}  ${line}`);
    }
    console.log('lost in brackets: the engine itself forgot');
  });
}
