import type { Span } from '../drawing/frame.ts';

/** Shortest window that a chart shows. */
const LEAST_WINDOW_MS = 1_000;

/** Options of `ViewedSpan`. */
export interface ViewedSpanOptions {
  /** Time in ms of the right edge while the view follows the data. */
  edge: () => number;
  /** Length of the window in ms. */
  windowMs: () => number;
}

/** The span of time that a viewer looks at: the newest window, or one that the viewer chose and that stays. */
export class ViewedSpan {
  /** The chosen span; undefined while the view follows the data. */
  held: Span | undefined;
  readonly #options: ViewedSpanOptions;

  constructor(options: ViewedSpanOptions) {
    this.#options = options;
  }

  /** Time in ms of the right edge while the view follows the data. */
  get edge(): number {
    return this.#options.edge();
  }

  /** Length of the window in ms. */
  get windowMs(): number {
    return Math.max(LEAST_WINDOW_MS, this.#options.windowMs());
  }

  /** What is in view. */
  get span(): Span {
    const toT = this.#options.edge();
    return this.held ?? { fromT: toT - this.windowMs, toT };
  }

  /** Stays at a span. undefined, or a span that holds the whole newest window, follows the data again. */
  hold(span: Span | undefined): void {
    const isWidest =
      span && span.toT - span.fromT >= this.windowMs && span.toT >= this.#options.edge();
    this.held = isWidest ? undefined : span;
  }
}
