import { type Part, parseCursor } from '../../protocol/lp1.ts';

/**
 * What the client does with a channel's part of a response. `apply`: it applies the part. `late`: it drops the part,
 * which does not begin at the client's cursor. `damaged`: it drops the part and requests the channel again from the
 * start.
 */
export type Step = 'apply' | 'late' | 'damaged';

/**
 * Returns what to do with a part of a response. The rule: a part is applied if, and only if, its `from` equals the
 * cursor that the client holds now ('' = none). So a response that is lost, repeated, delayed, reordered, cached, or
 * from before a restart of the server can neither lose nor repeat an entry.
 */
export function stepOf(held: string, part: Part): Step {
  if (part.from !== held) return 'late';
  const isComplete = part.reset || part.skips ? ascends(part) : continues(part);
  return isComplete ? 'apply' : 'damaged';
}

/** Whether a delta is complete: it holds each version after `from` up to `to`, once and in order. */
function continues({ from, to, entries }: Part): boolean {
  const start = parseCursor(from);
  if (!start) return false; // without a cursor, only a reset can be applied
  let { v } = start;
  for (const entry of entries) {
    if (entry.v !== v + 1) return false;
    v = entry.v;
  }
  return parseCursor(to)?.v === v;
}

/**
 * Whether the versions of a part ascend and do not exceed `to`. This is all that can be checked where versions may be
 * missing: in a reset (retention is per key), in the further parts of a reset that is delivered in several responses
 * (their cursors have a position, `at`), and in a part with `skips`.
 */
function ascends({ from, to, reset, entries }: Part): boolean {
  const start = reset ? undefined : parseCursor(from);
  if (!reset && !start) return false; // without a cursor, only a reset can be applied
  let v = start?.at ?? start?.v ?? 0;
  for (const entry of entries) {
    if (entry.v <= v) return false;
    v = entry.v;
  }
  return v <= (parseCursor(to)?.v ?? -1);
}
