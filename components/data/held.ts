import type { Entry, Meta, ResetReason } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import { AheadEntries } from './ahead.ts';
import type { DataEntry } from './keyed-history.ts';
import { KeyedHistory, MOST_KEYS } from './keyed-history.ts';

export type { DataEntry } from './keyed-history.ts';

/**
 * Number of entries per key that an element requests if it shows only the current one. More than one, because the newest may be
 * ahead of the server's clock, or lack the field that is shown.
 */
export const CURRENT_TAIL = 20;

/** An update as the element applies it. `entries` are those with data whose time has come, in time order. */
export interface Step {
  kind: 'reset' | 'append' | 'none';
  entries: DataEntry[];
  /** The channel's meta, if it has changed. */
  meta?: Meta;
  /** Reason of the reset, if the server sent the channel's history. */
  reset?: ResetReason;
}

/**
 * The data that an element holds of its channel. Two rules: a value is removed only if the publisher has removed it; and the
 * current value is the latest by time that is not ahead of the server's clock (for equal times, the one with the higher version).
 */
export class Held {
  /** True after the server has sent this channel's state. */
  answered = false;
  /** True if the server has lost the history that contained the value: it stays, as an old one, until the next update. */
  historyLost = false;
  meta: Meta = {};
  /** Selects the entries to hold; undefined = all. Set it before the first update, or after `forget`. */
  filter: ((entry: DataEntry) => boolean) | undefined;
  /** Keys that were left out by `filter`. */
  readonly otherKeys: Set<string> = new Set();
  /** The entries by key. */
  readonly series: KeyedHistory;
  /** The entries that are ahead of time. */
  readonly ahead: AheadEntries = new AheadEntries();
  #historyEntries: number;

  /** `historyEntries`: entries kept per key; 0 keeps only each key's current one, and no `history`. */
  constructor(historyEntries: number) {
    this.#historyEntries = historyEntries;
    this.series = new KeyedHistory(historyEntries);
  }

  /** Whether there is a value. */
  get hasData(): boolean {
    return this.newest !== undefined;
  }

  /** The current entry: the latest of all keys. */
  get newest(): DataEntry | undefined {
    return this.series.newest;
  }

  /** Server time in ms of the current entry. */
  get updatedAt(): number | undefined {
    return this.newest?.t;
  }

  /** The kept entries, in time order. */
  get history(): readonly DataEntry[] {
    return this.#historyEntries === 0 ? [] : this.series.all;
  }

  /** Drops everything, because the channel has changed. */
  forget(): void {
    this.answered = false;
    this.historyLost = false;
    this.meta = {};
    this.otherKeys.clear();
    this.#clear();
  }

  /** Applies an update. `serverNow` (ms) decides which entries are ahead of time. */
  take(update: Update, serverNow: number): Step {
    this.answered = true;
    if (update.reset) this.otherKeys.clear();
    const data = update.entries.filter((entry) => isData(entry));
    const wanted = this.filter ? data.filter((entry) => this.#passes(entry)) : data;
    const step: Step = { kind: this.#kind(update, wanted), entries: [] };
    if (update.reset) step.reset = update.reset;
    const meta = update.meta ?? (update.reset && step.kind === 'reset' ? {} : undefined);
    if (meta) step.meta = this.meta = meta;
    if (step.kind === 'none') return step;
    if (step.kind === 'reset') this.#clear();
    this.historyLost = false;
    step.entries = this.ahead.admit(wanted, serverNow);
    this.series.add(step.entries);
    if (step.kind === 'append' && step.entries.length === 0) step.kind = 'none';
    return step;
  }

  /** Applies waiting entries whose time has come; returns undefined if there are none. */
  advance(serverNow: number): Step | undefined {
    const entries = this.ahead.due(serverNow);
    if (entries.length === 0) return undefined;
    this.series.add(entries);
    return { kind: 'append', entries };
  }

  #kind(update: Update, entries: DataEntry[]): Step['kind'] {
    const lost = entries.length === 0 && update.reset !== undefined && update.reset !== 'cleared';
    if (lost && this.newest) {
      this.historyLost = true;
      return 'none';
    }
    if (update.reset || this.historyLost)
      return entries.length > 0 || update.reset ? 'reset' : 'none';
    return entries.length > 0 ? 'append' : 'none';
  }

  #passes(entry: DataEntry): boolean {
    const passes = this.filter?.(entry) ?? true;
    if (!passes && this.otherKeys.size < MOST_KEYS) this.otherKeys.add(entry.k ?? '');
    return passes;
  }

  #clear(): void {
    this.series.clear();
    this.ahead.clear();
  }
}

const isData = (entry: Entry): entry is DataEntry => entry.d !== undefined;
