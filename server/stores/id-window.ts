import { ProtocolError } from '../../protocol/lp1.ts';
import type { AppendResult } from './store.ts';

/** What an idempotency id led to. */
export interface Remembered {
  print: string | undefined;
  result: AppendResult;
  /** ms since 1970. */
  at: number;
}

/** Options of `IdWindow`. */
export interface IdWindowOptions {
  idWindowMs: number;
  maxIds: number;
  now: () => number;
  /** Called with every id that is dropped. */
  onDrop?: ((key: string, what: Remembered) => void) | undefined;
}

/** The ids of a channel's recent appends. An id is unique within its channel. */
export const idKey = (channel: string, id: string): string => `${channel} ${id}`;

/** Results of recent appends by idempotency id, oldest first. */
export class IdWindow {
  readonly #ids = new Map<string, Remembered>();
  readonly #options: IdWindowOptions;

  constructor(options: IdWindowOptions) {
    this.#options = options;
  }

  /** @throws ProtocolError `key-reused` where the id was used with another body (print) */
  find(key: string, print: string | undefined): AppendResult | undefined {
    const known = this.#ids.get(key);
    if (!known || known.at <= this.#options.now() - this.#options.idWindowMs) return undefined;
    return replayOf(known, print);
  }

  put(key: string, what: Remembered): void {
    const { idWindowMs, maxIds, now, onDrop } = this.#options;
    this.#ids.delete(key); // an expired one: its record is about to be overwritten
    this.#ids.set(key, what);
    for (const [oldest, old] of this.#ids) {
      if (this.#ids.size <= maxIds && old.at > now() - idWindowMs) return;
      this.#ids.delete(oldest);
      onDrop?.(oldest, old);
    }
  }

  get(key: string): Remembered | undefined {
    return this.#ids.get(key);
  }
}

/** @throws ProtocolError `key-reused` where the body (print) differs */
export function replayOf(known: Remembered, print: string | undefined): AppendResult {
  if (known.print === print) return { ...known.result, replayed: true };
  throw keyReused();
}

/** Returns the error of an `Idempotency-Key` that was used with another body. */
export const keyReused = (): ProtocolError =>
  new ProtocolError(
    'key-reused',
    'this Idempotency-Key came before with another body: take a new key for a new request',
  );
