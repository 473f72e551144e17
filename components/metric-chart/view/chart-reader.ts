import { type Frame, type Span, timeAtX } from '../drawing/frame.ts';
import type { DataLine } from '../samples/chart-data.ts';
import { type Reading, readingAt, stepFrom } from './reading.ts';

/** Options of `ChartReader`. */
export interface ReaderOptions {
  /** The frame on the canvas, in device pixels. */
  frame: () => Frame | undefined;
  /** The span in view. The next drawing may be the first to show it. */
  view: () => Span;
  lines: () => readonly DataLine[];
  /** Shows a reading, or none. `spoken`: it was requested by keyboard and is announced. */
  onReading: (reading: Reading | undefined, spoken: boolean) => void;
  /** Shows the span being chosen, in CSS pixels of the plot, or none. */
  onSelecting: (span: { left: number; right: number } | undefined) => void;
  /** Time in ms of the newest edge: a view cannot be moved beyond it. */
  edge: () => number;
  /** Called when the viewer has chosen a span; undefined = back to the newest. */
  onHold: (span: Span | undefined) => void;
}

/** A movement of fewer CSS pixels is a click. */
const CLICK_PX = 5;
/** Share of the span that one press of a key moves the view by. */
const PAN_SHARE = 0.25;
/** Wheels that count lines or pages: pixels for each. */
const LINE_PX = 16;
/** Shortest span that can be chosen. */
const LEAST_SPAN_MS = 1_000;

/**
 * Lets viewers read a chart by pointer and keyboard: shows the values of raw samples, and zooms by dragging, pinching, + and −.
 * Dragging with Shift, horizontal scrolling and Shift with the arrow keys pan the view; the wheel with Ctrl zooms.
 * A mouse shows values while it is over the plot. After a tap or a held finger the values stay until another place on the
 * page is pressed.
 */
export class ChartReader {
  #options: ReaderOptions;
  #at: number | undefined;
  #fingers = new Map<number, number>();
  #dragFrom: number | undefined;
  #pinched: [number, number] | undefined;
  /** The time that stays under the pointer during a drag with Shift. */
  #panned: number | undefined;
  #unpin: (() => void) | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  readonly onPointer = (event: PointerEvent): void => {
    const frame = this.#options.frame();
    const plot = event.currentTarget as HTMLElement; // the listener's own element
    if (!frame) return;
    const x = placeIn(plot, event);
    if (event.type === 'pointerdown') this.#down(event, x, { plot, frame });
    else if (event.type === 'pointermove') this.#move(event, x, frame);
    else this.#up(event, x, frame);
  };

  readonly onKey = (event: KeyboardEvent): void => {
    const frame = this.#options.frame();
    if (!frame || event.altKey || event.ctrlKey || event.metaKey) return;
    const done = event.shiftKey ? this.#pressShift(event.key) : this.#press(event.key, frame);
    if (done) event.preventDefault();
  };

  /** Handles the wheel: horizontal scrolling, or with Shift, pans the view; with Ctrl (also a pinch on a touchpad) it zooms. */
  readonly onWheel = (event: WheelEvent): void => {
    const frame = this.#options.frame();
    if (!frame) return;
    const unit = event.deltaMode === 0 ? 1 : LINE_PX;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const isSideways = event.shiftKey || Math.abs(dx) > Math.abs(dy);
    if (!event.ctrlKey && !isSideways) return; // the page scrolls
    event.preventDefault();
    if (event.ctrlKey) {
      const t = timeAtX(frame, placeIn(event.currentTarget as HTMLElement, event) * frame.ratio);
      this.#zoom(Math.exp(dy / 200), t);
    } else this.#panBy(((dx || dy) * frame.ratio * frame.columnMs) / frame.columnPx);
  };

  /** Reads again after a redraw: the samples have moved. */
  refresh(): void {
    const frame = this.#options.frame();
    if (this.#at !== undefined && frame) this.#read(this.#at, frame, false);
  }

  /** Ends the reading. */
  leave(): void {
    this.#unpin?.();
    this.#at = undefined;
    this.#options.onReading(undefined, false);
  }

  #press(key: string, frame: Frame): boolean {
    const lines = this.#options.lines();
    if (key === 'Escape') {
      this.leave();
      this.#options.onHold(undefined);
    } else if (key === 'Home') this.#read(frame.fromT, frame, true);
    else if (key === 'End') this.#read(frame.toT, frame, true);
    else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const direction = key === 'ArrowLeft' ? -1 : 1;
      const from = this.#at ?? (direction > 0 ? frame.fromT : frame.toT);
      const to = stepFrom(lines, from, direction, frame);
      if (to === this.#at)
        this.#panByShare(direction * PAN_SHARE); // the last sample in view
      else this.#read(to, frame, true);
    } else if (key === '+' || key === '-') this.#zoom(key === '+' ? 0.5 : 2);
    else return false;
    return true;
  }

  #pressShift(key: string): boolean {
    if (key === '+') return this.#press(key, this.#options.frame() as Frame);
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return false;
    this.leave();
    this.#panByShare(key === 'ArrowLeft' ? -PAN_SHARE : PAN_SHARE);
    return true;
  }

  /** Zooms in (`factor` below 1) or out, around a time: the one that is read, or the middle. */
  #zoom(factor: number, around: number | undefined = this.#at): void {
    const { fromT, toT } = this.#options.view();
    const at = around ?? (fromT + toT) / 2;
    this.#hold(at - (at - fromT) * factor, at + (toT - at) * factor);
  }

  #panByShare(share: number): void {
    const { fromT, toT } = this.#options.view();
    this.#panBy((toT - fromT) * share);
  }

  /** Moves the view, as far as the newest edge. */
  #panBy(ms: number): void {
    const { fromT, toT } = this.#options.view();
    const most = this.#options.edge() - toT;
    const byMs = Math.min(ms, Math.max(0, most));
    if (byMs !== 0) this.#hold(fromT + byMs, toT + byMs);
  }

  #down(
    event: PointerEvent,
    x: number,
    { plot, frame }: { plot: HTMLElement; frame: Frame },
  ): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    this.#fingers.set(event.pointerId, x);
    if (event.shiftKey) {
      this.#panned = timeAtX(frame, x * frame.ratio);
      this.leave();
      plot.setPointerCapture(event.pointerId);
      return;
    }
    if (event.pointerType === 'mouse') {
      this.#dragFrom = x;
      plot.setPointerCapture(event.pointerId);
      return;
    }
    this.#pin(plot);
    this.#read(timeAtX(frame, x * frame.ratio), frame, false);
    const [a, b] = [...this.#fingers.values()];
    if (a !== undefined && b !== undefined) {
      this.#pinched = [timeAtX(frame, a * frame.ratio), timeAtX(frame, b * frame.ratio)];
    }
  }

  #move(event: PointerEvent, x: number, frame: Frame): void {
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, x);
    if (this.#pinched) {
      this.#pinch(this.#pinched, frame);
      return;
    }
    if (this.#panned !== undefined) {
      this.#panBy(this.#panned - timeAtX(frame, x * frame.ratio));
      return;
    }
    const from = this.#dragFrom;
    if (from !== undefined && Math.abs(x - from) >= CLICK_PX) {
      this.leave();
      this.#options.onSelecting({ left: Math.min(from, x), right: Math.max(from, x) });
      return;
    }
    this.#read(timeAtX(frame, x * frame.ratio), frame, false);
  }

  #up(event: PointerEvent, x: number, frame: Frame): void {
    const from = this.#dragFrom;
    this.#fingers.delete(event.pointerId);
    if (this.#fingers.size < 2) this.#pinched = undefined;
    if (event.type === 'pointerleave' && (from ?? this.#panned) !== undefined) return; // captured: it comes back
    this.#dragFrom = undefined;
    this.#panned = undefined;
    this.#options.onSelecting(undefined);
    if (event.type !== 'pointerup') {
      // A finger that lifts leaves the plot as well; one that scrolls the page is cancelled.
      if (event.type === 'pointercancel' || !this.#unpin) this.leave();
      return;
    }
    if (from !== undefined && Math.abs(x - from) >= CLICK_PX) {
      const [a, b] = [Math.min(from, x), Math.max(from, x)];
      this.#hold(timeAtX(frame, a * frame.ratio), timeAtX(frame, b * frame.ratio));
    }
  }

  /** Keeps the reading until something else of the page is pressed. */
  #pin(plot: HTMLElement): void {
    if (this.#unpin) return;
    const page = plot.ownerDocument;
    const end = (event: Event): void => {
      if (!event.composedPath().includes(plot)) this.leave();
    };
    page.addEventListener('pointerdown', end, true);
    this.#unpin = () => {
      page.removeEventListener('pointerdown', end, true);
      this.#unpin = undefined;
    };
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
}

/**
 * Returns the distance of a pointer from the plot's left edge, in the plot's own CSS pixels. `offsetX` is in the coordinates
 * of the event's target, so it is right on a page that is scaled or rotated by `transform`, where `clientX` is not; CSS
 * `zoom` is included in it, and removed here. The canvas starts at the plot's corner; of any other target over the plot the
 * offset is added.
 */
function placeIn(plot: HTMLElement & { currentCSSZoom?: number }, event: MouseEvent): number {
  const target = event.target as HTMLElement;
  const x = event.offsetX / (plot.currentCSSZoom ?? 1);
  if (target === plot || target.localName === 'canvas') return x;
  return x + (plot.contains(target) ? target.offsetLeft : 0);
}
