import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Plot } from '../drawing/plot.ts';
import type { Scene } from '../drawing/scene.ts';
import { farPlots } from './far-plots.ts';
import { pageWatch } from './page-watch.ts';

type PlotModule = Pick<typeof import('../drawing/plot.ts'), 'Plot'>;

interface LazyPlotCode {
  readonly loaded: PlotModule | undefined;
  load: (options?: { atOnce: boolean }) => Promise<PlotModule>;
}

/** Options of `PlotController`. */
export interface PlotControllerOptions {
  /** The drawing code, loaded when the first chart nears the viewport or the browser is idle. */
  code: LazyPlotCode;
  /** The element whose box the canvas fills. */
  box: () => HTMLElement | null;
  canvas: () => HTMLCanvasElement | null;
  /** Returns what to draw; called when it may have changed. */
  scene: () => Scene;
  fps: () => number;
  /** Called after each redraw of the canvas. */
  onDrawn: (plot: Plot) => void;
  /** Called when the medium has changed: theme and sizes have to be read again. */
  onMedium: () => void;
  /** Called when `error` has changed: the drawing code could not be loaded, or was loaded by a later attempt. */
  onError: () => void;
}

/** Maximum redraws per second: few displays show more. */
const MOST_FPS = 240;

/** Redraws per second of a chart out of sight: one in five seconds. */
const FAR_FPS = 0.2;

/** Device pixels per CSS pixel on paper, at least: printers have some 300 dots an inch. */
const PAPER_RATIO = 3;

/** Below this width or height in CSS pixels, no plot is drawn again: while a page is resized, boxes may be as narrow for a frame. */
const LEAST_PX = 16;

interface Size {
  width: number;
  height: number;
}

const sizeOf = ({ clientWidth, clientHeight }: Element): Size => ({
  width: clientWidth,
  height: clientHeight,
});

/**
 * Owns the plot of an element: creates it when the element nears the viewport, draws it in the page's animation frame while
 * it is there, and destroys it when the element leaves the document for longer than a turn of the event loop.
 * Out of sight it is drawn every few seconds, while the browser is idle.
 */
export class PlotController implements ReactiveController {
  plot: Plot | undefined;
  /** The reason why there is no plot; its `code` is `not-loaded` if the drawing code could not be loaded. */
  error: Error | undefined;
  #host: ReactiveControllerHost & HTMLElement;
  #options: PlotControllerOptions;
  #size: Size = { width: 0, height: 0 };
  /** Size on paper while the page is printed: no observer reports it. */
  #paper: Size | undefined;
  #near = false;
  #loading: Promise<void> | undefined;
  #sceneChanged = false;
  #unwatch: (() => void) | undefined;
  readonly #drawable = { draw: () => this.drawNow(), fps: 10 };
  /** Draws while the element is out of sight. */
  readonly #far = {
    fps: FAR_FPS,
    draw: () => {
      if (document.hidden || !this.#host.isConnected) return;
      if (this.plot) this.drawNow();
      else if (farPlots.hasRoom)
        void this.ready().then(() => this.plot && farPlots.keep(this.#far));
    },
  };

  constructor(host: ReactiveControllerHost & HTMLElement, options: PlotControllerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#host.isConnected) this.#watch();
  }

  // A removed element may update once more: it is not watched again.
  hostUpdated(): void {
    if (this.#host.isConnected) this.#watch();
  }

  hostDisconnected(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#near = false;
    pageWatch().scheduler.forget(this.#drawable);
    farPlots.scheduler.forget(this.#far);
    // A move within the document disconnects and connects in one turn: the plot then stays.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.#release();
    });
  }

  /** Draws in the next frame: there are new samples. */
  ask(): void {
    if (!this.#near) {
      if (this.#host.isConnected) farPlots.scheduler.ask(this.#far);
      return;
    }
    this.#drawable.fps = Math.min(MOST_FPS, Math.max(0.1, this.#options.fps() || 10));
    pageWatch().scheduler.ask(this.#drawable);
  }

  /** Draws in the next frame: the scene changed (lines, theme, window, limits). */
  change(): void {
    this.#sceneChanged = true;
    this.ask();
  }

  /** Draws at once, wherever the element is. */
  drawNow(): void {
    pageWatch().scheduler.forget(this.#drawable);
    farPlots.scheduler.forget(this.#far);
    const { plot } = this;
    if (!plot) {
      void this.ready();
      return;
    }
    const { width, height } = this.#paper ?? this.#size;
    const ratio = this.#paper ? Math.max(PAPER_RATIO, devicePixelRatio) : devicePixelRatio;
    if (this.#sceneChanged) plot.setScene(this.#options.scene());
    this.#sceneChanged = false;
    plot.resize(width, height, ratio);
    if (plot.draw()) this.#options.onDrawn(plot);
  }

  /**
   * Resolves when there is a plot, if there can be one: the element is in the document and has a size. Also resolves if the
   * drawing code cannot be loaded; loading is retried with growing pauses.
   */
  ready(): Promise<void> {
    this.#loading ??= this.#make().finally(() => {
      this.#loading = undefined;
      const again = this.error && !this.#options.code.loaded && this.#host.isConnected;
      if (again) void this.ready();
    });
    return this.#loading;
  }

  /** Loads the drawing code at once, if that has failed. */
  retry(): void {
    if (this.error) void this.#options.code.load({ atOnce: true }).catch(() => {});
  }

  async #make(): Promise<void> {
    if (this.plot) return;
    const { code } = this.#options;
    try {
      const module = code.loaded ?? (await code.load());
      await this.#host.updateComplete;
      this.#makeOf(module);
      this.#fail(undefined);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new Error(`the code that draws charts could not be loaded: ${reason}`, {
        cause,
      });
      this.#fail(code.loaded ? (cause as Error) : Object.assign(error, { code: 'not-loaded' }));
    }
  }

  #fail(error: Error | undefined): void {
    // Each attempt has another URL, and so another message: one failure is reported once.
    if (codeOf(this.error) === codeOf(error)) return;
    this.error = error;
    this.#options.onError();
  }

  #makeOf(module: PlotModule): void {
    if (this.plot) return;
    const canvas = this.#options.canvas();
    const box = this.#options.box();
    // The observer reports the size one frame later, too late for an image that is requested now.
    if (box && this.#size.width === 0) this.#size = sizeOf(box);
    const { width, height } = this.#size;
    if (!canvas || !this.#host.isConnected || !(width > 0 && height > 0)) return;
    this.plot = new module.Plot(canvas, this.#options.scene());
    this.#sceneChanged = false;
    this.drawNow();
  }

  #watch(): void {
    const box = this.#options.box();
    if (this.#unwatch || !box || !this.#host.isConnected) return;
    this.#unwatch = pageWatch().watch(box, {
      onNear: (near) => {
        this.#near = near;
        if (near) this.ask();
      },
      onSize: (width, height, drawNow) => {
        if (this.plot && Math.min(width, height) < LEAST_PX) return;
        this.#size = { width, height };
        if (this.#paper) this.#paper = this.#size;
        if (drawNow && this.#near && this.plot) this.drawNow();
        else this.ask();
      },
      onMedium: () => {
        this.#options.onMedium();
        this.#sceneChanged = true;
        this.#paper = matchMedia('print').matches ? sizeOf(box) : undefined;
        // In print all charts are visible, also those that were not near the viewport.
        const { loaded } = this.#options.code;
        if (this.#paper && loaded) this.#makeOf(loaded);
        if (this.plot) this.drawNow();
      },
    });
  }

  #release(): void {
    farPlots.release(this.#far);
    this.plot?.destroy();
    this.plot = undefined;
  }
}

/** Code of an error, else its message; undefined without an error. */
const codeOf = (error: (Error & { code?: string }) | undefined): string | undefined =>
  error && (error.code ?? error.message);
