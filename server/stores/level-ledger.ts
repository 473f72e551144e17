import type { Dropped, LogEntry } from '../log-entry.ts';
import type { Change } from './level-folder.ts';
import {
  type ChannelState,
  crcIn,
  crcOf,
  Digest,
  DIGEST_KEY,
  entryKey,
  entryValue,
  type Row,
  stateKey,
  stateRow,
  valueOf,
} from './level-records.ts';

/** What lies on the disk, as far as the next commit must know it: the digest, what is to be deleted, channels' states. */
export class Ledger {
  digest: Digest = new Digest();
  /** Checksums of rows that nobody needs any more, by key; but for entries. */
  readonly garbage: Map<string, number> = new Map();
  /**
   * Entries that nobody needs any more, by channel, so that a state row goes with many of them: version, checksum,
   * version, checksum … as an object for each would keep the garbage collector busy.
   */
  readonly trimmed: Map<string, number[]> = new Map();
  #trimmedRows = 0;
  /** State rows as last written, by key. */
  readonly states: Map<string, Row> = new Map();
  /** Channels let go of: their rows must be gone before the name is used again. */
  readonly forgotten: Set<string> = new Set();
  /** Channels whose state row is one that was refused. */
  readonly doubtful: Set<string> = new Set();
  /** How a channel stands in memory; undefined where it is not there. */
  readonly stateOf: (channel: string) => ChannelState | undefined;

  constructor(stateOf: (channel: string) => ChannelState | undefined) {
    this.stateOf = stateOf;
  }

  /** Rows to be deleted. */
  get garbageRows(): number {
    return this.garbage.size + this.#trimmedRows;
  }

  discard(row: Row): void {
    this.garbage.set(row.key, crcOf(row));
  }

  discardEntry(channel: string, { v, crc }: Dropped): void {
    let rows = this.trimmed.get(channel);
    if (!rows) this.trimmed.set(channel, (rows = []));
    rows.push(v, crc);
    this.#trimmedRows++;
  }

  /** The first `count` trimmed entries of a channel are deleted. */
  deleted(channel: string, count: number): void {
    const rows = this.trimmed.get(channel) ?? [];
    rows.splice(0, 2 * count);
    if (rows.length === 0) this.trimmed.delete(channel);
    this.#trimmedRows -= count;
  }

  forget(channel: string): void {
    this.forgotten.add(channel);
    const row = this.states.get(stateKey(channel));
    if (!row) return;
    this.states.delete(row.key);
    this.discard(row);
  }
}

/** The changes of one commit. They count only once `done` is called. */
export class LedgerDraft {
  readonly changes: Change[] = [];
  readonly digest: Digest;
  readonly #ledger: Ledger;
  /** Checksums of what was put, by key; but for entries, whose keys are always new. */
  readonly #puts = new Map<string, number>();
  readonly #states = new Map<string, Row>();
  readonly #swept = new Set<string>();
  /** How many of a channel's trimmed entries are deleted. */
  readonly #sweptEntries = new Map<string, number>();
  readonly #revived: string[] = [];
  #tookBack = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.digest = ledger.digest.copy();
  }

  /**
   * Nothing lies under an entry's key: versions only go up, `revive` deletes a former life, `takeBack` a refused
   * commit. So none of it need be looked for.
   */
  putEntry(channel: string, entry: LogEntry): void {
    const key = entryKey(channel, entry.v);
    const value = entryValue(key, entry);
    this.digest.add(entry.crc as number); // entryValue left it there
    this.changes.push({ type: 'put', key, value });
  }

  /** `old` is the checksum of the row that lies there under the same key, where one does. */
  put(row: Row, old: number | undefined = this.#ledger.garbage.get(row.key)): void {
    const before = this.#puts.get(row.key) ?? old;
    if (before !== undefined && !this.#swept.has(row.key)) this.digest.remove(before);
    const crc = crcOf(row);
    this.digest.add(crc);
    this.#puts.set(row.key, crc);
    this.changes.push({ type: 'put', key: row.key, value: valueOf(row, crc) });
  }

  putState(row: Row): void {
    const { states, garbage } = this.#ledger;
    const old = this.#states.get(row.key) ?? states.get(row.key);
    if (old?.body === row.body) return;
    this.put(row, old ? crcOf(old) : garbage.get(row.key));
    this.#states.set(row.key, row);
  }

  /** Deletes at most `max` rows of the garbage, and writes down the floors that go with it. */
  sweep(max: number): void {
    const { garbage, trimmed } = this.#ledger;
    let left = max;
    for (const channel of trimmed.keys()) {
      if (left === 0) return;
      left -= this.#deleteEntries(channel, left);
      this.#writeDown(channel);
    }
    // Later than the entries: a state row gone before them would bring a deleted channel back.
    for (const [key, crc] of garbage) {
      if (left === 0) return;
      if (this.#delete(key, crc)) left--;
    }
  }

  /** Deletes what is left of a channel's former life, before the first entry of the new one is put. */
  revive(channel: string): void {
    const { forgotten, garbage } = this.#ledger;
    if (!forgotten.has(channel)) return;
    this.#revived.push(channel);
    const state = garbage.get(stateKey(channel));
    if (state !== undefined) this.#delete(stateKey(channel), state);
    this.#deleteEntries(channel, Infinity);
  }

  /** The changes, with the digest that goes with them. */
  sealed(): Change[] {
    const row = { key: DIGEST_KEY, body: this.digest.toString() };
    return [...this.changes, { type: 'put', key: row.key, value: valueOf(row) }];
  }

  /** The changes are on the disk. */
  done(): void {
    const { garbage, states } = this.#ledger;
    this.#ledger.digest = this.digest;
    for (const channel of this.#revived) this.#ledger.forgotten.delete(channel);
    for (const key of this.#puts.keys()) garbage.delete(key);
    for (const key of this.#swept) garbage.delete(key);
    for (const [channel, count] of this.#sweptEntries) this.#ledger.deleted(channel, count);
    for (const [key, row] of this.#states) states.set(key, row);
    if (this.#tookBack) this.#ledger.doubtful.clear();
  }

  /** The changes are on the disk although they were refused: what they put is to be taken back. */
  disown(): void {
    this.done();
    const { garbage, doubtful } = this.#ledger;
    for (const change of this.changes) {
      if (change.type === 'del') continue;
      if (this.#states.has(change.key)) doubtful.add(channelOf(change.key));
      else garbage.set(change.key, crcIn(change.value));
    }
  }

  /** Takes back what was disowned, before anything else is put. */
  takeBack(): void {
    const { garbage, doubtful, forgotten } = this.#ledger;
    for (const channel of forgotten) this.#deleteEntries(channel, Infinity); // not later than its state row
    for (const [key, crc] of garbage) this.#delete(key, crc);
    for (const channel of doubtful) this.#writeDown(channel); // a refused deletion's state would delete it
    this.#tookBack = true;
  }

  #writeDown(channel: string): void {
    const state = this.#ledger.stateOf(channel);
    if (state) this.putState(stateRow(channel, state));
  }

  /** Gives how many it deleted. */
  #deleteEntries(channel: string, max: number): number {
    const rows = this.#ledger.trimmed.get(channel) ?? [];
    const from = this.#sweptEntries.get(channel) ?? 0;
    const to = Math.min(from + max, rows.length / 2);
    for (let i = from; i < to; i++) {
      this.digest.remove(rows[2 * i + 1] as number);
      this.changes.push({ type: 'del', key: entryKey(channel, rows[2 * i] as number) });
    }
    this.#sweptEntries.set(channel, to);
    return to - from;
  }

  #delete(key: string, crc: number): boolean {
    if (this.#puts.has(key) || this.#swept.has(key)) return false;
    this.#swept.add(key);
    this.digest.remove(crc);
    this.changes.push({ type: 'del', key });
    return true;
  }
}

const channelOf = (key: string): string => key.slice(stateKey('').length);
