import { define } from '../shared/define.ts';
import { LpTemplate } from './lp-template.ts';

define('lp-template', LpTemplate);

export { LpTemplate };
