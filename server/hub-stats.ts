import type { Answer } from './answer.ts';
import type { ResetReason } from './protocol.ts';

/** What the hub counts, plain numbers on its hot path; `metrics.ts` tells them. */
export class HubStats {
  /** Polls answered with news, and with none. */
  answered = 0;
  empty = 0;
  /** Polls refused while they waited, and polls whose client left. */
  failed = 0;
  gone = 0;
  /** Sum of all holds. */
  heldMs = 0;
  /** The same, each hold once for every channel that it waited for. */
  listenedMs = 0;
  entries = 0;
  bytes = 0;
  /** Distinct answers made; `answered + empty` over this is how many readers shared one. */
  answersBuilt = 0;
  /** Times that appends woke somebody, and the sum of the ms from append to the last answer written. */
  wakes = 0;
  wakeMs = 0;
  readonly resets: Record<ResetReason, number> = { initial: 0, trimmed: 0, unknown: 0, cleared: 0 };

  count(answer: Answer): void {
    if (answer.resets.length === 0 && answer.entries === 0) this.empty++;
    else this.answered++;
    this.entries += answer.entries;
    this.bytes += answer.body.length;
    for (const reason of answer.resets) this.resets[reason]++;
  }
}
