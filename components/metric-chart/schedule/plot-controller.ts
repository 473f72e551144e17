import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { eventually, lazyImport } from '../../shared/lazy-import.ts';
import type { Plot } from '../drawing/plot.ts';
import type { Scene } from '../drawing/scene.ts';
import { pageWatch } from './page-watch.ts';

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

type PlotModule = typeof import('../drawing/plot.ts');

/** Chart.js, once it is here. */
let loaded: PlotModule | undefined;

const plotModule = lazyImport('Plot', () => import('../drawing/plot.ts'));

/** Loads Chart.js with the first chart that nears the viewport; tries again until it is there. */
const loadPlot = async (): Promise<PlotModule> => (loaded ??= await eventually(plotModule));

/** Device pixels per CSS pixel on paper, at least: printers have some 300 dots an inch. */
const PAPER_RATIO = 3;

interface Size {
  width: number;
  height: number;
}

const sizeOf = ({ clientWidth, clientHeight }: Element): Size => ({
  width: clientWidth,
  height: clientHeight,
});

/**
 * Joins a plot to an element: makes it when the element nears the viewport, draws it in the page's frame while it is
 * there, and lets it go when the element leaves the document for longer than a turn of the event loop.
 */
export class PlotController implements ReactiveController {
  plot: Plot | undefined;
  #host: ReactiveControllerHost & HTMLElement;
  #options: PlotControllerOptions;
  #size: Size = { width: 0, height: 0 };
  /** While the page is printed: the size there, which no observer tells. */
  #paper: Size | undefined;
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
    const { width, height } = this.#paper ?? this.#size;
    const ratio = this.#paper ? Math.max(PAPER_RATIO, devicePixelRatio) : devicePixelRatio;
    if (this.#sceneChanged) plot.setScene(this.#options.scene());
    this.#sceneChanged = false;
    plot.resize(width, height, ratio);
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
    this.#makeOf(module);
  }

  #makeOf(module: PlotModule): void {
    if (this.plot) return;
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
    if (box && this.#size.width === 0) this.#size = sizeOf(box);
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
        if (this.#paper) this.#paper = this.#size;
        this.ask();
      },
      onMedium: () => {
        this.#options.onMedium();
        this.#sceneChanged = true;
        this.#paper = matchMedia('print').matches ? sizeOf(box) : undefined;
        // on paper all charts are seen, those too that were not near the viewport yet
        if (this.#paper && loaded) this.#makeOf(loaded);
        if (this.plot) this.drawNow();
      },
    });
  }

  #letGo(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }
}
