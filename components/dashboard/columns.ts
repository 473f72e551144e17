import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { columnsThatFit, spanOf } from './layout.ts';

/** How many columns the grid of a dashboard has: as many as fit, and no more than its tiles fill. */
export class Columns implements ReactiveController {
  count = 1;
  #host: ReactiveControllerHost & HTMLElement;
  #resizes: ResizeObserver | undefined;
  #tiles: MutationObserver | undefined;
  #probe: HTMLElement | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#resizes ??= new ResizeObserver(() => this.measure());
    this.#tiles ??= new MutationObserver(() => this.measure());
    this.#tiles.observe(this.#host, {
      childList: true,
      subtree: true,
      attributeFilter: ['cols', 'hidden', 'slot'],
    });
    if (this.#probe) this.#resizes.observe(this.#probe);
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
    if (this.#probe) this.#resizes?.observe(this.#probe);
  }

  /** Looks again; an update follows where the count changed. */
  measure(): void {
    const probe = this.#probe;
    const ruler = probe?.firstElementChild;
    if (!probe?.parentElement || !ruler) return;
    const count = columnsThatFit({
      widthPx: probe.getBoundingClientRect().width,
      minPx: ruler.getBoundingClientRect().width,
      gapPx: Number.parseFloat(getComputedStyle(probe.parentElement).columnGap) || 0,
      wanted: this.#wanted(),
    });
    if (count === this.count) return;
    this.count = count;
    this.#host.requestUpdate();
  }

  #wanted(): number {
    const tiles = [...this.#host.children].filter(
      (tile) => !tile.slot && !tile.hasAttribute('hidden') && tile.localName !== 'script',
    );
    return tiles.reduce((sum, tile) => sum + spanOf(tile.getAttribute('cols')), 0);
  }
}
