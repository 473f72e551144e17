import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Options of `WholeRows`. */
export interface WholeRowsOptions {
  /** Returns the element into which the rows have to fit. */
  frame: () => Element | null;
  /** Returns the rows that are drawn, in their order. */
  rows: () => Iterable<Element>;
}

/**
 * Computes how many rows fit completely on a board that is fitted to its screen, where nothing scrolls. The element draws that
 * many rows and shows the number of the others. Outside such a board it draws all rows.
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

  /** Returns how many of `total` rows to draw. Call it in `willUpdate`; a changed total is measured again. */
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

  // After the update has ended, because Lit warns of an update that requests another one.
  hostUpdated(): void {
    queueMicrotask(() => this.#measure());
  }

  // Each measurement only removes rows, so the loop ends. The remaining rows share the height.
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

/** Whether the element is on a fitted board, where the dashboard sets the height of its tiles. */
export const isFitted = (host: Element): boolean =>
  getComputedStyle(host).getPropertyValue('--_tile-height') !== '';
