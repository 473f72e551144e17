import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** File beside LevelDB's own files, which do not use such a name. */
export const MARKER_FILE = 'lp-kit.commit';

/** The folder, and the number of its last acknowledged commit. */
export interface Acknowledged {
  folder: string;
  commit: number;
}

const WRITE_EVERY_MS = 50;

/**
 * A small file that records which commits were acknowledged. LevelDB cannot distinguish a log that was cut, deleted or
 * replaced from one that ended there; this file does. It is written after the commit is on the disk, and is not synced
 * itself: after a power cut it may name an earlier commit, never a later one.
 */
export class CommitMarker {
  readonly #path: string;
  #file: FileHandle | undefined;
  #latest: Acknowledged | undefined;
  #written: Acknowledged | undefined;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(location: string) {
    this.#path = join(location, MARKER_FILE);
  }

  /** Returns the recorded commit; undefined if there is no file, or it cannot be read. */
  async read(): Promise<Acknowledged | undefined> {
    this.#file ??= await open(this.#path, 'r+').catch(() => open(this.#path, 'w+', 0o600));
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(128), 0, 128, 0);
    return parse(buffer.toString('latin1', 0, bytesRead));
  }

  /** Deletes the file: commits of this folder are no longer synced. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** Notes that a commit is on the disk. The file is written shortly after. */
  note(acknowledged: Acknowledged): void {
    this.#latest = acknowledged;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, WRITE_EVERY_MS).unref();
  }

  /** Writes the last note, and closes the file. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    await this.#file?.close();
    this.#file = undefined;
  }

  /** A marker that cannot be written stays that of an earlier commit, which is allowed. */
  async #write(): Promise<void> {
    const { noted, file } = { noted: this.#latest, file: this.#file };
    if (this.#writing || !noted || !file || noted === this.#written) return;
    this.#written = noted;
    this.#writing = file.write(textOf(noted), 0).then(
      () => {},
      () => {},
    );
    await this.#writing;
    this.#writing = undefined;
  }
}

/** Has the same length each time, so that it is overwritten in place. */
const textOf = ({ folder, commit }: Acknowledged): string => {
  const text = `lp-kit ${folder} ${String(commit).padStart(16, '0')}`;
  return `${text} ${crc32(text)}`.padEnd(63) + '\n';
};

function parse(text: string): Acknowledged | undefined {
  const [all, folder = '', commit] = /^lp-kit (\w+) (\d{16}) \d+ *\n$/.exec(text) ?? [];
  const acknowledged = { folder, commit: Number(commit) };
  return all !== undefined && textOf(acknowledged) === text ? acknowledged : undefined;
}
