import type { ChannelLog } from '../channel-log.ts';
import type { Dropped } from '../log-entry.ts';
import { Pages } from './pages.ts';
import { crcOf, Digest, type Row, stateKey } from './records.ts';

/** The bound on texts of rows to be deleted where entries get rows of their own at once. */
const BULKY_LENGTH = 8_000_000;

/** What lies on the disk, as far as the next commit must know it: the digest, what is to be deleted, channels' states. */
export class Ledger {
  digest: Digest = new Digest();
  /** Checksums of rows that nobody needs any more, by key; but for entries. */
  readonly garbage: Map<string, number> = new Map();
  /**
   * Entries with rows that nobody needs any more, by channel, so that a state row goes with many of them: version, checksum,
   * length of the text, version … as an object for each would keep the garbage collector busy.
   */
  readonly trimmed: Map<string, number[]> = new Map();
  #trimmedRows = 0;
  /** Length of the texts of such entries. */
  #trimmedLength = 0;
  readonly pages: Pages = new Pages();
  /** State rows as last written, by key. */
  readonly states: Map<string, Row> = new Map();
  /** Channels let go of: their rows must be gone before the name is used again. */
  readonly forgotten: Set<string> = new Set();
  /** Channels whose state row is one that was refused. */
  readonly doubtful: Set<string> = new Set();
  /** State rows of such channels, while a page holds entries that only they tell deleted; and the last such page. */
  readonly leaving: Map<string, { crc: number; page: number }> = new Map();
  /** A channel as it stands in memory; undefined where it is not there. */
  readonly logOf: (channel: string) => ChannelLog | undefined;
  readonly #spareLength: number;

  /** `spareLength`: length of the texts that may lie in pages although they were let go. */
  constructor(logOf: (channel: string) => ChannelLog | undefined, spareLength: number) {
    this.logOf = logOf;
    this.#spareLength = spareLength;
  }

  /**
   * The oldest pages should go: much of them was let go, or a channel let go has entries there, which all pages before
   * them must go for when its name is used again.
   */
  get crowded(): boolean {
    const { list, deadLength } = this.pages;
    return list.length > 0 && (deadLength > this.#spareLength || this.leaving.size > 0);
  }

  /** Rows to be deleted. */
  get garbageRows(): number {
    return this.garbage.size + this.#trimmedRows;
  }

  /** True where the texts of rows to be deleted are so long that they must go now: a restart reads them. */
  get bulky(): boolean {
    return this.#trimmedLength > (this.#spareLength > 0 ? this.#spareLength : BULKY_LENGTH);
  }

  discard(row: Row): void {
    this.garbage.set(row.key, crcOf(row));
  }

  /** An entry is let go. */
  discardEntry(channel: string, { v, text, crc }: Dropped): void {
    if (crc === undefined) this.pages.deadLength += text.length;
    else this.discardRow(channel, { v, crc, length: text.length });
  }

  discardRow(
    channel: string,
    { v, crc, length }: { v: number; crc: number; length: number },
  ): void {
    let rows = this.trimmed.get(channel);
    if (!rows) this.trimmed.set(channel, (rows = []));
    rows.push(v, crc, length);
    this.#trimmedRows++;
    this.#trimmedLength += length;
  }

  /** The first `count` trimmed entries of a channel are deleted. */
  deleted(channel: string, count: number): void {
    const rows = this.trimmed.get(channel) ?? [];
    for (let i = 0; i < count; i++) this.#trimmedLength -= rows[3 * i + 2] as number;
    rows.splice(0, 3 * count);
    if (rows.length === 0) this.trimmed.delete(channel);
    this.#trimmedRows -= count;
  }

  forget(channel: string): void {
    this.forgotten.add(channel);
    const row = this.states.get(stateKey(channel));
    if (!row) return;
    this.states.delete(row.key);
    const { list, next } = this.pages;
    if (list.length === 0) this.discard(row);
    else this.leaving.set(row.key, { crc: crcOf(row), page: next - 1 });
  }

  /** The first `count` pages are deleted. */
  turned(count: number): void {
    this.pages.drop(count);
    const oldest = this.pages.list.at(0);
    for (const [key, { crc, page }] of this.leaving) {
      if (oldest && oldest.number <= page) return; // they leave in order
      this.leaving.delete(key);
      this.garbage.set(key, crc);
    }
  }
}
