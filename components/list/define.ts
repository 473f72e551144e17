import { define } from '../element/define.ts';
import { LpList } from './lp-list.ts';

define('lp-list', LpList);

export { LpList };
