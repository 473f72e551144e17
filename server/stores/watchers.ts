/** The watches of each channel. */
export class Watchers {
  readonly #channels = new Map<string, Set<() => void>>();

  /** Returns the function that ends it. */
  add(channel: string, onAdvance: () => void): () => void {
    const listener = () => onAdvance(); // the same function may watch twice
    const set = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#channels.get(channel) === set) this.#channels.delete(channel);
    };
  }

  has(channel: string): boolean {
    return this.#channels.has(channel);
  }

  signal(channel: string): void {
    for (const listener of this.#channels.get(channel) ?? []) {
      try {
        listener();
      } catch (error) {
        console.error('lp-kit: a watch listener threw', error); // it must not stop the others
      }
    }
  }
}
