import type { After } from '../../components/client/index.ts';

interface Timer {
  at: number;
  run: () => void;
}

/** A clock and timers that move only when told, and apart from each other where a test says so. */
export class ManualTime {
  /** What `now` tells. Timers do not look at it. */
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

  /** Time goes on: timers run in their order, and the world settles after each. */
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

  /** The machine sleeps: the clock goes on, the timers don't. */
  sleep(ms: number): void {
    this.wallMs += ms;
  }

  #moveTo(elapsedMs: number): void {
    this.wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}

/** Whatever was under way without waiting for time or network is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}
