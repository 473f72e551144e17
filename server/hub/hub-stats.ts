import type { ResetReason } from '../../protocol/lp1.ts';
import type { Answer } from './answer.ts';

const WAKE_EDGES_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const HOLD_EDGES_MS = [100, 1_000, 5_000, 10_000, 15_000, 20_000, 25_000, 55_000];

/** Counters of the hub: plain numbers, as they are changed on its hot path. `metrics.ts` exports them. */
export class HubStats {
  /** Numbers of polls answered with updates, and without. */
  answered = 0;
  empty = 0;
  /** Numbers of held polls that ended with an error, and of polls whose client disconnected. */
  failed = 0;
  gone = 0;
  /** Durations of holds, in ms. */
  readonly holds: Histogram = new Histogram(HOLD_EDGES_MS);
  /** Sum of all holds in ms, each counted once per channel of its poll. */
  listenedMs = 0;
  entries = 0;
  bytes = 0;
  /** Number of distinct responses made; `answered + empty` divided by this is the number of polls that shared one. */
  answersBuilt = 0;
  /** Time in ms from an append that woke a poll to the last response written. */
  readonly wakes: Histogram = new Histogram(WAKE_EDGES_MS);
  readonly resets: Record<ResetReason, number> = { initial: 0, trimmed: 0, unknown: 0, cleared: 0 };

  count(answer: Answer): void {
    if (answer.resets.length === 0 && answer.entries === 0) this.empty++;
    else this.answered++;
    this.entries += answer.entries;
    this.bytes += answer.bytes;
    for (const reason of answer.resets) this.resets[reason]++;
  }
}

/**
 * Counts values by size. An observation costs two additions; Prometheus text is made only when metrics are requested.
 */
export class Histogram {
  /** Number of values up to `edges[i]` and above the edge before; the last one counts those above all edges. */
  readonly counts: number[];
  count = 0;
  sum = 0;
  /** Upper edges, ascending, in the unit of the values. */
  readonly edges: readonly number[];

  constructor(edges: readonly number[]) {
    this.edges = edges;
    this.counts = Array.from({ length: edges.length + 1 }, () => 0);
  }

  observe(value: number): void {
    this.count++;
    this.sum += value;
    let i = 0;
    while (i < this.edges.length && value > (this.edges[i] as number)) i++;
    (this.counts[i] as number)++;
  }
}
