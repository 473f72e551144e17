import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import type { StoreError } from '../../server/stores/store-error.ts';
import type * as Model from '../support/rolling-model.ts';

const RUNS = Number(process.env['LP_MODEL_RUNS'] ?? 10);
const STEPS = 150;
const ROOT = new URL('../..', import.meta.url).pathname;

/** A replacement in one file of `server`. */
type Change = [file: string, text: string, instead: string];

/** Smaller numbers, so that short runs reach every tier; a pause after each step. */
const SMALL: Change[] = [
  ['history/turns.ts', 'const TURN_MS = 5;', 'const TURN_MS = 0;'],
  ['history/turns.ts', 'const SMALL = 16;', 'const SMALL = 1;'],
  ['history/blocks.ts', 'BLOCK_BUCKETS = 120', 'BLOCK_BUCKETS = 10'],
  ['stores/rolling.ts', 'const LEAST_DUE = 100;', 'const LEAST_DUE = 20;'],
  ['stores/rolling.ts', 'const TIER_DUE = 48;', 'const TIER_DUE = 6;'],
  ['stores/rolling.ts', 'const LEAST_BEHIND = 500;', 'const LEAST_BEHIND = 100;'],
  ['stores/tiers.ts', 'keep: 1_200', 'keep: 60'],
  ['stores/tiers.ts', 'keep: 720', 'keep: 36'],
  ['stores/tiers.ts', 'keep: 1_440', 'keep: 72'],
  ['stores/tiers.ts', 'keep: 864', 'keep: 43'],
];

/** The model, built with its server's sources changed. */
async function modelWith(changes: Change[]): Promise<typeof Model> {
  const outfile = join(ROOT, 'node_modules/.cache', `rolling-${crypto.randomUUID()}.mjs`);
  const left = new Set(changes);
  await build({
    entryPoints: [join(ROOT, 'test/support/rolling-model.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'changes',
        setup: (esbuild) =>
          esbuild.onLoad({ filter: /\/server\/.*\.ts$/ }, async ({ path }) => {
            let contents = await readFile(path, 'utf8');
            for (const change of left) {
              const [file, text, instead] = change;
              if (!path.endsWith(`/server/${file}`)) continue;
              assert.ok(contents.includes(text), `${file} has the text ${text}`);
              contents = contents.replace(text, () => instead);
              left.delete(change);
            }
            return { contents, loader: 'ts' };
          }),
      },
    ],
  });
  assert.deepEqual([...left], [], 'files that the model does not load');
  try {
    return (await import(outfile)) as typeof Model;
  } finally {
    await rm(outfile);
  }
}

test('random histories with two rollers, crashes, restarts and deletions return each sample exactly once', async () => {
  const { RollingModel } = await modelWith(SMALL);
  const total = { samples: 0, crashes: 0, compared: 0 };
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      const done = await new RollingModel(seed).run(STEPS);
      for (const what of ['samples', 'crashes', 'compared'] as const) total[what] += done[what];
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  assert.ok(total.samples > 500 * RUNS && total.crashes > RUNS, JSON.stringify(total));
});

/** Ways to break the history, each with the change that does it. */
const MUTANTS: Record<string, Change[]> = {
  'a roll does not expect the cursor of its tier': [
    ['stores/channel-table.ts', 'if (cursor !== expect) throw', 'if (cursor === "?") throw'],
  ],
  'a roll ignores that its source was deleted': [
    [
      'stores/channel-table.ts',
      'if (log && !log.empty && log.floor.clearedAt === source.clearedAt) return;',
      'return;',
    ],
  ],
  'entries are dropped before they are rolled': [
    [
      'stores/rolling.ts',
      'if (v <= chain.rolled || chain.key === META) return true;',
      'return true;',
    ],
  ],
  'entries and buckets are joined at the time of the oldest entry': [
    [
      'history/history.ts',
      'const within = { from: Math.max(from, begin), to };',
      `const times = this.#key.raw.map((text) => (JSON.parse(text) as { t: number }).t);
       const within = { from: Math.max(from, begin), to: Math.min(to, ...times) };`,
    ],
  ],
  'the range of a tier begins with its oldest block': [
    [
      'stores/history-table.ts',
      'return newest && blockHead(newest.text)?.reach;',
      `const chain = this.#logs.get(tierName(channel, tier))?.entries.chain(key);
       const hasReleased = newest && blockHead(newest.text)?.reach !== undefined;
       return hasReleased ? chain?.first && blockHead(chain.first.text)?.start : undefined;`,
    ],
  ],
  'a restart does not read what is rolled': [
    ['stores/level/restore.ts', 'table.history?.restored();', ''],
  ],
  'a restart trims before it has read what is rolled': [
    [
      'stores/level/restore.ts',
      'log.restore(entry, now);',
      'const { rolling } = log; log.rolling = undefined; log.restore(entry, now); log.rolling = rolling;',
    ],
  ],
  'a history reads one key after another': [
    [
      'history/history.ts',
      'const merged = new KeyMerge(key, range);',
      `const fresh = await this.#read(channel, {
         keys: new Set([key.k ?? '']),
         maxKeys: 64,
         choose: (reach) => chooseTier(query, reach).tier,
       });
       const merged = new KeyMerge(fresh.keys[0] ?? key, range);`,
    ],
  ],
  'a deletion leaves the tiers': [
    [
      'stores/channel-table.ts',
      'for (const tier of this.history?.tiersOf(channel) ?? []) tier.log.clear(tag, this.now());',
      '',
    ],
  ],
  'a deletion leaves the tiers on the disk': [
    ['stores/level/store.ts', 'draft.putState(stateRow(name, { v: at, tag, clearedAt: at }));', ''],
  ],
};

for (const [what, changes] of Object.entries(MUTANTS)) {
  test(`random histories fail where ${what}`, async () => {
    const failure = await firstFailure(await modelWith([...SMALL, ...changes]));
    const isSeen =
      failure instanceof assert.AssertionError || (failure as StoreError)?.code === 'damaged';
    assert.ok(isSeen, String(failure));
  });
}

/** Returns the first error of a few random histories; undefined if there is none. */
async function firstFailure({ RollingModel }: typeof Model): Promise<unknown> {
  for (let seed = 1; seed <= 12; seed++) {
    try {
      await new RollingModel(seed).run(STEPS);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}
