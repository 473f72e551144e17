import { define } from '../shared/define.ts';
import { LpMeter } from './lp-meter.ts';

define('lp-meter', LpMeter);

export { LpMeter };
