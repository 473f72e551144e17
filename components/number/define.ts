import { define } from '../shared/define.ts';
import { LpNumber } from './lp-number.ts';

define('lp-number', LpNumber);

export { LpNumber };
