/**
 * The elements come first, so that they are defined when React and Vue look for properties. They
 * are those of the page's kit.js; a project with a bundler imports `lp-kit/number` and
 * `lp-kit/feed` instead.
 */
import { mountReact } from './react.jsx';
import { mountVue } from './vue.js';

const { load } = await import(document.querySelector('script[src$="/kit.js"]').src);
await load('lp-source', 'lp-status', 'lp-number', 'lp-feed');
mountReact(document.querySelector('#react'));
mountVue(document.querySelector('#vue'));
