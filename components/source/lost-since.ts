import type { ClientStatus } from '../client/index.ts';

/** Remembers since when a connection is lost. A try that is under way does not make it found. */
export class LostSince {
  #at: number | undefined;

  see({ state }: Pick<ClientStatus, 'state'>): void {
    if (state === 'reconnecting' || state === 'offline') this.#at ??= Date.now();
    else if (state !== 'connecting') this.#at = undefined;
  }

  /** Starts again for another connection. */
  forget(): void {
    this.#at = undefined;
  }

  /** For how long, in ms; undefined while it is not lost. */
  get ms(): number | undefined {
    return this.#at === undefined ? undefined : Date.now() - this.#at;
  }
}
