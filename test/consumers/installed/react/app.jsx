import { useEffect, useRef, useState } from 'react';
import 'lp-kit/number';

const text = (value) => `<${value}>`;

/** Properties and events of React 19. `onStatus` is called with each `lp-status-change`. */
function Live({ onStatus }) {
  return (
    <lp-number
      id="live"
      label="CPU"
      data={{ value: 71 }}
      formatter={text}
      onlp-status-change={onStatus}
    />
  );
}

/** React sets neither objects nor listeners of custom elements when it hydrates, so these are rendered after that. */
export function App({ onStatus }) {
  const [isHydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return (
    <main>
      <lp-number id="plain" label="CPU" warn={70} sparkline />
      {isHydrated && <Live onStatus={onStatus} />}
    </main>
  );
}

/** React 18: attributes in JSX, all else by a reference. */
export function App18({ onStatus }) {
  const number = useRef(null);
  useEffect(() => {
    const element = number.current;
    element.formatter = text;
    element.addEventListener('lp-status-change', onStatus);
    element.data = { value: 71 };
    return () => element.removeEventListener('lp-status-change', onStatus);
  }, [onStatus]);
  return (
    <main>
      <lp-number id="plain" label="CPU" warn={70} />
      <lp-number id="live" ref={number} label="CPU" />
    </main>
  );
}
