import type { Part } from '../../protocol/lp1.ts';

/** A tab that is further behind asks the server. */
const MAX_PARTS = 32;
const MAX_ENTRIES = 500;

/** The last steps of a channel, each beginning where the one before it ended: whoever stands on it can be led to its head. */
export class Trail {
  /** The cursor it leads to. */
  head: string;
  #parts: Part[] = [];

  constructor(head: string) {
    this.head = head;
  }

  /** Takes a step from the head. True where it is one. A reset is never told from memory: it may have been cut by `tail`. */
  add(part: Part): boolean {
    if (part.from !== this.head || part.to === this.head) return false;
    this.head = part.to;
    this.#parts = part.reset ? [] : [...this.#parts, part];
    while (this.#parts.length > MAX_PARTS || this.#entries > MAX_ENTRIES) this.#parts.shift();
    return true;
  }

  /** Whether a reader at `cursor` can be led to the head; at the head itself too. */
  reaches(cursor: string): boolean {
    return cursor === this.head || this.#parts.some((part) => part.from === cursor);
  }

  /** All steps from `cursor` to the head as one; undefined where there is none. */
  from(cursor: string): Part | undefined {
    const start = this.#parts.findIndex((part) => part.from === cursor);
    if (start < 0 || cursor === this.head) return undefined;
    const entries = this.#parts.slice(start).flatMap((part) => part.entries);
    return { from: cursor, to: this.head, entries };
  }

  get #entries(): number {
    return this.#parts.reduce((sum, part) => sum + part.entries.length, 0);
  }
}
