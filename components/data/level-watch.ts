import type { Level } from './levels.ts';

/** The level of a value, and the value. */
export interface Judgement {
  level: Level | undefined;
  value: unknown;
  /** Key of its series or row. Default `''`: the element shows one value. */
  key?: string;
  /** Name of the series or row for people. */
  name?: string | undefined;
  /** Time of the data in ms. */
  t?: number;
  /** The level by limits moved by the hysteresis: equal to `level`, or worse. Default: `level`. */
  eased?: Level | undefined;
}

const BADNESS: (Level | undefined)[] = [undefined, 'ok', 'warn', 'danger'];

/** Returns the worst of several levels; undefined if none has one. */
export const worstLevel = (all: readonly { level: Level | undefined }[]): Level | undefined =>
  all.reduce<Level | undefined>(
    (worst, { level }) => (BADNESS.indexOf(level) > BADNESS.indexOf(worst) ? level : worst),
    undefined,
  );

/** Returns the level after `before`, with hysteresis: a bad level ends only if the value is also good by the moved thresholds. */
function heldBack(
  { level, eased = level }: Judgement,
  before: Level | undefined,
): Level | undefined {
  const [now, most, was] = [level, eased, before].map((each) => BADNESS.indexOf(each)) as [
    number,
    number,
    number,
  ];
  return level === undefined ? undefined : BADNESS[Math.max(now, Math.min(was, most))];
}

/** A level that was entered. */
export interface Crossing extends Judgement {
  previous: Level | undefined;
}

/** Options of `LevelWatch`. */
export interface LevelWatchOptions {
  /** Time in ms for which a new level has to last until it counts. Default 0: at once. */
  forMs: () => number;
  now: () => number;
}

/**
 * The level of a value over time, from its data, whether they are drawn or not. With `forMs` a level counts only after it has lasted
 * that long, so that a value which oscillates around a limit does not raise an alarm each time.
 */
export class LevelWatch {
  /** The level in effect. */
  level: Level | undefined;
  #options: LevelWatchOptions;
  /** A level that has not lasted long enough yet. */
  #next: { judged: Judgement; sinceMs: number } | undefined;

  constructor(options: LevelWatchOptions) {
    this.#options = options;
  }

  /** Sets the level without reporting a crossing: from a history, or because the page changed a limit. */
  set({ level }: Judgement): void {
    this.level = level;
    this.#next = undefined;
  }

  /** Records the level of new data. Returns the crossing, if it causes one. */
  take({ value, ...given }: Judgement): Crossing | undefined {
    const judged = { level: heldBack({ value, ...given }, this.level), value };
    if (judged.level === this.level) {
      this.#next = undefined;
      return undefined;
    }
    const pending = this.#next?.judged.level === judged.level ? this.#next : undefined;
    const sinceMs = pending?.sinceMs ?? this.#options.now();
    this.#next = { judged, sinceMs };
    return this.settle();
  }

  /** Returns the crossing, if a level has lasted for `forMs`. Call it when that time may have passed. */
  settle(): Crossing | undefined {
    const next = this.#next;
    if (!next || this.#options.now() - next.sinceMs < this.#options.forMs()) return undefined;
    const previous = this.level;
    this.level = next.judged.level;
    this.#next = undefined;
    return { ...next.judged, previous };
  }
}
