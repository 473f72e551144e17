import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { ChartContext } from './chart-context.ts';
import type { PlotParts, PlotPartsOptions } from './plot-code.ts';

type PlotCode = typeof import('./plot-code.ts');

const load = lazyImport<PlotCode>('Plot', () => import('./plot-code.ts'));
let loaded: PlotCode | undefined;

/** The code for plots, loaded when the first chart nears the viewport or the browser is idle, or when a menu is opened before. */
export const lazyPlot = {
  /** The code; undefined until it is loaded. */
  get loaded(): PlotCode | undefined {
    return loaded;
  },
  /** Loads the code, as `lazyImport` does. */
  load: async (options?: { atOnce: boolean }): Promise<PlotCode> => (loaded = await load(options)),
};

/** What the viewer of one chart uses by pointer and keyboard; it comes with the code for plots. */
export class LazyParts {
  readonly options: PlotPartsOptions;
  readonly #context: ChartContext;
  #made: PlotParts | undefined;

  constructor(context: ChartContext, options: PlotPartsOptions) {
    this.#context = context;
    this.options = options;
  }

  /** The parts, if they were used before. */
  get made(): PlotParts | undefined {
    return this.#made;
  }

  /** Returns the parts; undefined until their code is loaded, before there is a plot. */
  get(): PlotParts | undefined {
    return (this.#made ??= loaded?.plotParts(this.#context, this.options));
  }

  /** Runs an action: at once, or after the code is loaded. */
  use(action: (parts: PlotParts) => void): void {
    const parts = this.get();
    if (parts) action(parts);
    else void eventually(lazyPlot.load).then(() => this.use(action));
  }
}
