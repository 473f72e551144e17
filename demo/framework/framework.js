/** As in a project with a bundler: the elements come first, so that they are defined when React and Vue look for properties. */
import 'lp-kit/source';
import 'lp-kit/status';
import 'lp-kit/number';
import 'lp-kit/feed';
import { mountReact } from './react.jsx';
import { mountVue } from './vue.js';

mountReact(document.querySelector('#react'));
mountVue(document.querySelector('#vue'));
