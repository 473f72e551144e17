/** As in a project with a bundler: the kit first, so that its elements are defined when React and Vue look for properties. */
import 'lp-kit';
import { mountReact } from './react.jsx';
import { mountVue } from './vue.js';

mountReact(document.querySelector('#react'));
mountVue(document.querySelector('#vue'));
