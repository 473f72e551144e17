import { define } from '../shared/define.ts';
import { LpSparkline } from './lp-sparkline.ts';

define('lp-sparkline', LpSparkline);

export { LpSparkline };
