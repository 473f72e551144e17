/** One job that waits to be committed. */
export interface Job {
  /** Approximate size; limits a group, and the queue. */
  readonly bytes: number;
  /** Whether it must be alone in its group. */
  readonly alone: boolean;
}

/** Options of `GroupCommit`. */
export interface GroupCommitOptions<T extends Job> {
  /** Commits a group. Must settle its jobs itself and not reject. */
  commit: (group: T[]) => Promise<void>;
  maxJobs?: number;
  maxBytes?: number;
}

/**
 * Commits one group of jobs at a time; the jobs that arrive during a commit make up the next group. Jobs of one turn of the
 * event loop are committed together.
 */
export class GroupCommit<T extends Job> {
  /** Number of bytes that wait. */
  waitingBytes = 0;
  readonly #options: Required<GroupCommitOptions<T>>;
  #queue: T[] = [];
  #running: Promise<void> | undefined;

  constructor({ commit, maxJobs = 2_000, maxBytes = 4_000_000 }: GroupCommitOptions<T>) {
    this.#options = { commit, maxJobs, maxBytes };
  }

  add(job: T): void {
    this.#queue.push(job);
    this.waitingBytes += job.bytes;
    this.#running ??= this.#run();
  }

  /** Resolves when no job waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // Wait for the other jobs of this turn.
    while (this.#queue.length > 0) await this.#options.commit(this.#next());
    this.#running = undefined;
  }

  #next(): T[] {
    const { maxJobs, maxBytes } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const job of this.#queue) {
      if (count > 0 && (job.alone || count >= maxJobs || bytes + job.bytes > maxBytes)) break;
      bytes += job.bytes;
      count++;
      if (job.alone) break;
    }
    this.waitingBytes -= bytes;
    return this.#queue.splice(0, count);
  }
}
