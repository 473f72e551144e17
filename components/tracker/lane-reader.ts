import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Bucket } from './buckets.ts';
import type { Run } from './runs.ts';

/** A span of time in a lane, as it is drawn. */
export type Span = Bucket | Run;

/** What `LaneReader` needs of a lane. */
export interface ReadLane {
  key: string;
  spans: readonly Span[];
}

/** One span of one lane. */
export interface Place {
  key: string;
  startMs: number;
}

/** Returns the identity of a span: its start, which may be before the window. */
export const startOf = (span: Span): number => ('startMs' in span ? span.startMs : span.fromMs);

/**
 * Which span the viewer reads, by pointer or keyboard, and which one is the tab stop. The lanes are one tab stop; arrow
 * keys, Home and End move between spans, Escape hides the tip. A span that was read until it left the window hands the focus
 * on.
 */
export class LaneReader implements ReactiveController {
  #host: ReactiveControllerHost & HTMLElement;
  #lanes: () => readonly ReadLane[];
  #read: Place | undefined;
  #stop: Place | undefined;
  #isTipHidden = false;
  #hadFocus = false;

  constructor(host: ReactiveControllerHost & HTMLElement, lanes: () => readonly ReadLane[]) {
    this.#host = host;
    this.#lanes = lanes;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#hadFocus = this.#focused?.matches('.span') ?? false;
  }

  hostUpdated(): void {
    if (!this.#hadFocus || this.#focused) return;
    const lane = this.#lanes().findIndex(({ key }) => key === this.#read?.key);
    this.#focus(Math.max(0, lane), 0);
  }

  isRead(place: Place): boolean {
    return isSame(place, this.#read);
  }

  /** The span of a lane whose tip is shown. */
  tipOf({ key, spans }: ReadLane): Span | undefined {
    if (this.#isTipHidden) return undefined;
    return spans.find((span) => this.isRead({ key, startMs: startOf(span) }));
  }

  /** The tab stop: the span that was read last, else the newest one. */
  get stop(): Place | undefined {
    const stop = this.#stop;
    const lanes = this.#lanes();
    const lane = lanes.find(({ key }) => key === stop?.key);
    if (stop && lane?.spans.some((span) => startOf(span) === stop.startMs)) return stop;
    const first = lanes.find(({ spans }) => spans.length > 0);
    const newest = first?.spans.at(-1);
    return first && newest ? { key: first.key, startMs: startOf(newest) } : undefined;
  }

  onPoint = (event: Event): void => {
    const place = placeOf((event.target as Element).closest<HTMLElement>('.span'));
    if (!place) return;
    const isFocus = event.type === 'focusin';
    if (isFocus) this.#stop = place;
    if (isFocus || !isSame(place, this.#read)) this.#show(place);
  };

  onLeave = (): void => this.#show(placeOf(this.#focused));

  onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !this.#isTipHidden) {
      this.#isTipHidden = true;
      this.#host.requestUpdate();
      return;
    }
    const to = this.#target(event.key);
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#focus(...to);
  };

  #target(key: string): [lane: number, at: number] | undefined {
    const lanes = this.#lanes();
    const lane = lanes.findIndex((each) => each.key === this.#read?.key);
    const spans = lanes[lane]?.spans ?? [];
    const at = spans.findIndex((span) => startOf(span) === this.#read?.startMs);
    const last = spans.length - 1;
    if (key === 'ArrowLeft') return [lane, Math.max(0, at - 1)];
    if (key === 'ArrowRight') return [lane, Math.min(last, at + 1)];
    if (key === 'Home') return [lane, 0];
    if (key === 'End') return [lane, last];
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (step === undefined || lanes.length < 2) return undefined;
    const next = lane + step;
    return [next, this.#sameTime(lanes[next]?.spans ?? [], spans[at])];
  }

  /** The span of another lane at the same time. */
  #sameTime(spans: readonly Span[], span: Span | undefined): number {
    const atMs = span ? (span.fromMs + span.toMs) / 2 : 0;
    const found = spans.findIndex(({ toMs }) => toMs >= atMs);
    return found < 0 ? spans.length - 1 : found;
  }

  get #focused(): HTMLElement | null {
    return (this.#host.shadowRoot?.activeElement as HTMLElement | null | undefined) ?? null;
  }

  #show(place: Place | undefined): void {
    this.#read = place;
    this.#isTipHidden = false;
    this.#host.requestUpdate();
  }

  #focus(lane: number, index: number): void {
    const lists = this.#host.shadowRoot?.querySelectorAll('.spans');
    lists?.[lane]?.querySelectorAll<HTMLElement>('.span')[index]?.focus();
  }
}

const isSame = (a: Place, b: Place | undefined): boolean =>
  a.startMs === b?.startMs && a.key === b.key;

function placeOf(span: HTMLElement | null | undefined): Place | undefined {
  if (!span?.matches('.span')) return undefined;
  return { key: span.dataset['key'] ?? '', startMs: Number(span.dataset['from']) };
}
