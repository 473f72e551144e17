import type { BarLevel, Bucket, Check } from './buckets.ts';

/** A stretch of time in one state. It is read like a bar. */
export interface Run extends Bucket {
  /** The state in the word of the publisher or the page; '' where it has none. */
  word: string;
  /** Start in ms, which may be before the window. */
  startMs: number;
}

/** The state now. */
export interface Current {
  level: BarLevel;
  word: string;
  /** Since when, in ms. */
  sinceMs: number;
  /** Whether nothing older is known, so that it may have lasted longer. */
  isOldest: boolean;
}

/** The states of a series over time. */
export interface Course {
  /** Within the window, oldest first, without overlap; the time between them is unknown. */
  runs: Run[];
  /** Undefined where it is unknown. */
  current: Current | undefined;
  /** Time in good states as a share of the time in states that are good or bad, 0 to 1; undefined without such. */
  share: number | undefined;
  /** The word of the good states; '' where they have none. */
  goodWord: string;
  /** Time in each state that is neither good nor bad, in ms, in the order in which they came. */
  totals: ReadonlyMap<string, number>;
}

/** Options of `courseOf`. */
export interface CourseOptions {
  windowMs: number;
  nowMs: number;
  /** Until when a check can hold: while the connection is lost nothing is known. Default: now. */
  knownUntilMs?: number | undefined;
  /** Time that a check is valid, ms; Infinity = until the next one. */
  holdMs: number;
}

/** Words for off or idle, among the states that are neither good nor bad. */
const REST = new Set(
  'off closed false no idle standby inactive locked away out dry clear vacant 0'.split(' '),
);

/** Whether a word means off or idle. */
export const isRest = (word: string): boolean => REST.has(word.trim().toLowerCase());

/** Returns the runs of time in one state, and their sums. Checks are in the order of time. */
export function courseOf(checks: readonly Check[], options: CourseOptions): Course {
  const { windowMs, nowMs } = options;
  const all = stretches(checks, options);
  const fromMs = nowMs - windowMs;
  const runs = all
    .filter(({ toMs }) => toMs > fromMs)
    .map((run) => ({ ...run, fromMs: Math.max(run.fromMs, fromMs) }));
  return { runs, current: currentOf(all, nowMs), ...sumsOf(runs) };
}

function stretches(checks: readonly Check[], options: CourseOptions): Run[] {
  const { nowMs, knownUntilMs = nowMs, holdMs } = options;
  const runs: Run[] = [];
  for (const [n, check] of checks.entries()) {
    if (check.t > nowMs) break;
    const nextMs = checks[n + 1]?.t ?? Infinity;
    const toMs = Math.min(nextMs, check.t + holdMs, Math.max(knownUntilMs, check.t), nowMs);
    const last = runs.at(-1);
    if (last && last.toMs >= check.t && isAlike(last, check)) join(last, check, toMs);
    else runs.push(runOf(check, toMs));
  }
  return runs;
}

const isAlike = (run: Run, { level, word = '', unread }: Check): boolean =>
  run.level === level && run.word === word && run.unread === unread;

function join(run: Run, { note }: Check, toMs: number): void {
  run.toMs = Math.max(run.toMs, toMs);
  run.count++;
  run.note = note ?? run.note;
}

const runOf = ({ t, level, text, word = '', note, unread }: Check, toMs: number): Run => ({
  startMs: t,
  fromMs: t,
  toMs,
  level,
  text: text ?? (word || undefined),
  word,
  count: 1,
  note,
  unread,
});

function currentOf(runs: readonly Run[], nowMs: number): Current | undefined {
  const last = runs.at(-1);
  if (last?.level === undefined || last.toMs < nowMs) return undefined;
  return { level: last.level, word: last.word, sinceMs: last.fromMs, isOldest: runs.length === 1 };
}

function sumsOf(runs: readonly Run[]): Pick<Course, 'share' | 'goodWord' | 'totals'> {
  const totals = new Map<string, number>();
  let goodMs = 0;
  let badMs = 0;
  let goodWord = '';
  for (const { level, word, fromMs, toMs } of runs) {
    if (level === 'none') totals.set(word, (totals.get(word) ?? 0) + toMs - fromMs);
    else if (level === 'ok') {
      goodMs += toMs - fromMs;
      goodWord ||= word;
    } else if (level !== undefined) badMs += toMs - fromMs;
  }
  if (badMs === 0 && totals.size > 0) {
    // Good or neither, such as a heating that is on or off: the time in each state is shown, not the share of good time.
    if (goodMs > 0) totals.set(goodWord, goodMs);
    goodMs = 0;
  }
  const judgedMs = goodMs + badMs;
  return { totals, goodWord, share: judgedMs > 0 ? goodMs / judgedMs : undefined };
}
