import { type Cursor, ProtocolError } from '../../../protocol/lp1.ts';
import { Batch, ChannelTable } from '../channel-table.ts';
import { newTag } from '../log-entry.ts';
import {
  type AppendOptions,
  type AppendResult,
  type ChannelInfo,
  type HistoryStore,
  type Item,
  type ReadLimit,
  type Slice,
  STORE_LIMITS,
  type Store,
  type StoreHealth,
  type StoreLimits,
  type Watch,
} from '../store.ts';
import { CommitDraft } from './commit-draft.ts';
import type { Folder } from './database.ts';
import { DiskState } from './disk-state.ts';
import { GroupCommit, type Job } from './group-commit.ts';
import { idRow, stateRow } from './records.ts';
import { LevelDisk, refusal, TOO_SLOW } from './recovery.ts';
import { restore } from './restore.ts';
import { Sweeper } from './sweeper.ts';

/** Options of `levelStore`. */
export interface LevelStoreOptions extends Partial<StoreLimits> {
  /** The data folder; created if it is missing. One process at a time. */
  location: string;
  /**
   * `commit` (default): an append resolves, and is visible, when it is synced to the disk. `os`:
   * when the operating system has it; it survives the end of the process, but not a power cut.
   */
  durability?: 'commit' | 'os' | undefined;
  /**
   * Segments are compacted when they hold more text of dropped entries than this, in UTF-16 units;
   * retained entries then get their own rows. Default 8 million, or an eighth of `maxBytes` if that
   * is less.
   */
  spareLength?: number | undefined;
  /** Called at intervals, while opening, with the number of entries read so far. */
  onProgress?: ((entries: number) => void) | undefined;
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
  /** Opens the folder; tests replace it with a faulty one. */
  open?: ((location: string, check: 'all' | 'logs') => Promise<Folder>) | undefined;
  /**
   * Default age of history in ms if the meta of a channel does not set one, 0 = none; undefined: no
   * history is kept.
   */
  historyMs?: number | undefined;
}

/**
 * Opens a store that keeps channels in a folder, with LevelDB: acknowledged writes survive the end of the process and a
 * power cut. All reads are from memory; the disk is read once, here.
 * @throws StoreError `in-use`, `no-access`, `no-room`, `damaged`
 */
export async function levelStore(options: LevelStoreOptions): Promise<Store> {
  const store = new LevelStore(options);
  await store.open();
  return store;
}

interface Append extends Job {
  kind: 'append';
  channel: string;
  items: Item[];
  options: AppendOptions | undefined;
  resolve: (result: AppendResult) => void;
  reject: (error: unknown) => void;
}

interface Clear extends Job {
  kind: 'clear';
  channel: string;
  resolve: (had: boolean) => void;
  reject: (error: unknown) => void;
}

interface Sweep extends Job {
  kind: 'sweep';
}

/**
 * Maximum bytes that wait for a commit, that one commit contains, and that segments may hold
 * although dropped; less if `maxBytes` is small.
 */
const MAX_WAITING_BYTES = 64_000_000;
const GROUP_BYTES = 4_000_000;
const SPARE_LENGTH = 8_000_000;
const LEAST_BYTES = 1_000_000;
/** Time in ms between two attempts to write to a full disk. */
const PROBE_MS = 1_000;

const share = (maxBytes: number, most: number): number =>
  Math.max(LEAST_BYTES, Math.min(most, maxBytes / 8));
/** Number of entries that a commit compacts: this many, or twice what it puts. */
const SETTLED = 4_000;

class LevelStore implements Store {
  readonly kind = 'level';
  readonly #options: LevelStoreOptions;
  readonly #table: ChannelTable;
  readonly #state: DiskState;
  readonly #disk: LevelDisk;
  readonly #commits: GroupCommit<Append | Clear | Sweep>;
  readonly #sweeper = new Sweeper(
    { rows: () => this.#state.garbageRows, bulky: () => this.#state.bulky },
    () => this.#commits.add({ kind: 'sweep', bytes: 0, alone: false }),
  );
  readonly #maxWaiting: number;
  #closing: Promise<void> | undefined;
  #probe: NodeJS.Timeout | undefined;

  constructor(options: LevelStoreOptions) {
    this.#options = options;
    const { maxBytes = STORE_LIMITS.maxBytes } = options;
    this.#commits = new GroupCommit({
      commit: (group) => this.#commit(group),
      maxBytes: share(maxBytes, GROUP_BYTES),
    });
    this.#maxWaiting = share(maxBytes, MAX_WAITING_BYTES);
    this.#state = new DiskState(
      (channel) => this.#table.logs.get(channel),
      options.spareLength ?? share(maxBytes, SPARE_LENGTH),
    );
    this.#table = new ChannelTable({
      ...options,
      onDrop: (channel, entry) => this.#state.discardEntry(channel, entry),
      onDropId: (key, what) => this.#state.discard(idRow(key, what)),
      onDropChannel: (channel) => this.#state.forget(channel),
    });
    const { location, durability, open } = options;
    this.#disk = new LevelDisk({
      location,
      diskState: this.#state,
      sync: durability !== 'os',
      open,
    });
  }

  async open(): Promise<void> {
    const { location, onProgress } = this.#options;
    const folder = await this.#disk.open();
    try {
      await restore({ folder, location, table: this.#table, diskState: this.#state, onProgress });
      await this.#disk.compare();
    } catch (error) {
      await this.#disk.close();
      throw error;
    }
    this.#sweeper.later();
  }

  get history(): HistoryStore | undefined {
    return this.#table.history;
  }

  async append(channel: string, items: Item[], options?: AppendOptions): Promise<AppendResult> {
    let bytes = 0;
    for (const { json } of items) bytes += json.length + 100;
    const result = await new Promise<AppendResult>((resolve, reject) => {
      this.#enqueue({
        kind: 'append',
        channel,
        items,
        options,
        resolve,
        reject,
        bytes,
        alone: false,
      });
    });
    const waits = this.#table.history?.waits(channel);
    if (waits) await waits;
    return result;
  }

  clear(channel: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'clear', channel, resolve, reject, bytes: 100, alone: true });
    });
  }

  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice {
    return this.#table.read(channel, since, limit);
  }

  watch(channel: string, onAdvance: () => void): Watch {
    return this.#table.watch(channel, onAdvance);
  }

  list(): ChannelInfo[] {
    return this.#table.list();
  }

  info(channel: string): ChannelInfo | undefined {
    return this.#table.info(channel);
  }

  health(): StoreHealth {
    const { error } = this.#disk;
    const { counts } = this.#table;
    return error ? { ok: false, reason: error.message, ...counts } : { ok: true, ...counts };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#sweeper.end();
    clearTimeout(this.#probe);
    await this.#commits.idle();
    await this.#disk.close();
  }

  #enqueue(job: Append | Clear): void {
    if (this.#closing) job.reject(new ProtocolError('draining', 'the store is closed'));
    else if (this.#commits.waitingBytes > this.#maxWaiting) job.reject(refusal(TOO_SLOW));
    else this.#commits.add(job);
  }

  /** Commits a group: all of it is on the disk before any of it is visible. */
  async #commit(group: (Append | Clear | Sweep)[]): Promise<void> {
    try {
      if (this.#disk.error) await this.#disk.mend();
    } catch (error) {
      this.#probeLater();
      return rejectAll(group, error);
    }
    const [first] = group;
    if (first?.kind === 'clear') return this.#commitClear(first);
    const batch = new Batch();
    const jobs: Append[] = [];
    const results: AppendResult[] = [];
    let { due } = this.#sweeper;
    for (const job of group) {
      if (job.kind === 'sweep') due = true;
      if (job.kind !== 'append') continue;
      try {
        const staged = this.#table.stage(job, batch);
        results.push('result' in staged ? staged.result : staged);
        jobs.push(job);
      } catch (error) {
        job.reject(error);
      }
    }
    const draft = new CommitDraft(this.#state);
    const entries = draft.putBatch(batch, this.#table.ids);
    if (due) draft.sweep(this.#sweeper.most(entries));
    if (this.#state.crowded) draft.settle(Math.max(SETTLED, 2 * entries));
    try {
      if (draft.rows.list.length > 0) await this.#disk.write(draft);
    } catch (error) {
      this.#probeLater();
      return rejectAll(jobs, error);
    }
    this.#table.apply(batch);
    for (let i = 0; i < jobs.length; i++) jobs[i]?.resolve(results[i] as AppendResult); // One each.
    if (due) this.#sweeper.goOn();
    else this.#sweeper.later();
  }

  /** Retries by itself after a write that found no room, since a load balancer sends no requests to an unhealthy server. */
  #probeLater(): void {
    if (this.#closing || this.#probe || this.#disk.error?.code !== 'no-room') return;
    this.#probe = setTimeout(() => {
      this.#probe = undefined;
      this.#commits.add({ kind: 'sweep', bytes: 0, alone: false });
    }, PROBE_MS).unref();
  }

  async #commitClear({ channel, resolve, reject }: Clear): Promise<void> {
    const log = this.#table.logs.get(channel);
    if (!log || log.empty) return resolve(false);
    const tag = newTag(this.#table.random);
    const v = log.head + 1;
    const draft = new CommitDraft(this.#state);
    draft.putState(stateRow(channel, { v, tag, clearedAt: v }));
    for (const { name, log } of this.#table.history?.tiersOf(channel) ?? []) {
      const at = log.head + 1;
      draft.putState(stateRow(name, { v: at, tag, clearedAt: at }));
    }
    try {
      await this.#disk.write(draft);
    } catch (error) {
      this.#probeLater();
      return reject(refusal(error));
    }
    this.#table.clear(channel, log, tag); // Discards its entries.
    this.#table.signal(channel);
    resolve(true);
    this.#sweeper.later();
  }
}

function rejectAll(jobs: (Append | Clear | Sweep)[], error: unknown): void {
  for (const job of jobs) if (job.kind !== 'sweep') job.reject(refusal(error));
}
