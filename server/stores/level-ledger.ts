import type { Dropped, LogEntry } from '../channel-log.ts';
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
  /** Checksums of rows that nobody needs any more, by key. */
  readonly garbage: Map<string, number> = new Map();
  /** State rows as last written, by key. */
  readonly states: Map<string, Row> = new Map();
  /** Channels let go of: their rows must be gone before the name is used again. */
  readonly forgotten: Set<string> = new Set();
  /** How a channel stands in memory; undefined where it is not there. */
  readonly stateOf: (channel: string) => ChannelState | undefined;

  constructor(stateOf: (channel: string) => ChannelState | undefined) {
    this.stateOf = stateOf;
  }

  discard(row: Row): void {
    this.garbage.set(row.key, crcOf(row));
  }

  discardEntry(channel: string, { v, crc }: Dropped): void {
    this.garbage.set(entryKey(channel, v), crc);
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
  readonly #revived: string[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.digest = ledger.digest.copy();
  }

  /**
   * Nothing lies under an entry's key: versions only go up, `revive` deletes a former life, and the disk's mending a
   * refused commit. So none of it need be looked for.
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
    const channels = new Set<string>();
    for (const [key, crc] of this.#ledger.garbage) {
      if (this.#swept.size >= max) break;
      if (!this.#delete(key, crc)) continue;
      const cut = key.indexOf('\0');
      if (cut > 0) channels.add(key.slice(0, cut));
    }
    for (const channel of channels) this.#writeDown(channel);
  }

  /** Deletes what is left of a channel's former life, before the first entry of the new one is put. */
  revive(channel: string): void {
    const { forgotten, garbage } = this.#ledger;
    if (!forgotten.has(channel)) return;
    this.#revived.push(channel);
    for (const [key, crc] of garbage) {
      if (key === stateKey(channel) || key.startsWith(`${channel}\0`)) this.#delete(key, crc);
    }
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
    for (const [key, row] of this.#states) states.set(key, row);
  }

  /** The changes are on the disk although they were refused: gives the draft that takes back what they put. */
  disowned(): LedgerDraft {
    this.done();
    for (const change of this.changes) {
      if (change.type === 'del' || this.#states.has(change.key)) continue;
      this.#ledger.garbage.set(change.key, crcIn(change.value));
    }
    const draft = new LedgerDraft(this.#ledger);
    draft.sweep(Infinity);
    for (const key of this.#states.keys()) draft.#writeDown(channelOf(key)); // a refused deletion's would delete it
    return draft;
  }

  #writeDown(channel: string): void {
    const state = this.#ledger.stateOf(channel);
    if (state) this.putState(stateRow(channel, state));
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
