import { define } from '../shared/define.ts';
import { LpCase } from './lp-case.ts';

define('lp-case', LpCase);

export { LpCase };
