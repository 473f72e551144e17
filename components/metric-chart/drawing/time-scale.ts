import type { AxisTick, Palette } from './drawing.ts';
import type { Frame } from './frame.ts';
import { shortLabel, tickLabel, timeStep, timeTicks } from './time-ticks.ts';

/** Options of the time axis. */
export interface TimeScaleOptions {
  /** IANA name. */
  timeZone: string;
  /** BCP 47. */
  locale: string;
  palette: Palette;
}

/** Room between two labels of the time axis, in CSS pixels. */
const TIME_LABELS_APART_PX = 16;
/** Offsets of time zones change on quarter hours: ticks further apart may enter on any of them. */
const QUARTER_MS = 900_000;

/** Ticks and labels of the time axis. Ticks are kept while data slide, as far as possible. */
export class TimeScale {
  ticks: AxisTick[] = [];
  #stepMs = 0;
  #stepKey = '';
  #tickKey = '';
  #tickLabel = tickLabel;

  /** Makes the next `scale` compute labels again, after a change of its options. */
  reset(): void {
    this.#stepKey = '';
    this.#forget();
  }

  #forget(): void {
    this.ticks = [];
    this.#tickKey = '';
  }

  /** Computes new ticks only when one enters or leaves the view. */
  scale(ctx: CanvasRenderingContext2D, frame: Frame, options: TimeScaleOptions): void {
    const { timeZone, locale } = options;
    const step = this.#step(ctx, frame, options);
    const unit = Math.min(step, QUARTER_MS);
    const key = `${step} ${Math.ceil(frame.fromT / unit)} ${Math.floor(frame.toT / unit)}`;
    if (key === this.#tickKey) return;
    this.#tickKey = key;
    const held = new Map(step === this.#stepMs ? this.ticks.map((tick) => [tick.value, tick]) : []);
    this.#stepMs = step;
    ctx.font = fontOf(options.palette);
    this.ticks = timeTicks(frame.fromT, frame.toT, step, timeZone).map((value) => {
      const label = this.#tickLabel(value, step, timeZone, locale);
      return held.get(value) ?? { value, label, labelPx: ctx.measureText(label).width };
    });
  }

  /** Returns the finest step whose labels have room; kept while width and span stay the same. */
  #step(ctx: CanvasRenderingContext2D, frame: Frame, options: TimeScaleOptions): number {
    const spanMs = frame.toT - frame.fromT;
    const key = `${frame.width} ${Math.round(spanMs)} ${frame.ratio}`;
    if (key === this.#stepKey) return this.#stepMs;
    this.#stepKey = key;
    this.#forget(); // labels of another width may be written in another way
    ctx.font = fontOf(options.palette);
    for (const { label, widest } of WAYS) {
      this.#tickLabel = label;
      for (let most = 12; most > 0; most--) {
        const step = timeStep(spanMs, most);
        if (step > spanMs * widest) break;
        const text = label(WIDE_MOMENT, step, options.timeZone, options.locale);
        const room = ((step / spanMs) * frame.width) / frame.ratio;
        if (room >= ctx.measureText(text).width + TIME_LABELS_APART_PX) return step;
      }
    }
    return timeStep(spanMs / 2.5, 1); // at least one tick of this step is in view
  }
}

/**
 * Ways of labelling ticks, and the largest share of the span between two ticks. Where few labels have room they are short.
 */
const WAYS = [
  { label: tickLabel, widest: 1 / 2 },
  { label: shortLabel, widest: 1 },
];

const fontOf = ({ fontPx, family }: Palette): string => `${fontPx}px ${family}`;

/** A time whose label is about as wide as any. */
const WIDE_MOMENT = Date.UTC(2026, 10, 28, 22, 58, 58);
