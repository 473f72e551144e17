import type { Part } from '../../../protocol/lp1.ts';

/** A tab with timers slower than this finds that its channels are not remembered, and asks the server. */
const FORGET_MS = 60_000;

/** Where each channel stands that is, or lately was, asked for, and the last steps that led there. */
export class RecentParts {
  readonly #trails = new Map<string, { trail: ChannelParts; askedAt: number }>();

  /** The cursor to ask from; undefined for a channel that is not remembered. */
  head(name: string): string | undefined {
    return this.#trails.get(name)?.trail.head;
  }

  /**
   * What leads from these cursors to the heads. undefined where there is nothing to tell, or not every channel is
   * remembered: who is told of some channels for ever would never hear of the others.
   */
  lead(cursors: Map<string, string>): Map<string, Part> | undefined {
    const parts = new Map<string, Part>();
    for (const [name, cursor] of cursors) {
      const trail = this.#trails.get(name)?.trail;
      const part = trail?.from(cursor);
      if (part) parts.set(name, part);
      else if (trail?.head !== cursor) return undefined;
    }
    return parts.size > 0 ? parts : undefined;
  }

  /** These are asked for, from these cursors; how a channel came to another one is forgotten. */
  ask(cursors: Map<string, string>, now: number): void {
    for (const [name, cursor] of cursors) {
      const known = this.#trails.get(name);
      if (known?.trail.head === cursor) known.askedAt = now;
      else this.#trails.set(name, { trail: new ChannelParts(cursor), askedAt: now });
    }
  }

  /** Takes steps that begin at a head. True where there was one. */
  add(parts: [string, Part][]): boolean {
    let moved = false;
    for (const [name, part] of parts) {
      if (this.#trails.get(name)?.trail.add(part)) moved = true;
    }
    return moved;
  }

  /** Drops the channels that nobody has asked for in a while. */
  forget(now: number): void {
    for (const [name, { askedAt }] of this.#trails) {
      if (now - askedAt > FORGET_MS) this.#trails.delete(name);
    }
  }
}

/** A tab that is further behind asks the server. */
const MAX_PARTS = 32;
const MAX_ENTRIES = 500;

/** The last steps of a channel, each beginning where the one before it ended: whoever stands on it can be led to its head. */
export class ChannelParts {
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
    const parts = this.#parts.slice(start);
    const entries = parts.flatMap((part) => part.entries);
    const skips = parts.some((part) => part.skips);
    return { from: cursor, to: this.head, ...(skips && { skips }), entries };
  }

  get #entries(): number {
    return this.#parts.reduce((sum, part) => sum + part.entries.length, 0);
  }
}
