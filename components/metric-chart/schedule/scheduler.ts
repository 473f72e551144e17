/** Something that redraws itself in the page's frame. */
export interface Drawable {
  draw(): void;
  /** Maximum redraws per second. */
  fps: number;
}

/** Options of `scheduler`. */
export interface SchedulerOptions {
  /**
   * Time in ms that drawing may take of a frame; the remaining charts are drawn first in the next one. The browser paints in
   * the same frame, which without a GPU takes several times as long as drawing: 3 ms keep such frames on time.
   */
  budgetMs?: number;
  now?: () => number;
  requestFrame?: (run: () => void) => void;
  /** Waits until the next redraw is due. */
  wait?: (run: () => void, ms: number) => void;
}

/** Redraws charts, all in the same animation frame. */
export interface Scheduler {
  /** Requests a redraw; many requests before the frame are one redraw. */
  ask(drawable: Drawable): void;
  /** Withdraws a request. */
  forget(drawable: Drawable): void;
}

/** Charts that are due within this many ms (half a frame) are drawn in this frame. */
const HALF_FRAME_MS = 8;

/**
 * Draws all charts of a page in one animation frame. There are no frames while the tab is hidden, so a hidden page draws
 * nothing; when it is visible again each chart draws once.
 */
export function scheduler({
  budgetMs = 3,
  now = () => performance.now(),
  requestFrame = (run) => requestAnimationFrame(run),
  wait = (run, ms) => setTimeout(run, ms),
}: SchedulerOptions = {}): Scheduler {
  const asked = new Set<Drawable>(); // in the order of requests
  const drawnAt = new WeakMap<Drawable, number>();
  let coming: 'frame' | 'wait' | undefined;

  // The clock is read once for all: it takes as long as a dozen of such comparisons.
  const dueIn = (drawable: Drawable, time: number): number =>
    (drawnAt.get(drawable) ?? -Infinity) + 1_000 / drawable.fps - time - HALF_FRAME_MS;

  const next = (): void => {
    if (coming === 'frame' || asked.size === 0) return;
    const time = now();
    let soonest = Infinity;
    for (const drawable of asked) soonest = Math.min(soonest, dueIn(drawable, time));
    if (soonest <= 0) requestFrame(run);
    else if (!coming) wait(onWaited, soonest);
    coming = soonest <= 0 ? 'frame' : 'wait';
  };

  const onWaited = (): void => {
    if (coming === 'wait') coming = undefined;
    next();
  };

  const run = (): void => {
    coming = undefined;
    const start = now();
    for (const drawable of asked) {
      if (dueIn(drawable, start) > 0) continue;
      asked.delete(drawable);
      drawnAt.set(drawable, start);
      try {
        drawable.draw();
      } catch (error) {
        reportError(error); // one broken chart must not stop the others
      }
      if (asked.size > 0 && now() - start >= budgetMs) break;
    }
    next();
  };

  return {
    ask(drawable) {
      asked.add(drawable);
      next();
    },
    forget(drawable) {
      asked.delete(drawable);
    },
  };
}
