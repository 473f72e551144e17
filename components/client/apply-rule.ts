import { type Part, parseCursor } from '../../protocol/lp1.ts';

/**
 * What to do with a channel's part of an answer. `late`: drop it. `damaged`: drop it and request the channel again from the
 * start.
 */
export type Step = 'apply' | 'late' | 'damaged';

/**
 * The one rule: a part applies if, and only if, its `from` is the cursor that is held now ('' = nothing). Answers may
 * so be lost, doubled, delayed, reordered, cached, or come from a server's former life: none can do harm.
 */
export function stepOf(held: string, part: Part): Step {
  if (part.from !== held) return 'late';
  const whole = part.reset || part.skips ? ascends(part) : continues(part);
  return whole ? 'apply' : 'damaged';
}

/** A delta holds each version after `from` up to `to`, once and in order. */
function continues({ from, to, entries }: Part): boolean {
  const start = parseCursor(from);
  if (!start) return false; // a client without a cursor gets a reset
  let { v } = start;
  for (const entry of entries) {
    if (entry.v !== v + 1) return false;
    v = entry.v;
  }
  return parseCursor(to)?.v === v;
}

/**
 * A reset, and the remainder of one that was cut, may skip versions (retention is per key), but never goes back, nor past
 * `to`.
 */
function ascends({ from, to, reset, entries }: Part): boolean {
  const start = reset ? undefined : parseCursor(from);
  if (!reset && !start) return false; // a client without a cursor gets a reset
  let v = start?.at ?? start?.v ?? 0;
  for (const entry of entries) {
    if (entry.v <= v) return false;
    v = entry.v;
  }
  return v <= (parseCursor(to)?.v ?? -1);
}
