import { hydrateRoot } from 'react-dom/client';
import { App } from './app.jsx';

globalThis.heard = 0;
hydrateRoot(document.querySelector('#root'), <App onStatus={() => globalThis.heard++} />);
