import type { LitElement, ReactiveController } from 'lit';
import type { Lane } from './lanes.ts';

/** A bar of a series: the key of its lane, and the time that it begins at, ms. */
export interface Place {
  key: string;
  fromMs: number;
}

/**
 * Which bar is read, by pointer or keyboard, and whose tip is shown. The bars are one tab stop; arrow keys, Home and End
 * move between them, Escape hides the tip. A bar that was read until it left the window hands the focus on.
 */
export class BarReader implements ReactiveController {
  readonly #host: LitElement;
  readonly #lanes: () => readonly Lane[];
  #read: Place | undefined;
  /** The bar that a tab stop leads to. */
  #stop: Place | undefined;
  #isTipHidden = false;
  #hadFocus = false;

  /** `lanes` returns the lanes as they are rendered. */
  constructor(host: LitElement, lanes: () => readonly Lane[]) {
    this.#host = host;
    this.#lanes = lanes;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#hadFocus = this.#focused()?.matches('.bucket') ?? false;
  }

  hostUpdated(): void {
    if (this.#hadFocus && !this.#focused()) this.#focus(Math.max(0, this.#laneRead()), 0);
  }

  /** Whether this bar is the one that is read. */
  isRead(place: Place): boolean {
    return isSame(place, this.#read);
  }

  /** Whether the tip of this bar is shown. */
  isTipShown(place: Place): boolean {
    return !this.#isTipHidden && this.isRead(place);
  }

  /** Whether this bar is the tab stop: the one that had the focus last, else the newest one of the first lane. */
  isStop(place: Place): boolean {
    return isSame(place, this.#stopPlace());
  }

  readonly onPoint = (event: Event): void => {
    const place = placeOf((event.target as Element).closest<HTMLElement>('.bucket'));
    if (!place) return;
    const isFocus = event.type === 'focusin';
    if (isFocus) this.#stop = place;
    if (isFocus || !isSame(place, this.#read)) this.#show(place);
  };

  readonly onLeave = (): void => this.#show(placeOf(this.#focused()));

  readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !this.#isTipHidden) {
      this.#isTipHidden = true;
      this.#host.requestUpdate();
      return;
    }
    const lanes = this.#lanes();
    const lane = this.#laneRead();
    const buckets = lanes[lane]?.buckets ?? [];
    const at = buckets.findIndex(({ fromMs }) => fromMs === this.#read?.fromMs);
    const last = buckets.length - 1;
    const steps: Record<string, [lane: number, at: number]> = {
      ArrowLeft: [lane, at - 1],
      ArrowRight: [lane, at + 1],
      ArrowUp: [lane - 1, at],
      ArrowDown: [lane + 1, at],
      Home: [lane, 0],
      End: [lane, last],
    };
    const to = steps[event.key];
    const isUpDown = to !== undefined && to[0] !== lane;
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    if (isUpDown && lanes.length < 2) return;
    event.preventDefault();
    this.#focus(to[0], Math.min(last, Math.max(0, to[1])));
  };

  #stopPlace(): Place | undefined {
    const stop = this.#stop;
    const lanes = this.#lanes();
    const lane = lanes.find(({ key }) => key === stop?.key);
    if (stop && lane?.buckets.some(({ fromMs }) => fromMs === stop.fromMs)) return stop;
    const [first] = lanes;
    const fromMs = first?.buckets.at(-1)?.fromMs;
    return first && fromMs !== undefined ? { key: first.key, fromMs } : undefined;
  }

  #laneRead(): number {
    return this.#lanes().findIndex(({ key }) => key === this.#read?.key);
  }

  #show(place: Place | undefined): void {
    this.#read = place;
    this.#isTipHidden = false;
    this.#host.requestUpdate();
  }

  #focused(): HTMLElement | null | undefined {
    return this.#host.shadowRoot?.activeElement as HTMLElement | null | undefined;
  }

  #focus(lane: number, index: number): void {
    const bars = this.#host.renderRoot.querySelectorAll('.bars')[lane];
    bars?.querySelectorAll<HTMLElement>('.bucket')[index]?.focus();
  }
}

const isSame = (a: Place, b: Place | undefined): boolean =>
  a.fromMs === b?.fromMs && a.key === b.key;

function placeOf(bar: HTMLElement | null | undefined): Place | undefined {
  if (!bar?.matches('.bucket')) return undefined;
  return { key: bar.dataset['key'] ?? '', fromMs: Number(bar.dataset['from']) };
}
