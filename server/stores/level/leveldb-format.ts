/**
 * Reads the files of LevelDB, without LevelDB: that skips unreadable records of its log and continues after them, and a
 * flipped bit in a table ends the process by an assertion.
 *
 * Sources: https://github.com/google/leveldb/blob/main/doc/log_format.md and table_format.md; version_edit.cc for the
 * MANIFEST; write_batch.cc for the records of a log. Tables are written without compression.
 */

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;

interface Handle {
  offset: number;
  size: number;
}

/** True if all checksums of a table are right. A table without its footer is incomplete: LevelDB reports that. */
export function isTableSound(table: Buffer): boolean {
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
    return false; // A length that points beyond the end of the file.
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

/** What the MANIFEST records of the other files. */
export interface Manifest {
  /** Numbers of the tables in use. */
  tables: Set<number>;
  /** Logs from this number on are read at the start. 0 = none yet. */
  log: number;
  /** Number of the last change that the tables may hold. */
  lastSequence: number;
}

/** @throws RangeError where a record ends too early */
export function parseManifest(bytes: Buffer): Manifest {
  const manifest: Manifest = { tables: new Set(), log: 0, lastSequence: 0 };
  for (const { body } of scanLog(bytes).records) applyEdit(new Varints(body), manifest);
  return manifest;
}

/** A change of the set of files: fields of a tag and what belongs to it. */
function applyEdit(edit: Varints, manifest: Manifest): void {
  while (!edit.atEnd) {
    const tag = edit.next();
    if (tag === 1) edit.skip(edit.next());
    else if (tag === 2) manifest.log = edit.next();
    else if (tag === 4) manifest.lastSequence = edit.next();
    else if (tag === 5) {
      edit.next();
      edit.skip(edit.next());
    } else if (tag === 6) {
      edit.next();
      manifest.tables.delete(edit.next());
    } else if (tag === 7) {
      edit.next();
      manifest.tables.add(edit.next());
      edit.next();
      edit.skip(edit.next());
      edit.skip(edit.next());
    } else edit.next();
  }
}

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/** A record of a log, joined from its fragments. */
export interface LogRecord {
  /** Offset of its start in the file, bytes. */
  at: number;
  body: Buffer;
}

/** What was found in one log file of LevelDB. */
export interface LogScan {
  records: LogRecord[];
  /** Offset of damage in the file. A write that was cut off at its end is not damage. */
  damagedAt: number | undefined;
}

/** A log's records, up to its end, to a write that was cut off there, or to damage. */
export function scanLog(log: Buffer): LogScan {
  const records: LogRecord[] = [];
  let fragments: Buffer[] = [];
  let start = 0;
  let at = 0;
  for (;;) {
    at = headerFrom(at);
    if (at + HEADER_BYTES > log.length) return { records, damagedAt: undefined };
    const end = fragmentEnd(log, at);
    const type = log[at + 6] as number;
    const begins = type === FULL || type === FIRST;
    if (end === undefined || begins !== (fragments.length === 0)) {
      return { records, damagedAt: isCutOff(log, at, end) ? undefined : at };
    }
    if (begins) start = at;
    fragments.push(log.subarray(at + HEADER_BYTES, end));
    at = end;
    if (type !== FULL && type !== LAST) continue;
    records.push({
      at: start,
      body: fragments.length > 1 ? Buffer.concat(fragments) : (fragments[0] as Buffer),
    });
    fragments = [];
  }
}

/** Returns the position of the next header: blocks end with padding where none fits. */
function headerFrom(at: number): number {
  const left = BLOCK_BYTES - (at % BLOCK_BYTES);
  return left < HEADER_BYTES ? at + left : at;
}

/**
 * Returns the end of the fragment that begins at `at`; undefined if there is none, or its checksum
 * is wrong.
 */
function fragmentEnd(log: Buffer, at: number): number | undefined {
  const type = log[at + 6] as number;
  const end = at + HEADER_BYTES + log.readUInt16LE(at + 4);
  if (type < FULL || type > LAST || end > log.length || end > blockEnd(at)) return undefined;
  return unmasked(log.readUInt32LE(at)) === crc32c(log, at + 6, end) ? end : undefined;
}

const blockEnd = (at: number): number => at - (at % BLOCK_BYTES) + BLOCK_BYTES;

/**
 * True if the unreadable data from `at` on are a write that was cut off: nothing readable follows,
 * and it is not a whole fragment in which something changed. Zeros at its end are bytes that did
 * not reach the disk.
 */
function isCutOff(log: Buffer, at: number, end: number | undefined): boolean {
  if (end !== undefined || canReadAfter(log, at)) return false;
  if (log[log.length - 1] === 0) return true;
  const said = at + HEADER_BYTES + log.readUInt16LE(at + 4);
  return said !== log.length && !isWholeFragment(log, at);
}

/** Whether an undamaged fragment begins anywhere after `at`. */
function canReadAfter(log: Buffer, at: number): boolean {
  for (let next = at + 1; next + HEADER_BYTES <= log.length; next++) {
    if (headerFrom(next) === next && fragmentEnd(log, next) !== undefined) return true;
  }
  return false;
}

/** Whether the rest of the log is one fragment of which only the length or type is wrong. */
function isWholeFragment(log: Buffer, at: number): boolean {
  const wanted = unmasked(log.readUInt32LE(at));
  const copy = Buffer.from(log.subarray(at + 6));
  return [1, 2, 3, 4].some((type) => {
    copy[0] = type;
    return crc32c(copy, 0, copy.length) === wanted;
  });
}

/** Numbers of the changes that a record of a log makes: the first one, and the first after them. */
export const sequencesOf = ({ body }: LogRecord): [first: number, next: number] => {
  const first = Number(body.readBigUInt64LE(0));
  return [first, first + body.readUInt32LE(8)];
};

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

/** LevelDB rotates a checksum that it stores, because a CRC of data that contains CRCs is weak. */
function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
