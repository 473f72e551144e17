import { type TestContext, test } from 'node:test';
import { appendCases } from './append-cases.ts';
import type { Case, Open } from './case.ts';
import { completeCases } from './complete-cases.ts';
import { readCases } from './read-cases.ts';
import { watchCases } from './watch-cases.ts';

/** What every store must do. */
export const CASES: Case[] = [...readCases, ...completeCases, ...appendCases, ...watchCases];

/**
 * Cases that a store does not pass yet, each with the reason: they run, and are reported as open
 * work.
 */
export type Unmet = Readonly<Record<string, string>>;

/**
 * Tests a store against the contract: `open` returns an empty one each time.
 * @throws Error where `unmet` names a case that does not exist
 */
export function storeContract(name: string, open: Open, unmet: Unmet = {}): void {
  for (const promise of Object.keys(unmet)) {
    if (!CASES.some((known) => known.name === promise)) throw new Error(`no case "${promise}"`);
  }
  for (const { name: promise, run } of CASES) {
    const todo = unmet[promise] ?? false;
    test(`${name}: ${promise}`, { timeout: 60_000, todo }, (t) => run(closedAfter(t, open)));
  }
}

/**
 * Opens stores that are closed when the test ends, even if the case failed before it closed them.
 */
export function closedAfter(t: TestContext, open: Open): Open {
  return async (options) => {
    const stores = await open(options);
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => (closing ??= stores.close());
    t.after(close);
    return { ...stores, close };
  };
}
