/**
 * A process that publishes samples to two channels on Redis, and rolls their history; tests kill it. It prints the number of each
 * batch that is acknowledged. The items of a batch depend on its number alone, so that a batch whose acknowledgement was lost can
 * be sent again with its id. Arguments: URL, prefix, name, number of the first batch.
 */
import { Roller } from '../../server/history/roller.ts';
import { redisStore } from '../../server/stores/redis/store.ts';
import { batchOf } from './history-batches.ts';

const [url = '', prefix = '', name = '', from = '0'] = process.argv.slice(2);
const store = await redisStore({ url, prefix, retain: 100, historyMs: 1e11 });
if (!store.history) throw new Error('the store keeps no history');
new Roller({ store, history: store.history, now: Date.now, random: Math.random }).start();

for (let n = Number(from); ; ) {
  try {
    await store.append('room', batchOf(n), { id: `${name}-${n}` });
    await store.append('gone', batchOf(n), { id: `${name}-${n}` });
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    await new Promise((done) => setTimeout(done, 100));
    continue; // The engine is away: the same batch again.
  }
  process.stdout.write(`${n++}\n`);
  await new Promise((done) => setTimeout(done, 5));
}
