import { test } from 'node:test';
import { appendCases } from './append-cases.ts';
import type { Case, Open } from './case.ts';
import { readCases } from './read-cases.ts';
import { watchCases } from './watch-cases.ts';

/** What every store promises. */
export const CASES: Case[] = [...readCases, ...appendCases, ...watchCases];

/** Tests a store against the contract: `open` gives an empty one each time. */
export function storeContract(name: string, open: Open): void {
  for (const { name: promise, run } of CASES) {
    test(`${name}: ${promise}`, { timeout: 60_000 }, () => run(open));
  }
}
