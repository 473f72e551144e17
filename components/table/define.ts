import { define } from '../shared/define.ts';
import { LpTable } from './lp-table.ts';

define('lp-table', LpTable);

export { LpTable };
