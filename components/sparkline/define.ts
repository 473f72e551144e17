import { define } from '../element/define.ts';
import { LpSparkline } from './lp-sparkline.ts';

define('lp-sparkline', LpSparkline);

export { LpSparkline };
