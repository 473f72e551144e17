import { define } from '../element/define.ts';
import { LpValue } from './lp-value.ts';

define('lp-value', LpValue);

export { LpValue };
