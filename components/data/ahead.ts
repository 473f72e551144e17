import type { DataEntry } from './keyed-history.ts';
import { byTime } from './keyed-history.ts';

/** A time that is ahead of the server's clock by up to this many ms counts as now, because clocks differ. */
export const AHEAD_MS = 5000;

/** Holds back entries whose times are ahead of the server's clock until their time has come. */
export class AheadEntries {
  /** Keys (`''`: without a key) whose last received entry was ahead, and by how many ms. */
  readonly lead: Map<string, number> = new Map();
  #waiting: DataEntry[] = [];
  #waits = true;

  /** From now on, passes all entries at once, however far ahead they are: events must not be shown late. */
  passAll(): void {
    this.#waits = false;
  }

  /** Server time in ms at which the next one is due; undefined if none waits. */
  get dueAt(): number | undefined {
    return this.#waiting[0]?.t;
  }

  /** Returns the entries that are not ahead of `serverNow`, in time order, and holds back the others. */
  admit(entries: readonly DataEntry[], serverNow: number): DataEntry[] {
    const due: DataEntry[] = [];
    for (const entry of entries) {
      const leadMs = entry.t - serverNow;
      const isAhead = leadMs > AHEAD_MS;
      this.#note(entry.k ?? '', isAhead ? leadMs : 0);
      if (isAhead && this.#waits) this.#waiting.push(entry);
      else due.push(leadMs > 0 ? { ...entry, t: serverNow } : entry);
    }
    this.#waiting.sort(byTime);
    return due.sort(byTime);
  }

  /** Returns the entries whose time has come, in the order of time. */
  due(serverNow: number): DataEntry[] {
    const due = this.#waiting.filter(({ t }) => t <= serverNow);
    if (due.length > 0) this.#waiting = this.#waiting.slice(due.length);
    return due;
  }

  clear(): void {
    this.#waiting = [];
    this.lead.clear();
  }

  #note(key: string, leadMs: number): void {
    if (leadMs > 0) this.lead.set(key, leadMs);
    else if (this.lead.size > 0) this.lead.delete(key);
  }
}
