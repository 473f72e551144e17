/** The kit's elements in React 19: properties as props, events as `onlp-…`. */
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

function Machine() {
  const [highest, setHighest] = useState(0);
  const [isFine, setFine] = useState(false);
  const [onlyTroubles, setOnlyTroubles] = useState(false);
  const onData = ({ data }) => setHighest((before) => Math.max(before, data.value));
  return (
    <>
      <lp-number
        channel="cpu"
        label="CPU"
        format="percent"
        digits={isFine ? 2 : 0}
        sparkline
        window="2m"
        onlp-data={onData}
      />
      <p>
        Highest since you came: <output>{(highest * 100).toFixed(0)} %</output>
      </p>
      <div className="buttons">
        <button type="button" aria-pressed={isFine} onClick={() => setFine(!isFine)}>
          Two digits
        </button>
        <button
          type="button"
          aria-pressed={onlyTroubles}
          onClick={() => setOnlyTroubles(!onlyTroubles)}
        >
          Troubles only
        </button>
      </div>
      <lp-feed
        channel="events"
        label="Events"
        variant="events"
        filter={onlyTroubles ? isTrouble : undefined}
      />
    </>
  );
}

const isTrouble = ({ level }) => level === 'warn' || level === 'error';

/** @param {Element} place */
export const mountReact = (place) => createRoot(place).render(<Machine />);
