import { define } from '../shared/define.ts';
import { LpAlerts } from './lp-alerts.ts';

define('lp-alerts', LpAlerts);

export { LpAlerts };
