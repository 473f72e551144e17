/** Deletions per commit, or twice what it puts, so that a large trim does not hold up appends. */
const ROWS = 1_000;
/** So many wait for one another at most: a channel's deletions go together, with one state row. */
const DUE_AT_ROWS = 8_000;
const AFTER_MS = 1_000;

/** When the disk is swept: many rows at a time while appends go on, and what is left when nothing else happens. */
export class Sweeper {
  /** Rows to be deleted. */
  readonly #rows: () => number;
  /** True where they must go at once, however few they are. */
  readonly #bulky: () => boolean;
  /** Asks for a commit that sweeps. */
  readonly #ask: () => void;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(garbage: { rows: () => number; bulky: () => boolean }, ask: () => void) {
    this.#rows = garbage.rows;
    this.#bulky = garbage.bulky;
    this.#ask = ask;
  }

  /** The next commit sweeps, asked or not. */
  get due(): boolean {
    return this.#rows() >= DUE_AT_ROWS || this.#bulky();
  }

  /** How many rows a commit of `changes` changes may delete. */
  most(changes: number): number {
    return Math.max(ROWS, 2 * changes); // or trims outrun it
  }

  /**
   * After a commit that swept: goes on until little is left, which waits for more of its kind, or for the timer. To
   * the last row would be for ever while appends go on, with a state row for every entry.
   */
  goOn(): void {
    if (this.#rows() >= ROWS || this.#bulky()) this.#now();
    else this.later();
  }

  /** Once nothing else has swept for a while. */
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
    if (!this.#ended && this.#rows() > 0) this.#ask();
  }
}
