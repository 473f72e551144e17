/** @jsxImportSource preact */
import 'lp-kit/preact';
export const App = () => (
  <lp-number channel="cpu" warn={70} class="x" onlp-data={(event) => event.version?.toFixed()} />
);
// @ts-expect-error no such property
export const Bad = () => <lp-number chanel="cpu" />;
