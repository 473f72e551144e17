/**
 * A process that appends as fast as possible, and prints each acknowledgement; tests kill it.
 * Arguments: folder, first number, entries retained, factor of items per append, maximum bytes of released segments.
 */
import { levelStore } from '../../server/stores/level/store.ts';

const [location = '', from = '0', retain = '100000', times = '1', spare = '8000000'] =
  process.argv.slice(2);
const limits = { retain: Number(retain), spareLength: Number(spare) };
const store = await levelStore({ location, ...limits });
let next = Number(from);
process.stdout.write('open\n');

for (let writer = 0; writer < 16; writer++) {
  void (async () => {
    for (;;) {
      const n = next++;
      const length = (1 + (n % 3)) * Number(times);
      const items = Array.from({ length }, (_, i) => ({ json: `[${n},${i}]` }));
      const { cursor } = await store.append(`c${n % 4}`, items, { id: `id-${n}` });
      process.stdout.write(`${n} c${n % 4} ${cursor}\n`);
    }
  })();
}
