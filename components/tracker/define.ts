import { define } from '../shared/define.ts';
import { LpTracker } from './lp-tracker.ts';

define('lp-tracker', LpTracker);

export { LpTracker };
