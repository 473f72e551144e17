import { define } from '../shared/define.ts';
import { LpList } from './lp-list.ts';

define('lp-list', LpList);

export { LpList };
