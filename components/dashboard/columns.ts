import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { columnsOfWidth, columnsThatFit, parseColumnCount, spanOf } from './layout.ts';

/** The element that `Columns` belongs to. */
export interface ColumnsHost extends ReactiveControllerHost, HTMLElement {
  columns: number | undefined;
}

/** The number of columns of a dashboard's grid: that of `columns`, else as many as fit and the tiles fill. */
export class Columns implements ReactiveController {
  count = 1;
  /** Height of a row in CSS pixels if the dashboard is fitted to the screen; otherwise, and before layout, 0. */
  rowPx = 0;
  #host: ColumnsHost;
  #fits: () => boolean;
  #observed: Element | undefined;
  #resizes: ResizeObserver | undefined;
  #tiles: MutationObserver | undefined;
  #probe: HTMLElement | undefined;

  /** `fits` returns whether the board is fitted to the screen. */
  constructor(host: ColumnsHost, fits: () => boolean) {
    this.#host = host;
    this.#fits = fits;
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
    if (this.#probe) this.#resizes.observe(this.#probe);
    this.#observeGrid();
  }

  hostDisconnected(): void {
    this.#resizes?.disconnect();
    this.#tiles?.disconnect();
    this.#observed = undefined;
  }

  // The observer's first call comes before the first paint. The probe is as wide as the grid but has no height, because a height
  // would depend on the number of columns.
  hostUpdated(): void {
    if (!this.#probe) {
      this.#probe = this.#host.shadowRoot?.querySelector<HTMLElement>('.probe') ?? undefined;
      if (this.#probe) this.#resizes?.observe(this.#probe);
    }
    this.#observeGrid();
    // The rows change with the number of columns, but the grid keeps its size, so its observer is not called.
    if (this.#fits()) void this.#host.updateComplete.then(() => this.measure());
  }

  // The height of the grid is observed only if the screen sets it. Anywhere else it follows the count of columns, and a count
  // set by the observer would start the observer again ("ResizeObserver loop completed with undelivered notifications").
  #observeGrid(): void {
    const isWanted = this.#host.isConnected && this.#fits();
    const grid = isWanted ? (this.#probe?.parentElement ?? undefined) : undefined;
    if (grid === this.#observed) return;
    if (this.#observed) this.#resizes?.unobserve(this.#observed);
    if (grid) this.#resizes?.observe(grid);
    this.#observed = grid;
  }

  /** Measures again; the host updates if the number of columns changed. */
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
    const rowPx = this.#fits() ? Math.round(Number.parseFloat(gridTemplateRows)) || 0 : 0;
    if (count === this.count && rowPx === this.rowPx) return;
    this.count = count;
    this.rowPx = rowPx;
    this.#host.requestUpdate();
  }

  #wanted(): number {
    const isTile = (tile: Element): boolean =>
      !tile.slot && !tile.hasAttribute('hidden') && tile.localName !== 'script';
    const isPaged = this.#host.hasAttribute('rotate');
    const tiles = [...this.#host.children]
      .filter(isTile)
      .flatMap((tile) =>
        isPaged && tile.localName === 'section' ? [...tile.children].filter(isTile) : tile,
      );
    return tiles.reduce((sum, tile) => sum + spanOf(tile.getAttribute('cols')), 0);
  }
}
