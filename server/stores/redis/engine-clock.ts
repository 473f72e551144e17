import { CLOCK_TOLERANCE_MS } from '../channel-log.ts';
import type { RetryingEngine } from './retry.ts';

/** Options of `EngineClock`. */
export interface EngineClockOptions {
  line: RetryingEngine;
  /** Replaces the engine's clock, ms. */
  now?: (() => number) | undefined;
}

/**
 * The engine's clock as this process knows it: ages count by it on all instances, so that one whose own clock is ahead
 * deletes nothing early. It is asked for now and then, and counted on from there; it is never known to be later than it
 * is, but for its own steps back.
 */
export class EngineClock {
  readonly #options: EngineClockOptions;
  /** The engine's time less that of `performance.now()`, ms. */
  #offset = Date.now() - performance.now();

  constructor(options: EngineClockOptions) {
    this.#options = options;
  }

  /** ms since 1970. */
  now(): number {
    return this.#options.now?.() ?? Math.floor(performance.now() + this.#offset);
  }

  /** Asks the engine. True where its clock was set back since. Never rejects: while the engine is away, time counts on. */
  async measure(): Promise<boolean> {
    const engine = this.#options.line.present;
    if (!engine || this.#options.now) return false;
    const before = this.#offset;
    try {
      const [seconds, micros] = (await engine.command(['TIME'])) as [string, string];
      // By when the reply came, not by when the engine sent it: behind by the way back, never ahead.
      this.#offset = Number(seconds) * 1_000 + Number(micros) / 1_000 - performance.now();
    } catch {
      // the next round asks again
    }
    return this.#offset < before - CLOCK_TOLERANCE_MS;
  }
}
