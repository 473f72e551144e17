import { ProtocolError } from '../../protocol/lp1.ts';
import type { HubStats } from './hub-stats.ts';
import type { ProcessLoad } from './process-load.ts';

/** Pause in ms that an overloaded server asks its clients to make before the next poll. */
export const CALM_MS = 2_000;
const CALM_AT = 0.8;
/** Fraction of the maximum lag from which clients are asked to pause: long before polls are refused. */
const CALM_LAG_AT = 0.25;

/** Options of `Admission`. */
export interface AdmissionOptions {
  maxHeld: number;
  load: Pick<ProcessLoad, 'lag' | 'heap'>;
  /** Counts refusals. */
  stats: Pick<HubStats, 'failed'>;
}

/** Decides whether the hub accepts more polls: under load, clients are first asked to pause, then refused. */
export class Admission {
  readonly #maxHeld: number;
  readonly #load: Pick<ProcessLoad, 'lag' | 'heap'>;

  readonly #stats: Pick<HubStats, 'failed'>;

  constructor({ maxHeld, load, stats }: AdmissionOptions) {
    this.#maxHeld = maxHeld;
    this.#load = load;
    this.#stats = stats;
  }

  /**
   * Refuses a poll under overload, before anything is read or stored for it: a refusal is the cheapest response.
   * @throws ProtocolError `overloaded`
   */
  takeOn(): void {
    const { lag, heap } = this.#load;
    if (lag >= 1) throw this.#refusal('the server cannot keep up');
    if (heap >= 1) throw this.#refusal('the memory is nearly used up');
  }

  /** Admits one more held poll. @throws ProtocolError `overloaded` at the limit */
  hold(held: number): void {
    if (held >= this.#maxHeld) throw this.#refusal(`${this.#maxHeld} polls are held already`);
  }

  /** The pause to send with responses that have updates; empty if none is needed. */
  get pauseAfterUpdates(): { pause?: number } {
    const { lag, heap } = this.#load;
    return lag >= CALM_LAG_AT || heap >= CALM_AT ? { pause: CALM_MS } : {};
  }

  /** Returns the pause to answer a poll with at once instead of holding it; undefined if it may be held. */
  pauseInstead(held: number): { pause: number } | undefined {
    const full = held > this.#maxHeld * CALM_AT || this.#load.heap >= CALM_AT;
    return full ? { pause: CALM_MS } : undefined;
  }

  #refusal(message: string): ProtocolError {
    this.#stats.failed++;
    return new ProtocolError('overloaded', message, { retryAfter: CALM_MS / 1000 });
  }
}
