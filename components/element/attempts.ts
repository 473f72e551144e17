/** Where a payload may fail: when it is read, taken in, drawn. */
export type Stage = 'read' | 'apply' | 'draw';

/** Runs what may throw because of a payload, and remembers the failure until the same stage succeeds. */
export class Attempts {
  #failure: { stage: Stage; error: Error } | undefined;
  #onFailure: (stage: Stage, error: Error) => void;

  /** `onFailure` hears of each failure once, not of its repetitions. */
  constructor(onFailure: (stage: Stage, error: Error) => void) {
    this.#onFailure = onFailure;
  }

  /** The failure that stands. */
  get error(): Error | undefined {
    return this.#failure?.error;
  }

  /** What the work gives; undefined where it throws. */
  run<T>(stage: Stage, work: () => T): T | undefined {
    try {
      const result = work();
      if (this.#failure?.stage === stage) this.#failure = undefined;
      return result;
    } catch (thrown) {
      this.#fail(stage, thrown instanceof Error ? thrown : new Error(String(thrown)));
      return undefined;
    }
  }

  forget(): void {
    this.#failure = undefined;
  }

  #fail(stage: Stage, error: Error): void {
    const isKnown = this.#failure?.stage === stage && this.#failure.error.message === error.message;
    this.#failure = { stage, error };
    if (!isKnown) this.#onFailure(stage, error);
  }
}
