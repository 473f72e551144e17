import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LpLevelEvent } from '../data/events.ts';
import type { Crossing, Judgement } from '../data/level-watch.ts';
import { LevelWatch } from '../data/level-watch.ts';
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
  /** Returns the levels of a step's data, in the order of time; none where the level is known only after drawing. */
  judge: (step: Pick<ElementStep, 'entries'>) => Judgement[];
  /** Computes what an update would draw, and with it `set`. */
  compute: () => void;
}

/** The level of an element: follows the data, also in a hidden tab, fires `lp-level` once per crossing and announces it. */
export class LevelController implements ReactiveController {
  #host: LevelHost;
  #options: LevelControllerOptions;
  #watch: LevelWatch;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest step was no history. */
  #isAfterHistory = false;
  /** The newest data's own level, by `judge`. */
  #judged: Judgement | undefined;

  constructor(host: LevelHost, options: LevelControllerOptions) {
    this.#host = host;
    this.#options = options;
    this.#watch = new LevelWatch({ forMs: () => this.#forMs, now: () => Date.now() });
    host.addController(this);
    options.held.levels = {
      onDelivered: (step) => this.#take(step),
      levelOf: (step) => options.judge(step).at(-1)?.level,
    };
  }

  get level(): Level | undefined {
    return this.#watch.level;
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** Sets the level of what is drawn: for data that `judge` covers, it changes only where the page changed a threshold. */
  set(drawn: Judgement): void {
    if (this.#judged) {
      if (drawn.level !== this.#judged.level) this.#watch.set(drawn);
      this.#judged = drawn;
      return;
    }
    const isCrossing = this.#options.held.isNews && this.#isAfterHistory;
    if (isCrossing) this.#tell(this.#watch.take(drawn));
    else this.#watch.set(drawn);
    this.#settleLater();
  }

  /** Each entry of a step counts: two limits crossed in one answer are two crossings. A history crosses none. */
  #take(step: ElementStep): void {
    const judged = this.#options.judge(step);
    const isHistory = step.kind === 'reset' || !step.outside;
    this.#judged = judged.at(-1) ?? (step.kind === 'reset' ? undefined : this.#judged);
    if (isHistory) this.#watch.set(judged.at(-1) ?? NOTHING);
    else for (const each of judged) this.#tell(this.#watch.take(each));
    this.#isAfterHistory = !isHistory;
    if (judged.length === 0 && step.outside && !isVisible()) this.#options.compute();
    this.#settleLater();
  }

  get #forMs(): number {
    return parseDurationMs(this.#host.levelFor) ?? 0;
  }

  // With its own timer: the page's clock stops in a hidden tab.
  #settleLater(): void {
    clearTimeout(this.#timer);
    const forMs = this.#forMs;
    if (forMs === 0 || !Number.isFinite(forMs)) return;
    this.#timer = setTimeout(() => {
      this.#tell(this.#watch.settle());
      this.#host.requestUpdate();
    }, forMs);
  }

  #tell(crossing: Crossing | undefined): void {
    if (!crossing) return;
    const { level, previous, value } = crossing;
    const { held, words } = this.#options;
    this.#host.dispatchEvent(new LpLevelEvent(level, previous, value));
    if (this.#host.announce !== 'off') sayLevel(held.name, level, previous, words());
  }
}

const NOTHING: Judgement = { level: undefined, value: undefined };
