/**
 * A process that publishes one sample per second of its simulated clock, as fast as possible, and prints each acknowledgement; tests
 * kill it. Its store keeps few entries, so that history is rolled all the time. Arguments: folder, number of the first sample.
 */
import { Roller } from '../../server/history/roller.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { T0 } from './history-bench.ts';

const [location = '', from = '0'] = process.argv.slice(2);
let next = Number(from);
const now = (): number => T0 + next * 1_000;
const store = await levelStore({ location, retain: 100, historyMs: 1e11, now, durability: 'os' });
if (!store.history) throw new Error('the store keeps no history');
new Roller({ store, history: store.history, now, random: Math.random }).start();

for (;;) {
  const first = next;
  const items = Array.from({ length: 20 }, () => ({ json: '{"value":1}', t: T0 + next++ * 1_000 }));
  await store.append('room', items);
  process.stdout.write(`${first}\n`);
}
