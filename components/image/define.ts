import { define } from '../shared/define.ts';
import { LpImage } from './lp-image.ts';

define('lp-image', LpImage);

export { LpImage };
