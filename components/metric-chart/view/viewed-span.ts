import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { calendarStart, type CalendarSpan, type LocalDayOptions } from '../../data/local-day.ts';
import { parseDurationMs } from '../../shared/duration.ts';
import { onRange, type TimeRange } from '../../shared/range.ts';
import type { Span } from '../drawing/frame.ts';

/** Shortest window that a chart shows. */
const LEAST_WINDOW_MS = 1_000;

/** Windows that begin with a day, week or month of the calendar. */
export const CALENDAR_WINDOWS: readonly CalendarSpan[] = ['today', 'week', 'month'];

const MINUTE = 60_000;

/** The start of a calendar window that was computed last: it is needed in each frame. */
let lastStart = { key: '', fromT: 0 };

/**
 * Returns the length in ms of a window that ends at `toT`: a duration, or the time since `today`, this `week` or this `month`
 * began. Undefined for any other text. A calendar window grows in steps, so that what is drawn can be used again; it begins
 * up to a step late, never early: a counter that starts from 0 at midnight must not show yesterday's last value.
 */
export function windowLength(
  window: string | undefined,
  toT: number,
  options: LocalDayOptions,
): number | undefined {
  const span = CALENDAR_WINDOWS.find((each) => each === window);
  if (!span) return parseDurationMs(window);
  if (!Number.isFinite(toT)) return undefined;
  const { timeZone = '', language } = options;
  const key = `${span} ${timeZone} ${language} ${Math.floor(toT / MINUTE)}`;
  if (key !== lastStart.key) lastStart = { key, fromT: calendarStart(span, toT, options) };
  const ms = toT - lastStart.fromT;
  const stepMs = ms > 360 * MINUTE ? MINUTE : MINUTE / 6;
  return Math.max(MINUTE, Math.floor(ms / stepMs) * stepMs);
}

/** Options of `ViewedSpan`. */
export interface ViewedSpanOptions {
  /** Time in ms of the right edge while the view follows the data. */
  edge: () => number;
  /** Length in ms of the current day, week or month until now, if the page's range is that, else of the chart's own window. */
  windowMs: (calendar: CalendarSpan | undefined) => number;
  /** The range that the page sets. */
  range: () => TimeRange | undefined;
}

/** The span of time in view: the newest window, or a fixed one that the viewer or the page chose. */
export class ViewedSpan implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: ViewedSpanOptions;
  /** The span that the viewer chose. */
  #chosen: Span | undefined;
  #unfollow: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, options: ViewedSpanOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unfollow ??= onRange(() => {
      this.#chosen = undefined;
      this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** The fixed span: the viewer's, else the page's; undefined while the view follows the data. */
  get held(): Span | undefined {
    const range = this.#options.range();
    return this.#chosen ?? (range && 'fromT' in range ? range : undefined);
  }

  /** Whether the viewer chose a span. */
  get isChosen(): boolean {
    return this.#chosen !== undefined;
  }

  /** Time in ms of the right edge while the view follows the data. */
  get edge(): number {
    return this.#options.edge();
  }

  /** Length of the window in ms. */
  get windowMs(): number {
    const range = this.#options.range();
    if (!range || 'calendar' in range)
      return Math.max(LEAST_WINDOW_MS, this.#options.windowMs(range?.calendar));
    const ms = 'windowMs' in range ? range.windowMs : range.toT - range.fromT;
    return Math.max(LEAST_WINDOW_MS, ms);
  }

  /** Whether the view begins with a day, week or month. `window` is the chart's own, used where the page sets no range. */
  isCalendar(window: string | undefined): boolean {
    if (this.#chosen) return false;
    const range = this.#options.range();
    return range ? 'calendar' in range : CALENDAR_WINDOWS.some((each) => each === window);
  }

  /** The visible span. */
  get span(): Span {
    const toT = this.#options.edge();
    return this.held ?? { fromT: toT - this.windowMs, toT };
  }

  /** Shows a fixed span. With undefined, or a span that contains the whole newest window, the view follows the data or the page's range again. */
  hold(span: Span | undefined): void {
    const isWidest =
      span && span.toT - span.fromT >= this.windowMs && span.toT >= this.#options.edge();
    this.#chosen = isWidest ? undefined : span;
  }
}
