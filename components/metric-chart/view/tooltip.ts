import type { Frame } from '../drawing/frame.ts';
import { xOf } from '../drawing/frame.ts';

/** A reading as text, with the position of each value. */
export interface TooltipView {
  time: string;
  t: number;
  /** `y`: height of the value in CSS pixels from the top of the plot. */
  rows: readonly { label: string; value: string; color: string; y: number }[];
  /** Texts of annotations at that time. */
  notes: readonly string[];
}

/** Shows a reading over a plot: a line through its time, a dot on each value, a box beside it. Written to the DOM directly, because it moves with the pointer. */
export function showTooltip(plot: HTMLElement, view: TooltipView | undefined, frame: Frame): void {
  const cursor = plot.querySelector<HTMLElement>('.cursor');
  const box = plot.querySelector<HTMLElement>('.tooltip');
  const dots = plot.querySelector<HTMLElement>('.dots');
  if (!cursor || !box || !dots) return;
  cursor.hidden = !view;
  box.hidden = !view;
  dots.replaceChildren();
  if (!view) return;
  const x = xOf(frame, view.t) / frame.ratio;
  place(cursor, Math.round(x), frame.top / frame.ratio);
  cursor.style.setProperty('height', `${frame.height / frame.ratio}px`);
  dots.replaceChildren(...view.rows.map((row) => dot(x, row.y, row.color)));
  box.replaceChildren(
    line('tooltip-time', view.time),
    ...view.rows.map(rowOf),
    ...view.notes.map((note) => line('tooltip-note', note)),
  );
  const room = plot.clientWidth - x - 12;
  const left = box.offsetWidth <= room ? x + 12 : Math.max(0, x - 12 - box.offsetWidth);
  const top = Math.max(
    0,
    Math.min(frame.top / frame.ratio + 4, plot.clientHeight - box.offsetHeight),
  );
  place(box, Math.round(left), Math.round(top));
}

/** Shows the span that is being selected, in CSS pixels, or none. */
export function showSelection(
  plot: HTMLElement,
  span: { left: number; right: number } | undefined,
  frame: Frame,
): void {
  const box = plot.querySelector<HTMLElement>('.selection');
  if (!box) return;
  box.hidden = !span;
  if (!span) return;
  const left = Math.max(span.left, frame.left / frame.ratio);
  const right = Math.min(span.right, (frame.left + frame.width) / frame.ratio);
  place(box, left, frame.top / frame.ratio);
  box.style.setProperty('width', `${Math.max(0, right - left)}px`);
  box.style.setProperty('height', `${frame.height / frame.ratio}px`);
}

function place(element: HTMLElement, x: number, y: number): void {
  element.style.setProperty('transform', `translate(${x}px, ${y}px)`);
}

function dot(x: number, y: number, color: string): HTMLElement {
  const element = document.createElement('i');
  element.className = 'dot';
  element.style.setProperty('background-color', color);
  place(element, x, y);
  return element;
}

function rowOf({ label, value, color }: TooltipView['rows'][number]): HTMLElement {
  const row = line('tooltip-row', '');
  const key = line('tooltip-key', '');
  key.style.setProperty('background-color', color);
  row.append(key, line('tooltip-label', label), line('tooltip-value', value));
  return row;
}

function line(className: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  return element;
}
