import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import fc from 'fast-check';
import { liveClient } from '../../components/client/index.ts';
import { CHANNELS, HistoryModel } from '../support/history-model.ts';
import { durableLife, type Life, memoryLife } from '../support/restorable-store.ts';

const RUNS = Number(process.env['LP_MODEL_RUNS'] ?? 200);

/** An event of the model, and how a counterexample prints it. */
class Step {
  readonly run: (model: HistoryModel) => void | Promise<void>;
  readonly #told: string;

  constructor(told: string, run: Step['run']) {
    this.#told = told;
    this.run = run;
  }

  [fc.toStringMethod](): string {
    return this.#told;
  }
}

const name = fc.constantFrom(...CHANNELS);
const nth = fc.nat(7);
const keys = fc.array(fc.constantFrom(undefined, 'x', 'y'), { minLength: 1, maxLength: 7 });
const withMeta = fc.nat(9).map((n) => n === 0);
const tail = fc.constantFrom(undefined, 1, 3);
const ms = fc.constantFrom(0, 100, 300, 1_000, 40_000);

function step<Args extends [unknown, ...unknown[]]>(
  weight: number,
  told: string,
  args: { [K in keyof Args]: fc.Arbitrary<Args[K]> },
  run: (model: HistoryModel, ...args: Args) => void | Promise<void>,
): fc.WeightedArbitrary<Step> {
  const arbitrary = fc
    .tuple<Args>(...args)
    .map((given) => new Step(`${told}(${given.join()})`, (model) => run(model, ...given)));
  return { weight, arbitrary };
}

const nothing = fc.constant('');

const kinds: fc.WeightedArbitrary<Step>[] = [
  step(8, 'append', [name, keys, withMeta], (model, ...args) => model.append(...args)),
  step(1, 'clear', [name], (model, ...args) => model.clear(...args)),
  step(1, 'backup', [nothing], (model) => model.backup()),
  step(1, 'restore', [nothing], (model) => model.restore()),
  step(1, 'restart', [nothing], (model) => model.restart()),
  step(2, 'subscribe', [name, tail, nth], (model, ...args) => model.subscribe(...args)),
  step(1, 'unsubscribe', [nth], (model, ...args) => model.unsubscribe(...args)),
  step(8, 'process', [nth], (model, ...args) => model.process(...args)),
  step(8, 'deliver', [nth], (model, ...args) => model.deliver(...args)),
  step(2, 'lose', [nth], (model, ...args) => model.lose(...args)),
  step(2, 'confuse', [nth, fc.nat(40)], (model, ...args) => model.confuse(...args)),
  step(1, 'damage', [nth, nth], (model, ...args) => model.damage(...args)),
  step(2, 'refresh', [nth], (model, ...args) => model.refresh(...args)),
  step(6, 'pass', [ms], (model, ...args) => model.pass(...args)),
];

const tabKinds: fc.WeightedArbitrary<Step>[] = [
  step(1, 'replaceTab', [nth, fc.boolean()], (model, ...args) => model.replaceTab(...args)),
  step(2, 'stick', [nth], (model, ...args) => model.stick(...args)),
  step(4, 'move', [nth], (model, ...args) => model.move(...args)),
];

const script = (of: fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof(...of), { minLength: 10, maxLength: 60, size: 'max' });

/** Tags as different from each other as random ones, but the same in each run. */
function tags(): () => string {
  let n = 0;
  return () => `t${(n++).toString(36)}`;
}

/** The random number generator from which memory stores generate their tags. */
function chance(): () => number {
  let n = 0;
  return () => (n++ % 36 ** 6) / 36 ** 6;
}

const lives: [string, () => Life][] = [
  ['the memory store', () => memoryLife(chance())],
  ['a durable journal', () => durableLife(tags())],
];

function history(
  life: () => Life,
  client: typeof liveClient,
  tabs?: number,
): fc.IAsyncProperty<[Step[]]> {
  const steps = script(tabs ? [...kinds, ...tabKinds] : kinds);
  return fc.asyncProperty(steps, async (given) => {
    await HistoryModel.ready();
    const model = new HistoryModel(life(), client, tabs);
    try {
      for (const { run } of given) {
        await run(model);
        await model.pass(0);
      }
      await model.heal();
    } finally {
      model.close();
    }
  });
}

for (const [kind, life] of lives) {
  test(`with ${kind} and any network and server faults, each view is a state that the store once had, and ends equal to the store`, async () => {
    await fc.assert(history(life, liveClient), { numRuns: RUNS, includeErrorInReport: true });
  });
}

test('the same holds for three tabs that share a poll and are closed, crash and are frozen', async () => {
  const property = history(() => durableLife(tags()), liveClient, 3);
  await fc.assert(property, { numRuns: RUNS / 2, includeErrorInReport: true });
});

const mutations: [string, string, string][] = [
  ['the comparison of from', "if (part.from !== held) return 'late';", ''],
  ['the check for holes', 'if (entry.v !== v + 1) return false;', ''],
  ['the check of the end', 'return parseCursor(to)?.v === v;', 'return true;'],
];

for (const [what, line, instead] of mutations) {
  test(`the same histories fail without ${what}`, async () => {
    const mutant = await mutated(line, instead);
    const found = await fc.check(
      history(() => durableLife(tags()), mutant),
      {
        numRuns: 2_000,
        endOnFailure: true,
        seed: 1,
      },
    );
    assert(found.errorInstance instanceof assert.AssertionError, 'a view is wrong');
  });
}

/** The client, built with one line of its apply rule replaced. */
async function mutated(line: string, instead: string): Promise<typeof liveClient> {
  const root = new URL('../..', import.meta.url).pathname;
  const outfile = join(root, 'node_modules/.cache', `client-${crypto.randomUUID()}.mjs`);
  await build({
    entryPoints: [join(root, 'components/client/index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'mutation',
        setup: (esbuild) =>
          esbuild.onLoad({ filter: /apply-rule\.ts$/ }, async ({ path }) => {
            const source = await readFile(path, 'utf8');
            assert(source.includes(line), `apply-rule.ts has the line ${line}`);
            return { contents: source.replace(line, instead), loader: 'ts' };
          }),
      },
    ],
  });
  try {
    const module: { liveClient: typeof liveClient } = await import(outfile);
    return module.liveClient;
  } finally {
    await rm(outfile);
  }
}
