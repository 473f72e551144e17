/**
 * Deletions per commit: this many, or twice what it puts, so that a large trim does not delay
 * appends.
 */
const ROWS = 1_000;
/**
 * Maximum number of collected deletions: those of a channel are written together, with one state
 * row.
 */
const DUE_AT_ROWS = 8_000;
const AFTER_MS = 1_000;

/**
 * Decides when rows are deleted from the disk: many at a time while appends continue, and the rest when the store is idle.
 */
export class Sweeper {
  /** Rows to be deleted. */
  readonly #rows: () => number;
  /** Whether they must be deleted at once, however few they are. */
  readonly #bulky: () => boolean;
  /** Requests a commit that sweeps. */
  readonly #requestCommit: () => void;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(garbage: { rows: () => number; bulky: () => boolean }, ask: () => void) {
    this.#rows = garbage.rows;
    this.#bulky = garbage.bulky;
    this.#requestCommit = ask;
  }

  /** True if the next commit sweeps, whether it was requested or not. */
  get due(): boolean {
    return this.#rows() >= DUE_AT_ROWS || this.#bulky();
  }

  /** How many rows a commit of `changes` changes may delete. */
  most(changes: number): number {
    return Math.max(ROWS, 2 * changes); // Otherwise trims would be faster than deletions.
  }

  /**
   * Called after a commit that deleted rows: continues until few are left, which wait for more
   * rows, or for the timer. Deleting to the last row would never end while appends continue, with a
   * state row for every entry.
   */
  goOn(): void {
    if (this.#rows() >= ROWS || this.#bulky()) this.#now();
    else this.later();
  }

  /** Called by the timer once nothing else has swept for a while. */
  later(): void {
    if (this.#timer || this.#ended || this.#rows() === 0) return;
    this.#timer = setTimeout(() => this.#now(), AFTER_MS).unref();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#ended && this.#rows() > 0) this.#requestCommit();
  }
}
