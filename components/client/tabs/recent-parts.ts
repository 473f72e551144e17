import type { Part } from '../../../protocol/lp1.ts';

/** Time in ms after which parts are dropped. A tab whose timers are slower polls the server. */
const FORGET_MS = 60_000;

/** The newest cursor of each recently requested channel, and the last parts up to it. */
export class RecentParts {
  readonly #channels = new Map<string, { parts: ChannelParts; askedAt: number }>();

  /** Returns the cursor to poll from; undefined for an unknown channel. */
  head(name: string): string | undefined {
    return this.#channels.get(name)?.parts.head;
  }

  /**
   * Returns the parts from these cursors to the newest ones. Undefined where there are none, or where a channel is
   * unknown: responses for some of a tab's channels, one after another, would never reach the others.
   */
  lead(cursors: Map<string, string>): Map<string, Part> | undefined {
    const parts = new Map<string, Part>();
    for (const [name, cursor] of cursors) {
      const recent = this.#channels.get(name)?.parts;
      const part = recent?.from(cursor);
      if (part) parts.set(name, part);
      else if (recent?.head !== cursor) return undefined;
    }
    return parts.size > 0 ? parts : undefined;
  }

  /** Notes that channels are requested from these cursors. Parts of a channel at another cursor are dropped. */
  ask(cursors: Map<string, string>, now: number): void {
    for (const [name, cursor] of cursors) {
      const known = this.#channels.get(name);
      if (known?.parts.head === cursor) known.askedAt = now;
      else this.#channels.set(name, { parts: new ChannelParts(cursor), askedAt: now });
    }
  }

  /** Adds the parts that continue from the newest cursors. Returns whether there was one. */
  add(parts: [string, Part][]): boolean {
    let moved = false;
    for (const [name, part] of parts) {
      if (this.#channels.get(name)?.parts.add(part)) moved = true;
    }
    return moved;
  }

  /** Drops the channels that were not requested recently. `now` is in ms. */
  forget(now: number): void {
    for (const [name, { askedAt }] of this.#channels) {
      if (now - askedAt > FORGET_MS) this.#channels.delete(name);
    }
  }
}

/** Maximum numbers of parts and of entries kept per channel. A tab that is further behind polls the server. */
const MAX_PARTS = 32;
const MAX_ENTRIES = 500;

/** The last parts of a channel, each of which begins where the one before it ends. */
export class ChannelParts {
  /** The newest cursor. */
  head: string;
  #parts: Part[] = [];

  constructor(head: string) {
    this.head = head;
  }

  /**
   * Adds a part that continues from the newest cursor; returns whether it does. A reset only moves the cursor: it may
   * have been cut by `tail`, so it is not passed on.
   */
  add(part: Part): boolean {
    if (part.from !== this.head || part.to === this.head) return false;
    this.head = part.to;
    this.#parts = part.reset ? [] : [...this.#parts, part];
    while (this.#parts.length > MAX_PARTS || this.#entries > MAX_ENTRIES) this.#parts.shift();
    return true;
  }

  /** Returns all parts from `cursor` to the newest one joined; undefined if there is none. */
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
