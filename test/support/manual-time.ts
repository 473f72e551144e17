import type { After } from '../../components/client/index.ts';

interface Timer {
  at: number;
  run: () => void;
}

/** A clock and timers that the test advances, together or separately. */
export class ManualTime {
  /** The value of `now`. Timers do not use it. */
  wallMs = 1_795_000_000_000;
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();

  now = (): number => this.wallMs;

  after: After = (ms, run) => {
    const timer = { at: this.#elapsedMs + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get pending(): number {
    return this.#timers.size;
  }

  /** Advances the time: runs due timers in order, and lets pending work finish after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsedMs + ms;
    for (;;) {
      await settled();
      const next = [...this.#timers].toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#moveTo(next.at);
      this.#timers.delete(next);
      next.run();
    }
    this.#moveTo(end);
  }

  /** Simulates sleep of the machine: advances the clock, but not the timers. */
  sleep(ms: number): void {
    this.wallMs += ms;
  }

  #moveTo(elapsedMs: number): void {
    this.wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}

/** Resolves after all pending work that does not wait for time or network. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}
