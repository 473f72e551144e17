import { ProtocolError } from '../../../protocol/lp1.ts';
import { StoreError } from '../store-error.ts';
import { CommitDraft } from './commit-draft.ts';
import { CommitMarker, MARKER_FILE } from './commit-marker.ts';
import { damaged, type Folder, openFolder } from './database.ts';
import type { DiskState } from './disk-state.ts';
import { DIGEST_KEY, parseValue } from './records.ts';

/** Options of `LevelDisk`. */
export interface DiskOptions {
  location: string;
  diskState: DiskState;
  /** A write resolves only when it is on the disk itself. */
  sync: boolean;
  /**
   * Opens the folder; tests replace it with a faulty one. `check`: which of its files are checked
   * before.
   */
  open?: ((location: string, check: 'all' | 'logs') => Promise<Folder>) | undefined;
}

/** The folder over the life of a store: handles failed writes, and recovers after them. */
export class LevelDisk {
  readonly #options: DiskOptions;
  #folder: Folder | undefined;
  /**
   * Why writes are refused. `no-room` may end by itself; anything else lasts until the store is
   * opened again.
   */
  #error: StoreError | undefined;
  /** The write that failed: it may still be on the disk. */
  #refused: CommitDraft | undefined;
  readonly #marker: CommitMarker;

  constructor(options: DiskOptions) {
    this.#options = options;
    this.#marker = new CommitMarker(options.location);
  }

  get error(): StoreError | undefined {
    return this.#error;
  }

  async open(check: 'all' | 'logs' = 'all'): Promise<Folder> {
    const { location, open = openFolder } = this.#options;
    this.#folder = await open(location, check);
    return this.#folder;
  }

  /**
   * Compares what was restored with what was acknowledged. @throws StoreError `damaged` where commits are missing, or belong
   * to another folder
   */
  async compare(): Promise<void> {
    const { location, diskState, sync } = this.#options;
    if (!sync) return this.#marker.remove();
    const said = await this.#marker.read();
    if (!said) return;
    const { folder, commit } = diskState.digest;
    if (said.commit <= commit && said.folder === folder) return;
    const what =
      said.folder === folder
        ? `commit ${said.commit} was acknowledged, and the newest one there is ${commit}: a log was cut, deleted or replaced`
        : 'its files are those of another folder';
    throw damaged(location, `${what}; to go on with what is there, delete ${MARKER_FILE}`);
  }

  async close(): Promise<void> {
    await this.#marker.close();
    await this.#closeFolder();
  }

  async #closeFolder(): Promise<void> {
    await this.#folder?.close();
    this.#folder = undefined;
  }

  /** Writes all changes or none. @throws StoreError `no-room`, `failed` */
  async write(draft: CommitDraft): Promise<void> {
    try {
      await (this.#folder as Folder).write(draft.rows.sealed(), this.#options.sync);
    } catch (error) {
      this.#error = error instanceof StoreError ? error : failed(error);
      this.#refused = draft;
      throw error;
    }
    draft.done();
    if (this.#options.sync) this.#marker.note(draft.rows.digest);
  }

  /**
   * Recovers after a write that found no room. LevelDB's log may then end in an incomplete record,
   * and LevelDB would write after it. So the folder is opened again, and must hold what was
   * acknowledged; a refused write that it holds is removed.
   * @throws StoreError if the error lasts
   */
  async mend(): Promise<void> {
    if (!this.#error) return;
    if (this.#error.code !== 'no-room') throw this.#error;
    await this.#closeFolder().catch(() => {}); // Its error is known.
    const { diskState } = this.#options;
    const value = await (await this.open('logs')).get(DIGEST_KEY);
    const held = value === undefined ? undefined : parseValue(DIGEST_KEY, value)?.body;
    if (held === String(this.#refused?.rows.digest)) this.#refused?.disown();
    else if (held === undefined ? diskState.digest.commit > 0 : held !== String(diskState.digest)) {
      this.#error = failed('another process wrote to it meanwhile');
      throw this.#error;
    }
    this.#refused = undefined;
    const draft = new CommitDraft(diskState);
    draft.takeBack();
    await this.write(draft); // Even if it only numbers a commit: it proves that there is room again.
    this.#error = undefined;
  }
}

const failed = (cause: unknown): StoreError =>
  new StoreError('failed', `writing to the data folder failed: ${String(cause)}`, { cause });

/** Returns the error of an append that cannot be stored. */
export const refusal = (error: unknown): ProtocolError =>
  new ProtocolError(
    'overloaded',
    `the store cannot store entries at the moment: ${error instanceof Error ? error.message : String(error)}`,
    { retryAfter: 5, cause: error },
  );

/** The error of an append when more than `maxPendingBytes` wait. */
export const TOO_SLOW: StoreError = new StoreError(
  'no-room',
  'the disk is slower than the appends: publish less, or use a faster disk',
);
