import type { DataStatus, StatusFacts } from '../data/data-status.ts';
import { dataStatus, isOld } from '../data/data-status.ts';

export interface ElementStatusOptions {
  internals: ElementInternals;
  /** As they are now. */
  facts: () => StatusFacts;
  /** What the viewer sees is another. */
  onChange: () => void;
  /** The status changed, and the cause came from outside. */
  onNews: (status: DataStatus, previous: DataStatus) => void;
}

/** How an element stands: its status and age in step with the facts, as custom state and `aria-busy`, and told to the page. */
export class ElementStatus {
  status: DataStatus = 'idle';
  /** The value is past its age limit, whatever the connection. */
  old = false;
  #options: ElementStatusOptions;

  constructor(options: ElementStatusOptions) {
    this.#options = options;
  }

  /** Looks at the facts. `outside`: not because the page set a property. */
  settle(outside: boolean): void {
    const facts = this.#options.facts();
    const old = isOld(facts);
    if (old !== this.old) this.#options.onChange();
    this.old = old;
    this.#become(dataStatus(facts), outside);
  }

  #become(status: DataStatus, outside: boolean): void {
    const { internals, onChange, onNews } = this.#options;
    const previous = this.status;
    if (status === previous && internals.states.has(status)) return;
    this.status = status;
    internals.states.delete(previous);
    internals.states.add(status);
    internals.ariaBusy = status === 'loading' ? 'true' : 'false';
    onChange();
    if (outside && status !== previous) onNews(status, previous);
  }
}

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
