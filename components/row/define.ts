import { define } from '../shared/define.ts';
import { LpRow } from './lp-row.ts';

define('lp-row', LpRow);

export { LpRow };
