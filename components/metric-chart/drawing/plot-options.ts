import type { ChartOptions } from 'chart.js';
import { merge } from 'chart.js/helpers';
import type { Scene } from './scene.ts';

/** In CSS pixels: room above and right of the plot. */
const TOP_PX = 8;
const RIGHT_PX = 12;

/** Chart.js draws a dataset for each line; the samples stay in the scene's series. */
export const datasetsOf = ({ lines }: Scene): { label: string; data: number[]; clip: false }[] =>
  lines.map(({ label }) => ({ label, data: [], clip: false }));

/** Chart.js with all that a plot does itself switched off; the page's own options over it. */
export function optionsOf({ options }: Scene): ChartOptions<'lpLine'> {
  const own = {
    responsive: false,
    maintainAspectRatio: false,
    animation: false,
    events: [],
    layout: { autoPadding: false, padding: { top: TOP_PX, right: RIGHT_PX, left: 0, bottom: 0 } },
    // what another script of the page registered for all charts is not for ours
    plugins: {
      legend: false,
      title: false,
      subtitle: false,
      tooltip: false,
      decimation: false,
      filler: false,
      colors: false,
    },
    scales: { x: { type: 'lpTime' }, y: { type: 'lpValue' } },
  };
  return merge(own, options ?? {}) as ChartOptions<'lpLine'>;
}
