import { type ChannelLog, newTag } from '../channel-log.ts';
import { type Cursor, ProtocolError } from '../protocol.ts';
import type {
  AppendOptions,
  AppendResult,
  ChannelInfo,
  Item,
  ReadLimit,
  Slice,
  Store,
  StoreLimits,
  Watch,
} from '../store.ts';
import { Batch, ChannelTable } from './channel-table.ts';
import { GroupCommit } from './group-commit.ts';
import { idKey } from './id-window.ts';
import { type Folder, openFolder } from './level-folder.ts';
import { Ledger, LedgerDraft } from './level-ledger.ts';
import { Digest, DIGEST_KEY, entryRow, idRow, parseValue, stateRow } from './level-records.ts';
import { restore } from './level-restore.ts';
import { StoreError } from './store-error.ts';

export interface LevelStoreOptions extends Partial<StoreLimits> {
  /** The data folder; made where it is missing. One process at a time. */
  location: string;
  /**
   * `commit` (default): an append resolves, and is seen, when it is synced to the disk.
   * `os`: when the operating system has it; survives the death of the process, not a power cut.
   */
  durability?: 'commit' | 'os' | undefined;
  /** Told now and then, while opening, how many entries have been read so far. */
  onProgress?: ((entries: number) => void) | undefined;
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
  /** Opens the folder; tests put a faulty one in its place. */
  open?: ((location: string) => Promise<Folder>) | undefined;
}

/**
 * Keeps channels in a folder, by LevelDB: what is acknowledged outlives the process and the machine's power.
 * All reads are from memory; the disk is read once, here.
 * @throws StoreError `in-use`, `no-access`, `no-room`, `damaged`
 */
export async function levelStore(options: LevelStoreOptions): Promise<Store> {
  const store = new LevelStore(options);
  await store.open();
  return store;
}

type Job =
  | {
      kind: 'append';
      channel: string;
      items: Item[];
      options: AppendOptions | undefined;
      resolve: (result: AppendResult) => void;
      reject: (error: unknown) => void;
    }
  | {
      kind: 'clear';
      channel: string;
      resolve: (had: boolean) => void;
      reject: (error: unknown) => void;
    }
  | { kind: 'sweep' };

/** Deletions per commit, so that a large trim does not hold up appends. */
const SWEEP_ROWS = 1_000;
/** Deletions worth a floor of their own. */
const SWEEP_AT = 256;
const SWEEP_AFTER_MS = 1_000;
const MAX_WAITING_BYTES = 64_000_000;

class LevelStore implements Store {
  readonly kind = 'level';
  readonly #options: LevelStoreOptions;
  readonly #table: ChannelTable;
  readonly #ledger = new Ledger();
  readonly #commits = new GroupCommit<Job>({ commit: (group) => this.#commit(group) });
  #folder: Folder | undefined;
  /** Why appends are refused. `no-room` may pass; anything else lasts until the store is opened anew. */
  #trouble: StoreError | undefined;
  /** The commit that failed: it may lie on the disk all the same. */
  #refused: LedgerDraft | undefined;
  #sweeping: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LevelStoreOptions) {
    this.#options = options;
    this.#table = new ChannelTable({
      ...options,
      onDrop: (channel, entry) => this.#ledger.discard(entryRow(channel, entry)),
      onDropId: (key, what) => this.#ledger.discard(idRow(key, what)),
      onDropChannel: (channel) => this.#ledger.forget(channel),
    });
  }

  async open(): Promise<void> {
    const { location, onProgress } = this.#options;
    const folder = await this.#openFolder();
    this.#folder = folder;
    try {
      await restore({ folder, location, table: this.#table, ledger: this.#ledger, onProgress });
    } catch (error) {
      await folder.close();
      throw error;
    }
    this.#sweepLater();
  }

  append(channel: string, items: Item[], options?: AppendOptions): Promise<AppendResult> {
    const bytes = items.reduce((sum, { json }) => sum + json.length + 100, 0);
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'append', channel, items, options, resolve, reject }, bytes);
    });
  }

  clear(channel: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'clear', channel, resolve, reject }, 100);
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

  check(): void {
    if (this.#trouble) throw refusal(this.#trouble);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#sweeping);
    await this.#commits.idle();
    await this.#folder?.close();
    this.#folder = undefined;
  }

  #enqueue(job: Exclude<Job, { kind: 'sweep' }>, bytes: number): void {
    if (this.#closing) job.reject(new ProtocolError('draining', 'the store is closed'));
    else if (this.#commits.waitingBytes > MAX_WAITING_BYTES) job.reject(refusal(TOO_SLOW));
    else this.#commits.add({ what: job, bytes, alone: job.kind === 'clear' });
  }

  /** Commits a group: all of it is on the disk before any of it is seen. */
  async #commit(group: Job[]): Promise<void> {
    try {
      await this.#mend();
    } catch (error) {
      return rejectAll(group, error);
    }
    const [first] = group;
    if (first?.kind === 'clear') return this.#commitClear(first);
    const batch = new Batch();
    const settle: [job: Job & { kind: 'append' }, result: AppendResult][] = [];
    for (const job of group) {
      if (job.kind !== 'append') continue;
      try {
        const staged = this.#table.stage(job, batch);
        settle.push([job, 'result' in staged ? staged.result : staged]);
      } catch (error) {
        job.reject(error);
      }
    }
    const draft = this.#draft(batch, group);
    try {
      if (draft.changes.length > 0) await this.#write(draft);
    } catch (error) {
      return rejectAll(
        settle.map(([job]) => job),
        error,
      );
    }
    this.#table.apply(batch);
    for (const [job, result] of settle) job.resolve(result);
    this.#sweepLater();
  }

  #draft(batch: Batch, group: Job[]): LedgerDraft {
    const draft = new LedgerDraft(this.#ledger);
    for (const { channel, entries, id, print, result, at } of batch.staged) {
      if (entries[0]?.v === 1) draft.revive(channel);
      for (const entry of entries) draft.put(entryRow(channel, entry));
      if (id === undefined) continue;
      const key = idKey(channel, id);
      const old = this.#table.ids.get(key);
      draft.put(idRow(key, { print, result, at }), old && idRow(key, old));
    }
    const due = this.#ledger.garbage.size >= SWEEP_AT || group.some(({ kind }) => kind === 'sweep');
    if (due) this.#sweep(draft);
    return draft;
  }

  async #commitClear({ channel, resolve, reject }: Job & { kind: 'clear' }): Promise<void> {
    const log = this.#table.logs.get(channel);
    if (!log || log.empty) return resolve(false);
    const tag = newTag(this.#table.random);
    const v = log.head + 1;
    const draft = new LedgerDraft(this.#ledger);
    draft.putState(stateRow(channel, { floor: v, floorTag: tag, clearedAt: v }));
    try {
      await this.#write(draft);
    } catch (error) {
      return reject(refusal(error));
    }
    this.#table.clear(log, tag); // discards its entries
    this.#table.signal(channel);
    resolve(true);
    this.#sweepLater();
  }

  async #write(draft: LedgerDraft): Promise<void> {
    try {
      await (this.#folder as Folder).write(draft.sealed(), this.#options.durability !== 'os');
    } catch (error) {
      this.#trouble = error instanceof StoreError ? error : failed(error);
      this.#refused = draft;
      throw error;
    }
    draft.done();
  }

  /**
   * After a commit that found no room, LevelDB's log may end in a torn record, which it would go on behind. So it is
   * opened anew, and what it then holds must be what was acknowledged; a refused commit that is there is taken out.
   */
  async #mend(): Promise<void> {
    if (!this.#trouble) return;
    if (this.#trouble.code !== 'no-room') throw this.#trouble;
    await this.#folder?.close().catch(() => {}); // its trouble is known
    this.#folder = undefined;
    const folder = await this.#openFolder();
    this.#folder = folder;
    const value = await folder.get(DIGEST_KEY);
    const digest = value && parseValue(DIGEST_KEY, value)?.row.body;
    const held = digest ?? String(new Digest());
    if (held === String(this.#refused?.digest)) {
      this.#refused?.disown();
      this.#refused = undefined;
      const draft = new LedgerDraft(this.#ledger);
      this.#sweep(draft, Infinity);
      await this.#write(draft);
    } else if (held !== String(this.#ledger.digest)) {
      this.#trouble = failed('another process wrote to it meanwhile');
      throw this.#trouble;
    }
    this.#refused = undefined;
    this.#trouble = undefined;
  }

  #sweep(draft: LedgerDraft, max: number = SWEEP_ROWS): void {
    draft.sweep(max, (channel) => {
      const log: ChannelLog | undefined = this.#table.logs.get(channel);
      if (log) draft.putState(stateRow(channel, log));
    });
  }

  /** Tidies the disk when nothing else does. */
  #sweepLater(): void {
    if (this.#sweeping || this.#closing || this.#ledger.garbage.size === 0) return;
    const afterMs = this.#ledger.garbage.size > SWEEP_ROWS ? 0 : SWEEP_AFTER_MS;
    this.#sweeping = setTimeout(() => {
      this.#sweeping = undefined;
      this.#commits.add({ what: { kind: 'sweep' }, bytes: 0, alone: false });
    }, afterMs).unref();
  }

  #openFolder(): Promise<Folder> {
    const { location, open = openFolder } = this.#options;
    return open(location);
  }
}

const TOO_SLOW = new StoreError('no-room', 'the disk does not keep up with what is appended');

const failed = (cause: unknown): StoreError =>
  new StoreError('failed', `the data folder failed: ${String(cause)}`, { cause });

/** What an append that can't be kept is told. */
const refusal = (error: unknown): ProtocolError =>
  new ProtocolError(
    'overloaded',
    `the store takes no appends: ${error instanceof Error ? error.message : String(error)}`,
    { retryAfter: 5, cause: error },
  );

function rejectAll(jobs: Job[], error: unknown): void {
  for (const job of jobs) if (job.kind !== 'sweep') job.reject(refusal(error));
}
