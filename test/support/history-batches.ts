import type { Item } from '../../server/stores/store.ts';
import { T0 } from './history-bench.ts';

/** Keys of the batches. */
export const KEYS: readonly string[] = ['a', 'b', 'c'];

/** Returns the items of a batch: 1 to 20 samples, ten seconds after those of the batch before; some of them late. */
export function batchOf(n: number): Item[] {
  const count = 1 + ((n * 7919) % 20);
  return Array.from({ length: count }, (_, i) => {
    const late = (n * 31 + i) % 50 === 0 ? 3_600_000 : 0;
    const k = KEYS[(n + i) % KEYS.length] as string;
    return { json: `{"value":${n + i}}`, t: T0 + n * 10_000 + i - late, k };
  });
}
