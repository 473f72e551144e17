import { define } from '../element/define.ts';
import { LpMeter } from './lp-meter.ts';

define('lp-meter', LpMeter);

export { LpMeter };
