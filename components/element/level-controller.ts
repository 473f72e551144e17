import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LpLevelEvent } from '../data/events.ts';
import type { Crossing, Judgement } from '../data/level-watch.ts';
import { LevelWatch, worstLevel } from '../data/level-watch.ts';
import type { Level } from '../data/levels.ts';
import type { Words } from '../locale/messages.ts';
import { isVisible } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { sayLevel } from './announcer.ts';
import type { ChannelData, ElementStep } from './channel-data.ts';
import type { Announce } from './element-status.ts';

/** The element whose level is watched. */
export interface LevelHost extends ReactiveControllerHost, HTMLElement {
  announce: Announce;
  levelFor: string | number | undefined;
}

/** Options of `LevelController`. */
export interface LevelControllerOptions {
  held: ChannelData;
  words: () => Words;
  /** Returns the levels of a step's data in the order of time; undefined if the element calls `set` or `take` itself. */
  judge: (step: Pick<ElementStep, 'entries'>) => Judgement[] | undefined;
  /** Runs the computation of an update, which calls `set`. */
  compute: () => void;
}

/** One series: its level over time, and the level of its newest data. */
interface Watched {
  watch: LevelWatch;
  name: string;
  /** Time of the newest data of which the level is known. Older data are late and change nothing. */
  t: number;
  /** Level of the newest data. Undefined, with `isJudged` false, where only the drawn value is known. */
  level: Level | undefined;
  isJudged: boolean;
}

/**
 * Keeps the levels of an element, one for each series or row. They follow the data, also in a hidden tab. Each crossing of a
 * limit fires `lp-level` once and is announced. The element's own level is the worst of them.
 */
export class LevelController implements ReactiveController {
  #host: LevelHost;
  #options: LevelControllerOptions;
  #watched = new Map<string, Watched>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the newest step was live data, not history. */
  #isAfterHistory = false;

  constructor(host: LevelHost, options: LevelControllerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
    options.held.levels = {
      onDelivered: (step) => this.#onDelivered(step),
      levelOf: (step) => worstLevel([...newestOf(options.judge(step) ?? []).values()]),
    };
  }

  /** Worst level of all series. */
  get level(): Level | undefined {
    return worstLevel([...this.#watched.values()].map(({ watch }) => watch));
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Sets the levels of drawn values. If the level of the data is known already, it changes only by what the page or the time
   * has changed: a limit, or a value that is now out of date. `isWhole`: removes all other series.
   */
  set(drawn: readonly Judgement[], isWhole: boolean): void {
    if (isWhole) this.#keep(new Set(drawn.map(keyOf)));
    for (const each of drawn) this.#setOne(each);
    this.#settleLater();
  }

  /**
   * Accepts the levels of new data in the order of time. Each one counts, so two limits crossed in one step are two crossings.
   * A history (`isHistory`) causes no crossing. Data older than those before change nothing.
   */
  take(judged: readonly Judgement[], isHistory: boolean): void {
    if (isHistory) {
      for (const each of newestOf(judged).values()) this.#note(each)?.watch.set(each);
    } else
      for (const each of judged) {
        const watched = this.#note(each);
        if (watched) this.#dispatch(watched.watch.take(each), each, watched.name);
      }
    this.#settleLater();
  }

  #onDelivered(step: ElementStep): void {
    for (const key of step.gone ?? []) this.#watched.delete(key);
    if (step.kind === 'none') return;
    const judged = this.#options.judge(step);
    const isReset = step.kind === 'reset';
    const isHistory = isReset || !step.outside;
    this.#isAfterHistory = !isHistory;
    if (judged) {
      if (isReset) this.#watched.clear();
      this.take(judged, isHistory);
    }
    if (!judged?.length && step.outside && !isVisible()) this.#options.compute();
  }

  #setOne(drawn: Judgement): void {
    const watched = this.#of(drawn);
    const { watch, isJudged, level } = watched;
    const isCrossing = !isJudged && this.#options.held.isNews && this.#isAfterHistory;
    watched.level = drawn.level;
    if (isCrossing) this.#dispatch(watch.take(drawn), drawn, watched.name);
    else if (!isJudged || drawn.level !== level) watch.set(drawn);
  }

  /** Records the level of new data; returns undefined for late data. */
  #note(judged: Judgement): Watched | undefined {
    const watched = this.#of(judged);
    const { t = Number.NEGATIVE_INFINITY, level } = judged;
    if (t < watched.t) return undefined;
    return Object.assign(watched, { t, level, isJudged: true });
  }

  #of(judged: Judgement): Watched {
    const key = keyOf(judged);
    let watched = this.#watched.get(key);
    if (!watched) {
      const watch = new LevelWatch({ forMs: () => this.#forMs, now: () => Date.now() });
      watched = { watch, name: '', t: Number.NEGATIVE_INFINITY, level: undefined, isJudged: false };
      this.#watched.set(key, watched);
    }
    if (judged.name !== undefined) watched.name = judged.name;
    return watched;
  }

  #keep(keys: ReadonlySet<string>): void {
    for (const key of this.#watched.keys()) if (!keys.has(key)) this.#watched.delete(key);
  }

  get #forMs(): number {
    return parseDurationMs(this.#host.levelFor) ?? 0;
  }

  // Uses a timer of its own, because the page's clock stops in a hidden tab.
  #settleLater(): void {
    clearTimeout(this.#timer);
    const forMs = this.#forMs;
    if (forMs === 0 || !Number.isFinite(forMs)) return;
    this.#timer = setTimeout(() => {
      for (const [key, { watch, name }] of this.#watched)
        this.#dispatch(watch.settle(), { key }, name);
      this.#host.requestUpdate();
    }, forMs);
  }

  #dispatch(
    crossing: Crossing | undefined,
    { key = '' }: Pick<Judgement, 'key'>,
    name: string,
  ): void {
    if (!crossing) return;
    const { level, previous, value } = crossing;
    const { held, words } = this.#options;
    this.#host.dispatchEvent(new LpLevelEvent({ level, previous, value, key }));
    const isOne = this.#watched.size < 2;
    const full = isOne ? held.name : [held.name, name || key].filter(Boolean).join(' · ');
    if (this.#host.announce !== 'off') sayLevel(full, level, previous, words());
  }
}

const keyOf = ({ key = '' }: Judgement): string => key;

/** Returns the last judgement of each key, from judgements in the order of time. */
const newestOf = (judged: readonly Judgement[]): Map<string, Judgement> =>
  new Map(judged.map((each) => [keyOf(each), each]));
