import type { Change } from './database.ts';
import { crcOf, DIGEST_KEY, type Digest, type Row, valueOf } from './records.ts';

/** The rows that one commit puts and deletes, and the digest of the disk after it. */
export class RowChanges {
  /** The changes in their order, without the row of the digest. */
  readonly list: Change[] = [];
  /** Checksum of all rows after the changes are on the disk. */
  readonly digest: Digest;
  /** Checksums of the rows put, by key; without segments and entries, whose keys are always new. */
  readonly #puts = new Map<string, number>();
  readonly #deleted = new Set<string>();

  /** `digest`: that of the disk before this commit. */
  constructor(digest: Digest) {
    this.digest = digest.next();
  }

  /** Keys of rows that were put with `put`. */
  get puts(): Iterable<string> {
    return this.#puts.keys();
  }

  /** Keys of rows that were deleted with `delete`. */
  get deleted(): Iterable<string> {
    return this.#deleted;
  }

  /** Puts a row; `old` is the checksum of the row that the disk has under this key, undefined if it has none. */
  put(row: Row, old: number | undefined): void {
    const before = this.#puts.get(row.key) ?? old;
    if (before !== undefined && !this.#deleted.has(row.key)) this.digest.remove(before);
    this.#puts.set(row.key, this.putNew(row));
  }

  /** Puts a row under a key that the disk does not have. Returns the row's checksum. */
  putNew(row: Row): number {
    const crc = crcOf(row);
    this.putValue(row.key, valueOf(row, crc), crc);
    return crc;
  }

  /** Puts a value that is encoded already, under a key that the disk does not have. */
  putValue(key: string, value: string, crc: number): void {
    this.digest.add(crc);
    this.list.push({ type: 'put', key, value });
  }

  /**
   * Deletes the row of this key and checksum. Returns false, and changes nothing, if this commit
   * has put or deleted it.
   */
  delete(key: string, crc: number): boolean {
    if (this.#puts.has(key) || this.#deleted.has(key)) return false;
    this.#deleted.add(key);
    this.deleteOnce(key, crc);
    return true;
  }

  /** Deletes a segment, or the row of an entry. The caller makes sure that this is done once. */
  deleteOnce(key: string, crc: number): void {
    this.digest.remove(crc);
    this.list.push({ type: 'del', key });
  }

  /** Returns the changes with the row of the digest that belongs to them. */
  sealed(): Change[] {
    const row = { key: DIGEST_KEY, body: this.digest.toString() };
    return [...this.list, { type: 'put', key: row.key, value: valueOf(row) }];
  }
}
