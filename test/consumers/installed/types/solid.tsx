/** @jsxImportSource solid-js */
import 'lp-kit/solid';
export const App = () => (
  <lp-number
    channel="cpu"
    prop:warn={70}
    attr:danger="90"
    class="x"
    on:lp-data={(event) => event.version?.toFixed()}
  />
);
// @ts-expect-error no such property
export const Bad = () => <lp-number chanel="cpu" />;
