import { ProtocolError } from '../../protocol/lp1.ts';
import type { HubStats } from './hub-stats.ts';
import type { ProcessLoad } from './process-load.ts';

/** How long clients are asked to wait, ms. */
export const CALM_MS = 2_000;
const CALM_AT = 0.8;
/** A pause helps long before the loop is hopeless; refusals are for when it did not. */
const CALM_LAG_AT = 0.25;

export interface AdmissionOptions {
  maxHeld: number;
  strain: Pick<ProcessLoad, 'lag' | 'heap'>;
  /** Counts refusals. */
  stats: Pick<HubStats, 'failed'>;
}

/** What the hub may still take on: first clients are asked to pause, then refused. */
export class Admission {
  readonly #maxHeld: number;
  readonly #strain: Pick<ProcessLoad, 'lag' | 'heap'>;

  readonly #stats: Pick<HubStats, 'failed'>;

  constructor({ maxHeld, strain, stats }: AdmissionOptions) {
    this.#maxHeld = maxHeld;
    this.#strain = strain;
    this.#stats = stats;
  }

  /**
   * Past its strength the server refuses before it reads or keeps anything: that is the cheapest answer.
   * @throws ProtocolError `overloaded`
   */
  takeOn(): void {
    const { lag, heap } = this.#strain;
    if (lag >= 1) throw this.#refusal('the server cannot keep up');
    if (heap >= 1) throw this.#refusal('the memory is nearly used up');
  }

  /** @throws ProtocolError `overloaded` where so many polls are held that this one would be too many */
  hold(held: number): void {
    if (held >= this.#maxHeld) throw this.#refusal(`${this.#maxHeld} polls wait already`);
  }

  /** What answers with news ask for. */
  get pauseAfterNews(): { pause?: number } {
    const { lag, heap } = this.#strain;
    return lag >= CALM_LAG_AT || heap >= CALM_AT ? { pause: CALM_MS } : {};
  }

  /** What polls get at once, instead of being held. */
  pauseInstead(held: number): { pause: number } | undefined {
    const full = held > this.#maxHeld * CALM_AT || this.#strain.heap >= CALM_AT;
    return full ? { pause: CALM_MS } : undefined;
  }

  #refusal(message: string): ProtocolError {
    this.#stats.failed++;
    return new ProtocolError('overloaded', message, { retryAfter: CALM_MS / 1000 });
  }
}
