import { type Frame, type Span, timeAtX } from '../drawing/frame.ts';
import type { DataLine } from '../samples/chart-data.ts';
import { type Reading, readingAt, stepFrom } from './reading.ts';

export interface ReaderOptions {
  /** The frame drawn now, in device pixels. */
  frame: () => Frame | undefined;
  /** The span looked at, which the next drawing may be the first to show. */
  view: () => Span;
  lines: () => readonly DataLine[];
  /** Shows a reading, or none. `spoken`: by keyboard. */
  onReading: (reading: Reading | undefined, spoken: boolean) => void;
  /** Shows the span being chosen, in CSS pixels of the plot, or none. */
  onSelecting: (span: { left: number; right: number } | undefined) => void;
  /** A span was chosen to stand still at; undefined = back to live. */
  onHold: (span: Span | undefined) => void;
}

/** Movements below so many CSS pixels are clicks. */
const CLICK_PX = 5;
/** No closer look than this. */
const LEAST_SPAN_MS = 1_000;

/** Reads a chart by pointer and keyboard: values at raw samples, and a span to look at by dragging, pinching, + and −. */
export class ChartReader {
  #options: ReaderOptions;
  #at: number | undefined;
  #fingers = new Map<number, number>();
  #dragFrom: number | undefined;
  #pinched: [number, number] | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  readonly onPointer = (event: PointerEvent): void => {
    const frame = this.#options.frame();
    const plot = event.currentTarget as HTMLElement; // the listener's own element
    if (!frame) return;
    const x = event.clientX - plot.getBoundingClientRect().left;
    if (event.type === 'pointerdown') this.#down(event, x, plot);
    else if (event.type === 'pointermove') this.#move(event, x, frame);
    else this.#up(event, x, frame);
  };

  readonly onKey = (event: KeyboardEvent): void => {
    const frame = this.#options.frame();
    if (!frame || event.altKey || event.ctrlKey || event.metaKey) return;
    const done = this.#press(event.key, frame);
    if (done) event.preventDefault();
  };

  /** The reading again, after a redraw: its samples have moved. */
  refresh(): void {
    const frame = this.#options.frame();
    if (this.#at !== undefined && frame) this.#read(this.#at, frame, false);
  }

  #press(key: string, frame: Frame): boolean {
    const lines = this.#options.lines();
    if (key === 'Escape') {
      this.#leave();
      this.#options.onHold(undefined);
    } else if (key === 'Home') this.#read(frame.fromT, frame, true);
    else if (key === 'End') this.#read(frame.toT, frame, true);
    else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const direction = key === 'ArrowLeft' ? -1 : 1;
      const from = this.#at ?? (direction > 0 ? frame.fromT : frame.toT);
      this.#read(stepFrom(lines, from, direction, frame), frame, true);
    } else if (key === '+' || key === '-') this.#zoom(key === '+' ? 0.5 : 2);
    else return false;
    return true;
  }

  #zoom(factor: number): void {
    const { fromT, toT } = this.#options.view();
    const spanMs = (toT - fromT) * factor;
    const middle = this.#at ?? (fromT + toT) / 2;
    this.#hold(middle - spanMs / 2, middle + spanMs / 2);
  }

  #down(event: PointerEvent, x: number, plot: HTMLElement): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    this.#fingers.set(event.pointerId, x);
    if (event.pointerType === 'mouse') {
      this.#dragFrom = x;
      plot.setPointerCapture(event.pointerId);
    }
    const frame = this.#options.frame();
    const [a, b] = [...this.#fingers.values()];
    if (frame && a !== undefined && b !== undefined) {
      this.#pinched = [timeAtX(frame, a * frame.ratio), timeAtX(frame, b * frame.ratio)];
    }
  }

  #move(event: PointerEvent, x: number, frame: Frame): void {
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, x);
    if (this.#pinched) {
      this.#pinch(this.#pinched, frame);
      return;
    }
    const from = this.#dragFrom;
    if (from !== undefined && Math.abs(x - from) >= CLICK_PX) {
      this.#leave();
      this.#options.onSelecting({ left: Math.min(from, x), right: Math.max(from, x) });
      return;
    }
    this.#read(timeAtX(frame, x * frame.ratio), frame, false);
  }

  #up(event: PointerEvent, x: number, frame: Frame): void {
    const from = this.#dragFrom;
    this.#fingers.delete(event.pointerId);
    if (this.#fingers.size < 2) this.#pinched = undefined;
    if (event.type === 'pointerleave' && from !== undefined) return; // captured: it comes back
    this.#dragFrom = undefined;
    this.#options.onSelecting(undefined);
    if (event.type !== 'pointerup') {
      this.#leave();
      return;
    }
    if (from !== undefined && Math.abs(x - from) >= CLICK_PX) {
      const [a, b] = [Math.min(from, x), Math.max(from, x)];
      this.#hold(timeAtX(frame, a * frame.ratio), timeAtX(frame, b * frame.ratio));
    }
  }

  /** Keeps the two times under the two fingers. */
  #pinch([a, b]: [number, number], frame: Frame): void {
    const [xa = 0, xb = 0] = this.#fingers.values();
    const msPerPx = (b - a) / (xb - xa);
    if (!(msPerPx > 0) || !Number.isFinite(msPerPx)) return;
    const fromT = a - (xa - frame.left / frame.ratio) * msPerPx;
    this.#hold(fromT, fromT + (frame.width / frame.ratio) * msPerPx);
  }

  #hold(fromT: number, toT: number): void {
    const lack = LEAST_SPAN_MS - (toT - fromT);
    const more = Math.max(0, lack) / 2;
    this.#options.onHold({ fromT: fromT - more, toT: toT + more });
  }

  #read(t: number, frame: Frame, spoken: boolean): void {
    const bounds = { fromT: frame.fromT, toT: frame.toT, reachMs: frame.columnMs * 4 };
    const reading = readingAt(this.#options.lines(), t, bounds);
    this.#at = reading?.t;
    this.#options.onReading(reading, spoken);
  }

  #leave(): void {
    this.#at = undefined;
    this.#options.onReading(undefined, false);
  }
}
