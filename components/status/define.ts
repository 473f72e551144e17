import { define } from '../shared/define.ts';
import { LpStatus } from './lp-status.ts';

define('lp-status', LpStatus);

export { LpStatus };
