import type { Level } from './levels.ts';

/** A level that a value has, and the value. */
export interface Judgement {
  level: Level | undefined;
  value: unknown;
  /** Series or row that has it. Default `''`: the element shows one value. */
  key?: string;
  /** Name of the series or row for people. */
  name?: string | undefined;
  /** Time of the data in ms. */
  t?: number;
  /** The level by limits that are moved by the hysteresis: as bad as `level`, or worse. Default: `level`. */
  eased?: Level | undefined;
}

const BADNESS: (Level | undefined)[] = [undefined, 'ok', 'warn', 'danger'];

/** Returns the worst of several levels; undefined if none has one. */
export const worstLevel = (all: readonly { level: Level | undefined }[]): Level | undefined =>
  all.reduce<Level | undefined>(
    (worst, { level }) => (BADNESS.indexOf(level) > BADNESS.indexOf(worst) ? level : worst),
    undefined,
  );

/** Returns the level after `before`, with hysteresis: a bad level ends only if the eased thresholds say so too. */
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
  /** How long in ms a worse or better level has to last until it counts. Default 0: at once. */
  forMs: () => number;
  now: () => number;
}

/**
 * The level of a value over time, by its data, whether they are drawn or not. With `forMs` a level counts only once it has lasted
 * that long, so that a value which swings around a limit raises no alarm at each swing.
 */
export class LevelWatch {
  /** The level that counts. */
  level: Level | undefined;
  #options: LevelWatchOptions;
  /** A level that has not lasted long enough yet. */
  #next: { judged: Judgement; sinceMs: number } | undefined;

  constructor(options: LevelWatchOptions) {
    this.#options = options;
  }

  /** Sets the level without a crossing: of a history, or because the page changed a limit. */
  set({ level }: Judgement): void {
    this.level = level;
    this.#next = undefined;
  }

  /** Takes the level of new data. Returns the crossing, if that is one by now. */
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

  /** Call it after `forMs`, when a level may have lasted long enough. Returns the crossing, if it has. */
  settle(): Crossing | undefined {
    const next = this.#next;
    if (!next || this.#options.now() - next.sinceMs < this.#options.forMs()) return undefined;
    const previous = this.level;
    this.level = next.judged.level;
    this.#next = undefined;
    return { ...next.judged, previous };
  }
}
