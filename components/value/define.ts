import { define } from '../shared/define.ts';
import { LpValue } from './lp-value.ts';

define('lp-value', LpValue);

export { LpValue };
