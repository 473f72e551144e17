import type { Entry, Json, Meta } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';

/** One entry with data (not a change of meta). */
export interface DataEntry extends Entry {
  d: Json;
}

/** What an update means for the element. `entries` are the ones with data. */
export interface Step {
  kind: 'reset' | 'append' | 'none';
  entries: DataEntry[];
  /** The channel's meta, when it is new. */
  meta?: Meta;
}

/** What an element holds of its channel, and the rule that no value is blanked which the publisher did not take back. */
export class Held {
  /** The server has told this channel's state. */
  answered = false;
  /** The server lost the history that our value came from: the value stays, as an old one, until there is news. */
  forgotten = false;
  meta: Meta = {};
  newest: DataEntry | undefined;
  /** Oldest first, at most `historyEntries`. */
  history: DataEntry[] = [];
  /** Server time in ms of the newest data. */
  updatedAt: number | undefined;
  #historyEntries: number;

  constructor(historyEntries: number) {
    this.#historyEntries = historyEntries;
  }

  /** Takes an update in. `serverNow` caps times in the future: a publisher with a fast clock must not hide its silence. */
  take(update: Update, serverNow: number): Step {
    this.answered = true;
    const entries = update.entries.filter((entry) => isData(entry));
    const step: Step = { kind: this.#kind(update, entries), entries };
    const meta = update.meta ?? (update.reset && step.kind === 'reset' ? {} : undefined);
    if (meta) step.meta = this.meta = meta;
    if (step.kind !== 'none') this.#move(step, serverNow);
    return step;
  }

  #kind(update: Update, entries: DataEntry[]): Step['kind'] {
    const lost = entries.length === 0 && update.reset !== undefined && update.reset !== 'cleared';
    if (lost && this.newest) {
      this.forgotten = true;
      return 'none';
    }
    if (update.reset || this.forgotten)
      return entries.length > 0 || update.reset ? 'reset' : 'none';
    return entries.length > 0 ? 'append' : 'none';
  }

  #move({ kind, entries }: Step, serverNow: number): void {
    const before = kind === 'append' ? this.updatedAt : undefined;
    const times = entries.map((entry) => Math.min(entry.t, serverNow));
    const kept = kind === 'append' ? [...this.history, ...entries] : entries;
    this.history = this.#historyEntries > 0 ? kept.slice(-this.#historyEntries) : [];
    this.forgotten = false;
    this.newest = entries.at(-1);
    this.updatedAt = times.reduce((a, b) => Math.max(a, b), before ?? Number.NEGATIVE_INFINITY);
    if (!Number.isFinite(this.updatedAt)) this.updatedAt = undefined;
  }
}

const isData = (entry: Entry): entry is DataEntry => entry.d !== undefined;
