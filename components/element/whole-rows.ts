import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Options of `WholeRows`. */
export interface WholeRowsOptions {
  /** What the rows have to fit into. */
  frame: () => Element | null;
  /** The rows that are drawn, in their order. */
  rows: () => Iterable<Element>;
}

/**
 * On a board that is fitted to its screen nothing scrolls: computes how many rows fit completely, so that an element draws
 * these and shows how many more there are. Anywhere else all of them fit.
 */
export class WholeRows implements ReactiveController {
  #host: ReactiveControllerHost & Element;
  #options: WholeRowsOptions;
  #most = Infinity;
  #total = 0;
  #resizes: ResizeObserver | undefined;

  constructor(host: ReactiveControllerHost & Element, options: WholeRowsOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Returns how many of `total` rows to draw. Call it in `willUpdate`: another total is measured again. */
  of(total: number): number {
    if (total !== this.#total) this.#most = Infinity;
    this.#total = total;
    return Math.min(total, this.#most);
  }

  hostConnected(): void {
    this.#resizes ??= new ResizeObserver(() => this.#forget());
    this.#resizes.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#resizes?.disconnect();
  }

  // After the update: an update that schedules another one is a warning of Lit's.
  hostUpdated(): void {
    queueMicrotask(() => this.#measure());
  }

  // Each look takes rows away only, and so it ends. The rows that are left share the height.
  #measure(): void {
    const frame = this.#options.frame();
    if (!frame || this.#total < 2 || !isFitted(this.#host)) return;
    const endPx = frame.getBoundingClientRect().bottom + 1;
    const rows = [...this.#options.rows()];
    const whole = rows.filter((row) => row.getBoundingClientRect().bottom <= endPx).length;
    if (whole >= rows.length) return;
    this.#most = Math.max(1, whole);
    if (this.#most < rows.length) this.#host.requestUpdate();
  }

  #forget(): void {
    if (this.#most === Infinity) this.#measure();
    else {
      this.#most = Infinity;
      this.#host.requestUpdate();
    }
  }
}

/** The dashboard gives the tiles of a fitted board their height. */
const isFitted = (host: Element): boolean =>
  getComputedStyle(host).getPropertyValue('--_tile-height') !== '';
