import { VERSION } from 'lp-kit';
import { Widgets } from './widgets';

/** A server component: importing the kit on a server has no effect. */
export default function Page() {
  return (
    <main data-version={VERSION}>
      <Widgets />
    </main>
  );
}
