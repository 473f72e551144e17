/** A process that appends as fast as it may, and prints each acknowledgement: to be killed. Arguments: folder, first number. */
import { levelStore } from '../../server/stores/level.ts';

const [location = '', from = '0'] = process.argv.slice(2);
const store = await levelStore({ location, retain: 100_000 });
let next = Number(from);
process.stdout.write('open\n');

for (let writer = 0; writer < 16; writer++) {
  void (async () => {
    for (;;) {
      const n = next++;
      const items = Array.from({ length: 1 + (n % 3) }, (_, i) => ({ json: `[${n},${i}]` }));
      const { cursor } = await store.append(`c${n % 4}`, items, { id: `id-${n}` });
      process.stdout.write(`${n} c${n % 4} ${cursor}\n`);
    }
  })();
}
