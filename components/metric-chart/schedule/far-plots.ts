import { type Drawable, type Scheduler, scheduler } from './scheduler.ts';

/**
 * Maximum number of plots of charts that have never been near the viewport: each canvas takes about
 * a megabyte.
 */
const MOST_PLOTS = 32;

/** Pause in ms before work out of sight, in browsers without `requestIdleCallback` (Safari). */
const IDLE_MS = 300;

const whenIdle = (run: () => void): void => {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run);
  else setTimeout(run, IDLE_MS);
};

/**
 * Draws the charts that are out of sight, every few seconds while the browser is idle, so that fast
 * scrolling and screenshots of the whole page show no empty plots.
 */
class FarPlots {
  readonly scheduler: Scheduler = scheduler({ requestFrame: whenIdle });
  readonly #made = new Set<Drawable>();

  /**
   * True if one more chart out of sight may load the drawing code and have a plot; `keep` must follow when it has. Never
   * where the browser is set to save data.
   */
  get hasRoom(): boolean {
    const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
    return this.#made.size < MOST_PLOTS && !connection?.saveData;
  }

  keep(far: Drawable): void {
    this.#made.add(far);
  }

  /** Must be called when the plot of a chart is destroyed. */
  release(far: Drawable): void {
    this.#made.delete(far);
  }
}

/** The instance of this page. */
export const farPlots: FarPlots = new FarPlots();
