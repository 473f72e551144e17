import { define } from '../element/define.ts';
import { LpTime } from './lp-time.ts';

define('lp-time', LpTime);

export { LpTime };
