import type { DataStatus, StatusFacts } from '../data/data-status.ts';
import { dataStatus, isOld } from '../data/data-status.ts';

export interface StandingOptions {
  internals: ElementInternals;
  /** As they are now. */
  facts: () => StatusFacts;
  /** What the viewer sees is another. */
  onChange: () => void;
  /** The status changed, and the cause came from outside. */
  onNews: (status: DataStatus, previous: DataStatus) => void;
}

/** How an element stands: its status and age in step with the facts, as custom state and `aria-busy`, and told to the page. */
export class Standing {
  status: DataStatus = 'idle';
  /** The value is past its age limit, whatever the connection. */
  old = false;
  #options: StandingOptions;

  constructor(options: StandingOptions) {
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
