import { define } from '../shared/define.ts';
import '../status/define.ts';
import { LpDashboard } from './lp-dashboard.ts';

define('lp-dashboard', LpDashboard);

export { LpDashboard };
