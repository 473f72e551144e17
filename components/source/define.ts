import { define } from '../shared/define.ts';
import { LpSource } from './lp-source.ts';

define('lp-source', LpSource);

export { LpSource };
