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

/** What an update means for the element. `entries` are those with data whose time has come, in the order of time. */
export interface Step {
  kind: 'reset' | 'append' | 'none';
  entries: DataEntry[];
  /** The channel's meta, when it is new. */
  meta?: Meta;
  /** Reason of the reset, where the server sent the channel's history. */
  reset?: ResetReason;
}

/**
 * What an element holds of its channel. Two rules: no value is blanked which the publisher did not take back; and the current
 * value is the latest by time that is not ahead of the server's clock (of equal times, the one of the higher version).
 */
export class Held {
  /** The server has sent this channel's state. */
  answered = false;
  /** The server lost the history that the value came from: the value stays, as an old one, until there is an update. */
  historyLost = false;
  meta: Meta = {};
  /** Takes only entries that pass; undefined = all. Set it before the first update, or after `forget`. */
  filter: ((entry: DataEntry) => boolean) | undefined;
  /** Keys that were left out by `filter`. */
  readonly otherKeys: Set<string> = new Set();
  /** What is held, by key. */
  readonly series: KeyedHistory;
  /** What waits for its time. */
  readonly ahead: AheadEntries = new AheadEntries();
  #historyEntries: number;

  /** `historyEntries`: entries kept per key; 0 keeps each key's current one alone, and no `history`. */
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

  /** What is kept, in the order of time. */
  get history(): readonly DataEntry[] {
    return this.#historyEntries === 0 ? [] : this.series.all;
  }

  /** Drops everything: the channel is another one. */
  forget(): void {
    this.answered = false;
    this.historyLost = false;
    this.meta = {};
    this.otherKeys.clear();
    this.#clear();
  }

  /** Takes an update in. `serverNow` in ms decides which entries are ahead of time. */
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

  /** Takes waiting entries whose time has come; undefined if there are none. */
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
