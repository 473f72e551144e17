/** First in, first out. What leaves costs what it is, not what stays: arrays move all that stays. */
export class Queue<T> {
  #items: T[] = [];
  /** So many at the front have left. */
  #gone = 0;

  get length(): number {
    return this.#items.length - this.#gone;
  }

  /** `0` is the oldest. */
  at(index: number): T | undefined {
    return this.#items[this.#gone + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest `count` leave. */
  drop(count: number): void {
    this.#gone += count;
    if (this.#gone < this.#items.length / 2) return;
    this.#items = this.#items.slice(this.#gone);
    this.#gone = 0;
  }
}
