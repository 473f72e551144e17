/** An item that waits to be stored. */
export interface WaitingItem {
  /** Size of its JSON in UTF-8. */
  bytes: number;
}

/** The items that a producer has to store: those that wait, and those of the batch that is being sent. */
export class ItemQueue<I extends WaitingItem> {
  #line: I[] = [];
  readonly #batch = new Set<I>();
  readonly #waiters = new Set<() => void>();

  /** Number of items that are not stored yet. */
  get waiting(): number {
    return this.#line.length + this.#batch.size;
  }

  /** Number of items that are not in a batch yet. */
  get inLine(): number {
    return this.#line.length;
  }

  push(item: I): void {
    this.#line.push(item);
  }

  /** Returns a batch of the first waiting items: at least one, within both limits. */
  nextBatch(maxItems: number, maxBytes: number): I[] {
    let bytes = 2; // the brackets of the array
    let count = 0;
    for (const item of this.#line) {
      bytes += item.bytes + 1;
      if (count > 0 && (count >= maxItems || bytes > maxBytes)) break;
      count++;
    }
    const batch = this.#line.splice(0, count);
    for (const item of batch) this.#batch.add(item);
    return batch;
  }

  /** Removes items that were stored or dropped; `others` take their place in the batch. */
  settle(items: I[], others: I[] = []): void {
    for (const item of items) this.#batch.delete(item);
    for (const other of others) this.#batch.add(other);
    this.#changed();
  }

  /** Removes all items and returns them, oldest first. */
  clear(): I[] {
    const items = [...this.#batch, ...this.#line];
    this.#batch.clear();
    this.#line = [];
    this.#changed();
    return items;
  }

  /** Resolves as soon as fewer than `count` items wait. */
  async untilFewer(count: number): Promise<void> {
    while (this.waiting >= count) await new Promise<void>((next) => this.#waiters.add(next));
  }

  #changed(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
  }
}
