/** Writers that wait for the roller, by channel. */
export class RollWaits {
  readonly #waiting = new Map<string, { promise: Promise<void>; resolve: () => void }>();

  /** Returns a promise that resolves when the channel's writers may continue. */
  of(channel: string): Promise<void> {
    let waiting = this.#waiting.get(channel);
    if (!waiting) {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => (resolve = done));
      this.#waiting.set(channel, (waiting = { promise, resolve }));
    }
    return waiting.promise;
  }

  /** Lets the writers of a channel continue; without a name, those of all channels. */
  release(channel?: string): void {
    for (const name of channel === undefined ? [...this.#waiting.keys()] : [channel]) {
      this.#waiting.get(name)?.resolve();
      this.#waiting.delete(name);
    }
  }
}
