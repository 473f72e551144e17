import type { Change } from './level-folder.ts';
import { crcOf, Digest, DIGEST_KEY, type Row, stateKey, valueOf } from './level-records.ts';

/** What lies on the disk, as far as the next commit must know it: the digest, what is to be deleted, channels' states. */
export class Ledger {
  digest: Digest = new Digest();
  /** Rows that nobody needs any more, by key. */
  readonly garbage: Map<string, Row> = new Map();
  /** State rows as last written, by key. */
  readonly states: Map<string, Row> = new Map();

  discard(row: Row): void {
    this.garbage.set(row.key, row);
  }

  /** Channels let go of: their rows must be gone before the name is used again. */
  readonly forgotten: Set<string> = new Set();

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
  readonly #puts = new Map<string, Row>();
  readonly #states = new Map<string, Row>();
  readonly #swept = new Set<string>();
  readonly #revived: string[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.digest = ledger.digest.copy();
  }

  /** `old` is the row that lies there under the same key, where one does. */
  put(row: Row, old: Row | undefined = this.#ledger.garbage.get(row.key)): void {
    const before = this.#puts.get(row.key) ?? old;
    if (before && !this.#swept.has(row.key)) this.digest.remove(crcOf(before));
    const crc = crcOf(row);
    this.digest.add(crc);
    this.#puts.set(row.key, row);
    this.changes.push({ type: 'put', key: row.key, value: valueOf(row, crc) });
  }

  putState(row: Row): void {
    const { states, garbage } = this.#ledger;
    const old = this.#states.get(row.key) ?? states.get(row.key);
    if (old?.body === row.body) return;
    this.put(row, old ?? garbage.get(row.key));
    this.#states.set(row.key, row);
  }

  /** Deletes at most `max` rows of the garbage. Whose floor that needs is told by `onChannel`. */
  sweep(max: number, onChannel: (channel: string) => void): void {
    const channels = new Set<string>();
    for (const row of this.#ledger.garbage.values()) {
      if (this.#swept.size >= max) break;
      if (!this.#delete(row)) continue;
      const cut = row.key.indexOf('\0');
      if (cut > 0) channels.add(row.key.slice(0, cut));
    }
    for (const channel of channels) onChannel(channel);
  }

  /** Deletes what is left of a channel's former life, before the first entry of the new one is put. */
  revive(channel: string): void {
    const { forgotten, garbage } = this.#ledger;
    if (!forgotten.has(channel)) return;
    this.#revived.push(channel);
    for (const row of garbage.values()) {
      if (row.key === stateKey(channel) || row.key.startsWith(`${channel}\0`)) this.#delete(row);
    }
  }

  #delete(row: Row): boolean {
    if (this.#puts.has(row.key) || this.#swept.has(row.key)) return false;
    this.#swept.add(row.key);
    this.digest.remove(crcOf(row));
    this.changes.push({ type: 'del', key: row.key });
    return true;
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

  /** The changes are on the disk although they were refused: what they put is to go. */
  disown(): void {
    this.done();
    for (const [key, row] of this.#puts) if (!this.#states.has(key)) this.#ledger.discard(row);
  }
}
