import type { Slice, Store, StoreLimits, Watch } from '../../server/stores/store.ts';

export interface OpenOptions extends Partial<StoreLimits> {
  now?: () => number;
  /** Default age of history in ms; left out: no history is kept. */
  historyMs?: number;
}

/**
 * Two stores on the same data: two instances if the store allows them, otherwise the same one
 * twice.
 */
export interface Stores {
  a: Store;
  b: Store;
  close: () => Promise<void>;
}

export type Open = (options?: OpenOptions) => Promise<Stores>;

/** One requirement of the contract: a sentence, and the code that throws if it does not hold. */
export interface Case {
  name: string;
  run: (open: Open) => Promise<void>;
}

export const PLENTY = { entries: 1_000_000, bytes: 1e9 } as const;

export const item = (value: unknown, k?: string): { json: string; k?: string } => ({
  json: JSON.stringify(value),
  ...(k !== undefined && { k }),
});

export const meta = (value: object): { json: string; meta: true } => ({
  json: JSON.stringify(value),
  meta: true,
});

export interface Told {
  v: number;
  t: number;
  k?: string;
  d?: unknown;
  m?: unknown;
}

export const told = ({ entries }: Slice): Told[] => entries.map((text) => JSON.parse(text) as Told);

export const versions = (slice: Slice): number[] => told(slice).map(({ v }) => v);

/** The integers from `first` to `last`, both included. */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

/** How long a case waits for a signal before it fails because none came. */
export const patience = { ms: 15_000 };

/**
 * Watches until `done` holds, and checks only when the store signals.
 * @throws Error if no signal makes it true
 */
export async function watched(
  store: Store,
  channel: string,
  done: (watch: Watch) => boolean,
): Promise<void> {
  let wake = () => {};
  let signalled = false;
  const watch = await store.watch(channel, () => {
    signalled = true;
    wake();
  });
  try {
    while (!done(watch)) {
      if (!signalled) await signalOr(patience.ms, (next) => (wake = next), channel);
      signalled = false;
    }
  } finally {
    watch.stop();
  }
}

function signalOr(ms: number, hand: (wake: () => void) => void, channel: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no signal from ${channel}`)), ms);
    hand(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
