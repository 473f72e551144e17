import type { ResetReason } from '../../protocol/lp1.ts';
import type { Answer } from './answer.ts';

const WAKE_EDGES_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const HOLD_EDGES_MS = [100, 1_000, 5_000, 10_000, 15_000, 20_000, 25_000, 55_000];

/** What the hub counts, plain numbers on its hot path; `metrics.ts` tells them. */
export class HubStats {
  /** Polls answered with news, and with none. */
  answered = 0;
  empty = 0;
  /** Polls refused while they waited, and polls whose client left. */
  failed = 0;
  gone = 0;
  /** How long polls were held, ms. */
  readonly holds: Histogram = new Histogram(HOLD_EDGES_MS);
  /** Sum of all holds, ms, each once for every channel that it waited for. */
  listenedMs = 0;
  entries = 0;
  bytes = 0;
  /** Distinct answers made; `answered + empty` over this is how many readers shared one. */
  answersBuilt = 0;
  /** Times that appends woke somebody: ms from append to the last answer written. */
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

/** Counts values by size: two additions on a hot path, told to Prometheus when it asks. */
export class Histogram {
  /** Values of at most `edges[i]`, and more than the edge before; the last counts those past all edges. */
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
