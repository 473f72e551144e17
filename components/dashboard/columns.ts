import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { columnsOfWidth, columnsThatFit, parseColumnCount, spanOf } from './layout.ts';

export interface ColumnsHost extends ReactiveControllerHost, HTMLElement {
  columns: number | undefined;
}

/** How many columns the grid of a dashboard has: those that `columns` asks for, else as many as fit and the tiles fill. */
export class Columns implements ReactiveController {
  count = 1;
  /** Height of a row in CSS pixels as it is laid out; 0 before that. */
  rowPx = 0;
  #host: ColumnsHost;
  #resizes: ResizeObserver | undefined;
  #tiles: MutationObserver | undefined;
  #probe: HTMLElement | undefined;

  constructor(host: ColumnsHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#resizes ??= new ResizeObserver(() => this.measure());
    this.#tiles ??= new MutationObserver(() => this.measure());
    this.#tiles.observe(this.#host, {
      childList: true,
      subtree: true,
      attributeFilter: ['cols', 'rows', 'hidden', 'slot'],
    });
    if (this.#probe?.parentElement) {
      this.#resizes.observe(this.#probe);
      this.#resizes.observe(this.#probe.parentElement);
    }
  }

  hostDisconnected(): void {
    this.#resizes?.disconnect();
    this.#tiles?.disconnect();
  }

  // The observer's first call comes before the first picture. The probe is as wide as the grid and of no height, which follows
  // the count of columns.
  hostUpdated(): void {
    if (this.#probe) return;
    this.#probe = this.#host.shadowRoot?.querySelector<HTMLElement>('.probe') ?? undefined;
    if (!this.#probe?.parentElement) return;
    this.#resizes?.observe(this.#probe);
    this.#resizes?.observe(this.#probe.parentElement);
  }

  /** Looks again; an update follows where the count changed. */
  measure(): void {
    const probe = this.#probe;
    const grid = probe?.parentElement;
    const ruler = probe?.firstElementChild;
    if (!probe || !grid || !ruler) return;
    const widthPx = probe.getBoundingClientRect().width;
    const { columnGap, gridTemplateRows } = getComputedStyle(grid);
    const fixed = parseColumnCount(this.#host.columns);
    const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const count =
      fixed === undefined
        ? columnsThatFit({
            widthPx,
            minPx: ruler.getBoundingClientRect().width,
            gapPx: Number.parseFloat(columnGap) || 0,
            wanted: this.#wanted(),
          })
        : columnsOfWidth(fixed, widthPx / rootPx);
    const rowPx = Math.round(Number.parseFloat(gridTemplateRows)) || 0;
    if (count === this.count && rowPx === this.rowPx) return;
    this.count = count;
    this.rowPx = rowPx;
    this.#host.requestUpdate();
  }

  #wanted(): number {
    const tiles = [...this.#host.children].filter(
      (tile) => !tile.slot && !tile.hasAttribute('hidden') && tile.localName !== 'script',
    );
    return tiles.reduce((sum, tile) => sum + spanOf(tile.getAttribute('cols')), 0);
  }
}
