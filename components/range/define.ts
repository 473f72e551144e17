import { define } from '../shared/define.ts';
import { LpRange } from './lp-range.ts';

define('lp-range', LpRange);

export { LpRange };
