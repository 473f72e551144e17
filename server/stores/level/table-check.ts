import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Names the first table (a file of LevelDB's) whose checksums are wrong, or undefined where all are well.
 *
 * LevelDB itself does not look at them, and a flipped bit in a table ends the process by an assertion. Its log and its
 * MANIFEST it checks. Format: https://github.com/google/leveldb/blob/main/doc/table_format.md and log_format.md;
 * tables are written without compression.
 */
export async function rottenTable(location: string): Promise<string | undefined> {
  for (const name of (await readdir(location)).sort()) {
    if (!/^\d+\.(ldb|sst)$/.test(name)) continue;
    if (isSound(await readFile(join(location, name)))) continue;
    if ((await liveTables(location)).has(parseInt(name))) return name; // others are left from a compaction cut off
  }
  return undefined;
}

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;

interface Handle {
  offset: number;
  size: number;
}

/** A table without its footer is incomplete: LevelDB sees that, and says so. */
function isSound(table: Buffer): boolean {
  if (table.length < FOOTER_BYTES) return true;
  if (table.readBigUInt64LE(table.length - 8) !== MAGIC) return true;
  const footer = new Varints(table.subarray(table.length - FOOTER_BYTES));
  try {
    for (const index of [footer.handle(), footer.handle()]) {
      if (!isBlockSound(table, index)) return false;
      const handles = handlesOf(table.subarray(index.offset, index.offset + index.size));
      if (!handles.every((handle) => isBlockSound(table, handle))) return false;
    }
    return true;
  } catch {
    return false; // a length that leads out of the file
  }
}

/** A block is followed by its type (0: not compressed) and a masked CRC-32C of both. */
function isBlockSound(table: Buffer, { offset, size }: Handle): boolean {
  const end = offset + size + 1;
  return table[end - 1] === 0 && unmasked(table.readUInt32LE(end)) === crc32c(table, offset, end);
}

/** An index's entries: shared and own length of the key, length of the value, key, value; then the restarts. */
function handlesOf(block: Buffer): Handle[] {
  const restarts = block.readUInt32LE(block.length - 4);
  const entries = new Varints(block.subarray(0, block.length - 4 * (restarts + 1)));
  const handles: Handle[] = [];
  while (!entries.atEnd) {
    entries.next();
    const keyBytes = entries.next();
    entries.next();
    entries.skip(keyBytes);
    handles.push(entries.handle());
  }
  return handles;
}

class Varints {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes.readUInt8(this.#at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  handle(): Handle {
    return { offset: this.next(), size: this.next() };
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }
}

/** Numbers of the tables that the MANIFEST names. */
async function liveTables(location: string): Promise<Set<number>> {
  const current = await readFile(join(location, 'CURRENT'), 'utf8');
  const live = new Set<number>();
  for (const edit of logRecords(await readFile(join(location, current.trim())))) {
    applyEdit(new Varints(edit), live);
  }
  return live;
}

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const FULL = 1;
const LAST = 4;

/** A log's records: fragments of type full, or first … last, in blocks of 32 kB. */
function logRecords(log: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= log.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      at += left;
      continue;
    }
    const type = log.readUInt8(at + 6);
    const start = at + HEADER_BYTES;
    at = start + log.readUInt16LE(start - 3);
    parts.push(log.subarray(start, at));
    if (type !== FULL && type !== LAST) continue;
    records.push(Buffer.concat(parts));
    parts = [];
  }
  return records;
}

/** A change of the set of tables: fields of a tag and what belongs to it. */
function applyEdit(edit: Varints, live: Set<number>): void {
  while (!edit.atEnd) {
    const tag = edit.next();
    if (tag === 1) edit.skip(edit.next());
    else if (tag === 5) {
      edit.next();
      edit.skip(edit.next());
    } else if (tag === 6) {
      edit.next();
      live.delete(edit.next());
    } else if (tag === 7) {
      edit.next();
      live.add(edit.next());
      edit.next();
      edit.skip(edit.next());
      edit.skip(edit.next());
    } else edit.next();
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Buffer, start: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = start; at < end; at++) {
    crc = (TABLE[(crc ^ (bytes[at] as number)) & 255] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** LevelDB rotates a checksum that it stores, so that checksums of checksums stay good. */
function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
