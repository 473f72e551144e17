import 'lp-kit/react';
import { useRef } from 'react';
import type { LpNumber } from 'lp-kit/number';
export function App() {
  const ref = useRef<LpNumber>(null);
  return (
    <main onClick={() => ref.current?.refresh()}>
      <lp-number
        ref={ref}
        channel="cpu"
        stale-after="30s"
        warn={70}
        danger="90"
        sparkline
        formatter={(v) => String(v)}
        data={[1]}
        onlp-level={(event) => event.level?.at(0)}
        className="x"
        style={{ color: 'red' }}
      />
      <lp-metric-chart channel="cpu" window="5m" series={[{ field: 'a' }]} />
      {/* @ts-expect-error no such attribute value */}
      <lp-metric-chart type="pie3d" />
      {/* @ts-expect-error no such property */}
      <lp-number chanel="cpu" />
    </main>
  );
}
document.addEventListener('lp-data', (event) => event.version?.toFixed());
