import type { ChartOptions } from 'chart.js';
import { merge } from 'chart.js/helpers';
import { lanePx } from './marks.ts';
import { hasRight, type Scene } from './scene.ts';

/** Least room above and right of the plot, in CSS pixels; with large text it is more: a label or a marker is centred on the edge. */
const TOP_PX = 8;
const RIGHT_PX = 12;
const EDGE = 0.6;

/** Returns a dataset for each line, for Chart.js to draw. The samples stay in the scene's series. */
export const datasetsOf = ({ lines }: Scene): { label: string; data: number[]; clip: false }[] =>
  lines.map(({ label }) => ({ label, data: [], clip: false }));

/** Options of Chart.js: everything that a plot does itself is switched off. The page's own options are merged over them. */
export function optionsOf(scene: Scene): ChartOptions<'lpLine'> {
  const right = hasRight(scene);
  const { palette, marks, options } = scene;
  const units = right && (scene.unitOf('left') || scene.unitOf('right')) ? palette.fontPx * 1.6 : 0;
  const edge = Math.ceil(palette.fontPx * EDGE);
  const top = Math.max(TOP_PX, edge) + Math.ceil(Math.max(lanePx(marks, palette), units));
  const own = {
    responsive: false,
    maintainAspectRatio: false,
    animation: false,
    events: [],
    layout: {
      autoPadding: false,
      padding: { top, right: right ? 0 : Math.max(RIGHT_PX, edge), left: 0, bottom: 0 },
    },
    // Plugins that another script of the page registered for all charts are not used.
    plugins: {
      legend: false,
      title: false,
      subtitle: false,
      tooltip: false,
      decimation: false,
      filler: false,
      colors: false,
    },
    scales: {
      x: { type: 'lpTime' },
      y: { type: 'lpValue' },
      ...(right && { y2: { type: 'lpValue', position: 'right' } }),
    },
  };
  return merge(own, options ?? {}) as ChartOptions<'lpLine'>;
}
