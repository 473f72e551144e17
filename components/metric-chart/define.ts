import { define } from '../shared/define.ts';
import { LpMetricChart } from './lp-metric-chart.ts';
import { LpSeries } from './lp-series.ts';

define('lp-series', LpSeries);
define('lp-metric-chart', LpMetricChart);

export { LpMetricChart, LpSeries };
