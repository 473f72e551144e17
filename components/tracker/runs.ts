import type { BarLevel, Bucket, Check } from './buckets.ts';

/** A stretch of time in one state. It is read like a bar. */
export interface Run extends Bucket {
  /** The state in the word of the publisher or the page; '' where it has none. */
  word: string;
  /** Start in ms, which may be before the window. */
  startMs: number;
  /** Of a bucket of the history: the states in it. */
  parts?: readonly RunPart[];
}

/** A state within a bucket of the history. */
export interface RunPart extends Pick<Run, 'level' | 'text' | 'word'> {
  /** Number of checks. */
  n: number;
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

/**
 * Adds buckets of the history, whose states count by the number of their checks, to the runs that the page has. Buckets in the
 * same state are joined.
 */
export function withPastRuns(course: Course, past: readonly Run[]): Course {
  if (past.length === 0) return course;
  const all = [...past.filter(({ fromMs, toMs }) => toMs > fromMs), ...course.runs];
  const runs = joined(all);
  const { current } = course;
  const last = runs.at(-1);
  const isOlder = current && last && last.startMs < current.sinceMs;
  const sinceMs = isOlder ? last.startMs : (current?.sinceMs ?? 0);
  return {
    runs,
    current: current && { ...current, sinceMs, isOldest: runs.length === 1 },
    ...sumsOf(all),
  };
}

/** Time in ms by which runs of the history may be apart and still be one: entries do not come at the edges of buckets. */
const NEAR_MS = 1_000;

function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = [];
  for (const each of runs) {
    const run = { ...each };
    delete run.parts; // a joined run is in one state
    const last = result.at(-1);
    const isNext = last && run.fromMs - last.toMs <= NEAR_MS && isAlike(last, run);
    if (isNext) {
      last.toMs = Math.max(last.toMs, run.toMs);
      last.count += run.count;
      last.note = run.note ?? last.note;
    } else result.push(run);
  }
  return result;
}

/** Returns the share of good time within [fromMs, toMs); undefined where no time in it is good or bad. */
export function shareWithin(
  runs: readonly Run[],
  fromMs: number,
  toMs: number,
): number | undefined {
  const inside = runs
    .filter((run) => run.toMs > fromMs && run.fromMs < toMs)
    .map((run) => ({
      ...run,
      fromMs: Math.max(run.fromMs, fromMs),
      toMs: Math.min(run.toMs, toMs),
    }));
  return sumsOf(inside).share;
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

const isAlike = (
  run: Run,
  { level, word = '', unread }: Pick<Check, 'level' | 'word' | 'unread'>,
): boolean => run.level === level && run.word === word && run.unread === unread;

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
  for (const { level, word, lengthMs } of runs.flatMap((run) => shares(run))) {
    if (level === 'none') totals.set(word, (totals.get(word) ?? 0) + lengthMs);
    else if (level === 'ok') {
      goodMs += lengthMs;
      goodWord ||= word;
    } else if (level !== undefined) badMs += lengthMs;
  }
  if (badMs === 0 && totals.size > 0) {
    // Good or neither, such as a heating that is on or off: the time in each state is shown, not the share of good time.
    if (goodMs > 0) totals.set(goodWord, goodMs);
    goodMs = 0;
  }
  const judgedMs = goodMs + badMs;
  return { totals, goodWord, share: judgedMs > 0 ? goodMs / judgedMs : undefined };
}

/** The time of a run in each of its states; of a bucket of the history by the number of checks. */
function shares(run: Run): (Pick<Run, 'level' | 'word'> & { lengthMs: number })[] {
  const lengthMs = run.toMs - run.fromMs;
  const { parts } = run;
  if (!parts) return [{ level: run.level, word: run.word, lengthMs }];
  const all = parts.reduce((sum, { n }) => sum + n, 0);
  return parts.map(({ level, word, n }) => ({ level, word, lengthMs: (lengthMs * n) / all }));
}
