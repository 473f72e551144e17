/**
 * The code that a chart needs only once it has a plot, in one chunk with Chart.js: drawing, the reading of values by pointer
 * and keyboard, the menu with the table, and images. lazy-plot.ts loads it.
 */
import type { ChartContext } from './chart-context.ts';
import { ChartReading, type ChartReadingOptions } from './chart-reading.ts';
import { ChartTools, type ChartToolsOptions } from './chart-tools.ts';

export { chartImage } from './drawing/image.ts';
export { Plot } from './drawing/plot.ts';

/** The parts of a chart that a viewer uses by pointer and keyboard. */
export interface PlotParts {
  reading: ChartReading;
  tools: ChartTools;
}

/** Options of the parts of a chart. */
export type PlotPartsOptions = ChartReadingOptions & ChartToolsOptions;

/** Returns the parts of one chart. */
export const plotParts = (context: ChartContext, options: PlotPartsOptions): PlotParts => ({
  reading: new ChartReading(context, options),
  tools: new ChartTools(context, options),
});
