import { getHeapStatistics } from 'node:v8';
import { levelStore } from '../../server/stores/level/store.ts';

/**
 * Fills a data folder to its limits, or opens it: `full-folder.ts DIR fill BYTES` or `full-folder.ts DIR open`. Prints a line of
 * JSON. Run with a small heap.
 */
const [location = '', what, size = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const store = await levelStore({ location });
  let refused = 0;
  let last = '';
  if (what === 'fill') {
    const text = 'x'.repeat(Number(size));
    const many = Math.max(1, Math.min(200, Math.floor(50_000 / (text.length + 1))));
    for (let n = 0; refused < 50; n++) {
      const items = Array.from({ length: many }, (_, i) => ({
        json: JSON.stringify(text),
        ...(n % 2 && { k: `key ${(n * many + i) % 1_500}` }),
      }));
      // Deletions and refills in between leave garbage, which a start reads too.
      if (n % 100 === 99) await store.clear(`c${n % 7}`);
      await store.append(`c${n % 20}`, items).catch((error: { code: string }) => {
        refused++;
        last = error.code;
      });
    }
  }
  const { bytes, maxBytes } = store.health();
  const { heap_size_limit } = getHeapStatistics();
  process.stdout.write(`${JSON.stringify({ bytes, maxBytes, heap_size_limit, last })}\n`);
  if (what === 'fill') process.kill(process.pid, 'SIGKILL'); // As a supervisor, or the kernel, ends it.
  await store.close();
}

await main();
