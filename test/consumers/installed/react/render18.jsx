import { createRoot } from 'react-dom/client';
import { App18 } from './app.jsx';

globalThis.heard = 0;
const onStatus = () => globalThis.heard++;
createRoot(document.querySelector('#root')).render(<App18 onStatus={onStatus} />);
