import { define } from '../shared/define.ts';
import { LpFeed } from './lp-feed.ts';

define('lp-feed', LpFeed);

export { LpFeed };
