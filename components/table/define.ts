import { define } from '../shared/define.ts';
import { LpColumn } from './lp-column.ts';
import { LpTable } from './lp-table.ts';

define('lp-column', LpColumn);
define('lp-table', LpTable);

export { LpColumn, LpTable };
