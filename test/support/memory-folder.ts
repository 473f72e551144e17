import type { Change, Folder } from '../../server/stores/level/database.ts';

/** Lets other work run for some turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((next) => setImmediate(next));
}

/**
 * A data folder in memory, for thousands of restarts. `copy` returns what a crash at this moment
 * would leave.
 */
export class MemoryFolder {
  readonly #rows: Map<string, string>;
  readonly #delay: () => number;

  /** `delay`: turns of the event loop before and after each write. */
  constructor(delay: () => number, rows: Iterable<[string, string]> = []) {
    this.#delay = delay;
    this.#rows = new Map(rows);
  }

  copy(): MemoryFolder {
    return new MemoryFolder(this.#delay, this.#rows);
  }

  readonly open = async (): Promise<Folder> => ({
    write: async (changes: Change[]) => {
      await turns(this.#delay());
      for (const change of changes) {
        if (change.type === 'put') this.#rows.set(change.key, change.value);
        else this.#rows.delete(change.key);
      }
      await turns(this.#delay());
    },
    scan: () => scan(this.#rows),
    get: async (key) => this.#rows.get(key),
    close: async () => {},
  });
}

async function* scan(rows: ReadonlyMap<string, string>): AsyncIterable<[string, string][]> {
  yield [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
