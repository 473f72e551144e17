import { define } from '../shared/define.ts';
import { LpBand } from './lp-band.ts';
import { LpMetricChart } from './lp-metric-chart.ts';
import { LpSeries } from './lp-series.ts';

define('lp-band', LpBand);
define('lp-series', LpSeries);
define('lp-metric-chart', LpMetricChart);

export { LpBand, LpMetricChart, LpSeries };
