import type { Engine } from './connection.ts';
import type { RetryingEngine } from './retry.ts';
import { firstsChannel, keysOf } from './scripts.ts';

/** Options of `UnknownNames`. */
export interface UnknownNamesOptions {
  line: RetryingEngine;
  /** What all keys start with. */
  prefix: string;
  /** Called for a name that turns out to have a history. */
  onFound: (name: string) => void;
}

/** Names per round of `repair`, and per step of `renew`. */
const RECHECKED = 200;

/**
 * Watched names without a history, such as those that a client invents. Each costs one EXISTS and an entry of a map, but no
 * replica, no subscription and no check every 2 s. The append script announces each channel's first record to all instances.
 */
export class UnknownNames {
  readonly #options: UnknownNamesOptions;
  /** The names, the least recently checked first; false until the engine has answered. */
  readonly #names = new Map<string, boolean>();
  #round = 0;

  constructor(options: UnknownNamesOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { line, prefix } = this.#options;
    await line.persist((engine) =>
      engine.subscribeAll(firstsChannel(prefix), (name) => this.#announced(name)),
    );
  }

  /** Whether the engine reported that the name has no history. */
  has(name: string): boolean {
    return this.#names.get(name) === true;
  }

  /** Returns whether a watched name has a history; if not, the name is kept. */
  async exists(name: string): Promise<boolean> {
    if (this.has(name)) return false;
    this.#names.set(name, false); // before the question: an announcement may overtake its response
    const { line } = this.#options;
    const found = await line.persist((engine) => this.#exists(engine, name));
    if (found) this.#names.delete(name);
    else if (this.#names.has(name)) this.#names.set(name, true);
    return found;
  }

  delete(name: string): void {
    this.#names.delete(name);
  }

  /** A new connection was made: announcements may have been lost, so all names are checked, step by step. */
  renew(): void {
    void this.#recheckAll(++this.#round, this.#names.size);
  }

  /** Checks some names again, in turn, since an announcement may get lost. */
  repair(): void {
    void this.#recheck(RECHECKED);
  }

  #announced(name: string): void {
    if (this.#names.delete(name)) this.#options.onFound(name);
  }

  async #recheckAll(round: number, count: number): Promise<void> {
    for (let done = 0; done < count && round === this.#round; done += RECHECKED) {
      if (!(await this.#recheck(RECHECKED))) return;
    }
  }

  /** Returns false if the engine is away. */
  async #recheck(count: number): Promise<boolean> {
    const engine = this.#options.line.present;
    if (!engine) return false;
    const names = this.#next(count);
    try {
      const found = await Promise.all(names.map((name) => this.#exists(engine, name)));
      for (const [i, name] of names.entries()) if (found[i]) this.#announced(name);
      return true;
    } catch {
      return false; // the next round, or the next connection, checks again
    }
  }

  /** Returns the least recently checked names, and moves them to the end. */
  #next(count: number): string[] {
    const names: string[] = [];
    for (const name of this.#names.keys()) {
      if (names.length >= count) break;
      names.push(name);
    }
    for (const name of names) {
      const checked = this.#names.get(name) as boolean;
      this.#names.delete(name);
      this.#names.set(name, checked);
    }
    return names;
  }

  async #exists(engine: Engine, name: string): Promise<boolean> {
    return (await engine.command(['EXISTS', keysOf(this.#options.prefix, name)[0]])) === 1;
  }
}
