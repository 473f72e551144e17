import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { pageWatch } from './page-watch.ts';
import type { Plot } from './plot.ts';
import type { Scene } from './scene.ts';

export interface PlotControllerOptions {
  /** The box that the canvas fills. */
  box: () => HTMLElement | null;
  canvas: () => HTMLCanvasElement | null;
  /** What to draw, asked for when it may have changed. */
  scene: () => Scene;
  fps: () => number;
  /** After each redraw that reached the canvas. */
  onDrawn: (plot: Plot) => void;
  /** The medium changed: theme and sizes are to be read again. */
  onMedium: () => void;
  /** Chart.js could not be loaded, or failed. */
  onError: (error: Error) => void;
}

/** Displays that show more are rare. */
const MOST_FPS = 240;

/** Chart.js comes with the first chart that nears the viewport. */
const loadPlot = (): Promise<typeof import('./plot.ts')> => import('./plot.ts');

/**
 * Joins a plot to an element: makes it when the element nears the viewport, draws it in the page's frame while it is
 * there, and lets it go when the element leaves the document for longer than a turn of the event loop.
 */
export class PlotController implements ReactiveController {
  plot: Plot | undefined;
  #host: ReactiveControllerHost & HTMLElement;
  #options: PlotControllerOptions;
  #size = { width: 0, height: 0 };
  #near = false;
  #loading: Promise<void> | undefined;
  #sceneChanged = false;
  #unwatch: (() => void) | undefined;
  readonly #drawable = { draw: () => this.drawNow(), fps: 10 };

  constructor(host: ReactiveControllerHost & HTMLElement, options: PlotControllerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#host.isConnected) this.#watch();
  }

  hostUpdated(): void {
    this.#watch();
  }

  hostDisconnected(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#near = false;
    pageWatch().scheduler.forget(this.#drawable);
    // a move within the document disconnects and connects in one turn: the chart then stays
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.#letGo();
    });
  }

  /** New samples. */
  ask(): void {
    if (!this.#near) return;
    this.#drawable.fps = Math.min(MOST_FPS, Math.max(0.1, this.#options.fps() || 10));
    pageWatch().scheduler.ask(this.#drawable);
  }

  /** The scene is another one: lines, theme, window, limits. */
  change(): void {
    this.#sceneChanged = true;
    this.ask();
  }

  /** Draws at once, wherever the element is. */
  drawNow(): void {
    pageWatch().scheduler.forget(this.#drawable);
    const { plot } = this;
    if (!plot) {
      void this.ready();
      return;
    }
    const { width, height } = this.#size;
    if (this.#sceneChanged) plot.setScene(this.#options.scene());
    this.#sceneChanged = false;
    plot.resize(width, height, devicePixelRatio);
    if (plot.draw()) this.#options.onDrawn(plot);
  }

  /** Resolves when there is a plot, where there can be one: the element is in the document and has a size. */
  ready(): Promise<void> {
    this.#loading ??= this.#make()
      .catch((error: unknown) => {
        this.#options.onError(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  async #make(): Promise<void> {
    if (this.plot) return;
    const module = await loadPlot();
    await this.#host.updateComplete;
    const canvas = this.#options.canvas();
    this.#measure();
    const { width, height } = this.#size;
    if (!canvas || !this.#host.isConnected || !(width > 0 && height > 0)) return;
    this.plot = new module.Plot(canvas, this.#options.scene());
    this.#sceneChanged = false;
    this.drawNow();
  }

  /** The observer tells the size a frame later than an image may be asked for. */
  #measure(): void {
    const box = this.#options.box();
    if (box && this.#size.width === 0)
      this.#size = { width: box.clientWidth, height: box.clientHeight };
  }

  #watch(): void {
    const box = this.#options.box();
    if (this.#unwatch || !box || !this.#host.isConnected) return;
    this.#unwatch = pageWatch().watch(box, {
      onNear: (near) => {
        this.#near = near;
        if (near) this.ask();
      },
      onSize: (width, height) => {
        this.#size = { width, height };
        this.ask();
      },
      onMedium: () => {
        this.#options.onMedium();
        this.#sceneChanged = true;
        if (this.plot) this.drawNow();
      },
    });
  }

  #letGo(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }
}
