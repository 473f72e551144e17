import { define } from '../shared/define.ts';
import { LpPublish } from './lp-publish.ts';

define('lp-publish', LpPublish);

export { LpPublish };
