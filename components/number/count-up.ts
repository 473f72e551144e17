/** Duration in ms, the same as of all animations of the kit. */
const DURATION_MS = 200;

/** Options of `CountUp`. */
export interface CountUpOptions {
  /** Called when there is another number to show. */
  onStep: () => void;
  now?: () => number;
  /** Calls back before the next paint. Returns the function that cancels it. */
  nextFrame?: (callback: () => void) => () => void;
}

/**
 * A number that is animated to another one. A new target starts from the shown number, so that no value waits for an
 * animation to end.
 */
export class CountUp {
  #onStep: () => void;
  #now: () => number;
  #nextFrame: (callback: () => void) => () => void;
  #from = 0;
  #to: number | undefined;
  #startedAt = 0;
  #cancel: (() => void) | undefined;

  constructor({
    onStep,
    now = (): number => performance.now(),
    nextFrame = pageFrame,
  }: CountUpOptions) {
    this.#onStep = onStep;
    this.#now = now;
    this.#nextFrame = nextFrame;
  }

  /** The number to show now, with at most the fraction digits of the target; undefined before the first. */
  get shown(): number | undefined {
    const to = this.#to;
    if (to === undefined || !this.#cancel) return to;
    const done = Math.min(1, (this.#now() - this.#startedAt) / DURATION_MS);
    const between = this.#from + (to - this.#from) * (1 - (1 - done) ** 3);
    return Number(between.toFixed(fractionDigits(to)));
  }

  /** Sets the target; without `animated` it is reached at once. */
  aim(to: number | undefined, animated: boolean): void {
    if (to === this.#to) return;
    const from = this.shown;
    this.stop();
    this.#to = to;
    if (!animated || from === undefined || to === undefined) return;
    this.#from = from;
    this.#startedAt = this.#now();
    this.#step();
  }

  /** Ends the animation at the target. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #step(): void {
    this.#cancel = this.#nextFrame(() => {
      this.#cancel = undefined;
      if (this.#now() - this.#startedAt < DURATION_MS) this.#step();
      this.#onStep();
    });
  }
}

function pageFrame(callback: () => void): () => void {
  const frame = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(frame);
}

const fractionDigits = (number: number): number =>
  Math.min(6, String(number).split('.')[1]?.length ?? 0);
