import type { Extent } from '../samples/columns.ts';
import { LABEL_GAP_PX } from './axis.ts';
import type { AxisTick, Palette } from './drawing.ts';
import type { Frame } from './frame.ts';
import { shortLabel, tickLabel, timeStep, timeTicks } from './time-ticks.ts';
import { type RangeOptions, type ValueRange, valueRange, valueTicks } from './value-range.ts';

/** What the axes follow. */
export interface AxesOptions extends Pick<RangeOptions, 'min' | 'max' | 'minSpan' | 'zero'> {
  timeZone: string;
  locale: string;
  palette: Palette;
  /** The label of a value on an axis whose ticks stand `step` apart. */
  formatTick: (value: number, step: number) => string;
}

/** The value axis' width grows by such steps, in CSS pixels, and shrinks only by more than two of them. */
const AXIS_STEP_PX = 8;
/** Room between two labels of the time axis, in CSS pixels. */
const TIME_LABELS_APART_PX = 16;
/** Offsets of time zones change on quarter hours: ticks further apart may enter on any of them. */
const QUARTER_MS = 900_000;

/** Range, ticks and labels of both axes. Keeps what can be kept, so that neither twitches while data slide. */
export class PlotAxes {
  /** In CSS pixels. */
  valueWidth = 40;
  valueTicks: AxisTick[] = [];
  timeTicks: AxisTick[] = [];
  #range: ValueRange | undefined;
  #steps = 0;
  #widest = 12;
  #timeStepMs = 0;
  #timeStepKey = '';
  #timeTickKey = '';
  #tickLabel = tickLabel;

  /** Distance of the value axis' ticks, once there are any. */
  get valueStep(): number | undefined {
    return this.#range?.step;
  }

  /** After a change of what the axes follow: labels are made anew, the range if it may not stay. */
  reset({ keepRange }: { keepRange: boolean }): void {
    if (!keepRange) this.#range = undefined;
    this.valueTicks = [];
    this.#timeStepKey = '';
    this.#forgetTimes();
  }

  #forgetTimes(): void {
    this.timeTicks = [];
    this.#timeTickKey = '';
  }

  /** Gives the frame the range for its data. */
  scaleValues(
    ctx: CanvasRenderingContext2D,
    frame: Frame,
    extent: Extent,
    options: AxesOptions,
  ): void {
    const { min, max, minSpan, zero = false, palette, formatTick } = options;
    const labelPx = palette.fontPx * 2.8 * frame.ratio;
    const steps = Math.min(6, Math.max(2, Math.floor(frame.height / labelPx)));
    // another height wants other steps: what was kept for the former one goes
    const previous = steps === this.#steps ? this.#range : undefined;
    this.#steps = steps;
    const range = valueRange(extent, { steps, previous, min, max, minSpan, zero });
    this.#range = range;
    frame.min = range.min;
    frame.max = range.max;
    const same = previous && range.min === previous.min && range.max === previous.max;
    if (same && range.step === previous.step && this.valueTicks.length > 0) return;
    ctx.font = fontOf(palette);
    this.valueTicks = valueTicks(range).map((value) => {
      const label = formatTick(value, range.step);
      return { value, label, labelPx: ctx.measureText(label).width };
    });
    this.#widest = Math.max(12, ...this.valueTicks.map(({ labelPx }) => labelPx));
  }

  /** The width that the values' labels want by now; the present one where that is about right. */
  widthWanted(): number {
    const wanted = Math.ceil((this.#widest + LABEL_GAP_PX) / AXIS_STEP_PX) * AXIS_STEP_PX;
    const shrinksLittle = wanted < this.valueWidth && wanted >= this.valueWidth - 2 * AXIS_STEP_PX;
    return shrinksLittle ? this.valueWidth : wanted;
  }

  /** Makes new time ticks only when one enters or leaves. */
  scaleTimes(ctx: CanvasRenderingContext2D, frame: Frame, options: AxesOptions): void {
    const { timeZone, locale } = options;
    const step = this.#timeStep(ctx, frame, options);
    const unit = Math.min(step, QUARTER_MS);
    const key = `${step} ${Math.ceil(frame.fromT / unit)} ${Math.floor(frame.toT / unit)}`;
    if (key === this.#timeTickKey) return;
    this.#timeTickKey = key;
    const held = new Map(
      step === this.#timeStepMs ? this.timeTicks.map((tick) => [tick.value, tick]) : [],
    );
    this.#timeStepMs = step;
    ctx.font = fontOf(options.palette);
    this.timeTicks = timeTicks(frame.fromT, frame.toT, step, timeZone).map((value) => {
      const label = this.#tickLabel(value, step, timeZone, locale);
      return held.get(value) ?? { value, label, labelPx: ctx.measureText(label).width };
    });
  }

  /** The finest step whose labels stand apart; kept while width and span stay. */
  #timeStep(ctx: CanvasRenderingContext2D, frame: Frame, options: AxesOptions): number {
    const spanMs = frame.toT - frame.fromT;
    const key = `${frame.width} ${Math.round(spanMs)} ${frame.ratio}`;
    if (key === this.#timeStepKey) return this.#timeStepMs;
    this.#timeStepKey = key;
    this.#forgetTimes(); // labels of another width may be written in another way
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
    return timeStep(spanMs / 2.5, 1); // of neighbouring steps none is further apart: one tick is in view
  }
}

/** How ticks are labelled, up to which share of the span between two. Where few labels have room, they are written short. */
const WAYS = [
  { label: tickLabel, widest: 1 / 2 },
  { label: shortLabel, widest: 1 },
];

const fontOf = ({ fontPx, family }: Palette): string => `${fontPx}px ${family}`;

/** Its label is about as wide as any. */
const WIDE_MOMENT = Date.UTC(2026, 10, 28, 22, 58, 58);
