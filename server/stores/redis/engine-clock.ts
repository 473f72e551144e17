import { CLOCK_TOLERANCE_MS } from '../channel-log.ts';
import type { RetryingEngine } from './retry.ts';

/** Options of `EngineClock`. */
export interface EngineClockOptions {
  line: RetryingEngine;
  /** Replaces the engine's clock, ms. */
  now?: (() => number) | undefined;
}

/**
 * An estimate of the engine's clock. Ages are measured by it on all instances, so that an instance whose own clock is
 * ahead deletes nothing early. It is read at intervals and extrapolated; the estimate is never ahead of the engine, except
 * after the engine's clock is set back.
 */
export class EngineClock {
  readonly #options: EngineClockOptions;
  /** The engine's time minus `performance.now()`, ms. */
  #offset = Date.now() - performance.now();

  constructor(options: EngineClockOptions) {
    this.#options = options;
  }

  /** ms since 1970. */
  now(): number {
    return this.#options.now?.() ?? Math.floor(performance.now() + this.#offset);
  }

  /** Reads the engine's clock. Returns whether it was set back. Never rejects: while the engine is away, the estimate is extrapolated. */
  async measure(): Promise<boolean> {
    const engine = this.#options.line.present;
    if (!engine || this.#options.now) return false;
    const before = this.#offset;
    try {
      const [seconds, micros] = (await engine.command(['TIME'])) as [string, string];
      // Uses the arrival of the reply, not its sending: late by the network delay, never ahead.
      this.#offset = Number(seconds) * 1_000 + Number(micros) / 1_000 - performance.now();
    } catch {
      // the next round tries again
    }
    return this.#offset < before - CLOCK_TOLERANCE_MS;
  }
}
