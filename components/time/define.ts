import { define } from '../shared/define.ts';
import { LpTime } from './lp-time.ts';

define('lp-time', LpTime);

export { LpTime };
