import { nothing } from 'lit';
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

const loadHistogram = lazyImport('histogram', () => import('./view/histogram.ts'));
/** The code for histograms, which the first chart of that type loads. */
let drawHistogram: Awaited<ReturnType<typeof loadHistogram>>['histogram'] | undefined;

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

  /** Reads the plot by pointer and keyboard; undefined while there is none. */
  get reader(): PlotParts['reading']['reader'] | undefined {
    const { type } = this.#context.host;
    return type === 'histogram' ? undefined : this.get()?.reading.reader;
  }

  /** Returns the distribution of the samples in view; undefined if the chart draws lines. */
  histogram(): unknown {
    const { host, held, locale } = this.#context;
    const { data, look, viewed } = this.options;
    if (host.type !== 'histogram') return undefined;
    if (drawHistogram)
      return drawHistogram({ look, lines: data.lines, span: viewed.span, held, locale });
    void eventually(loadHistogram).then((code) => {
      drawHistogram = code.histogram;
      host.requestUpdate();
    });
    return nothing;
  }

  /** Runs an action: at once, or after the code is loaded. */
  use(action: (parts: PlotParts) => void): void {
    const parts = this.get();
    if (parts) action(parts);
    else void eventually(lazyPlot.load).then(() => this.use(action));
  }
}
