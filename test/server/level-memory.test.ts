import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defaultMaxBytes } from '../../server/stores/byte-budget.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { item } from '../contract/case.ts';
import { emptyFolder } from '../support/folders.ts';

const SCRIPT = fileURLToPath(new URL('../support/full-folder.ts', import.meta.url));
const HEAP_MB = 96;

interface Told {
  bytes: number;
  maxBytes: number;
  last: string;
}

/** Runs the script with a small heap, and returns what it printed. */
async function withSmallHeap(...args: string[]): Promise<Told> {
  const node = [`--max-old-space-size=${HEAP_MB}`, '--import', 'tsx', SCRIPT, ...args];
  const ended = await promisify(execFile)(process.execPath, node).catch(
    (error: { stdout: string; stderr: string; signal: string }) => {
      if (error.signal === 'SIGKILL' && error.stdout) return error;
      throw new Error(`${error.signal}: ${error.stderr.slice(0, 2_000)}`);
    },
  );
  return JSON.parse(ended.stdout) as Told;
}

for (const size of ['20', '1000', '100000']) {
  test(`a folder filled to its limits with texts of ${size} characters can be opened and used again with the same heap`, {
    timeout: 120_000,
  }, async (t) => {
    const location = await emptyFolder(t);
    for (let round = 1; round <= 2; round++) {
      const full = await withSmallHeap(location, 'fill', size);
      assert.equal(full.last, 'storage-full');
      assert.ok(
        full.bytes > 0.8 * full.maxBytes && full.bytes <= full.maxBytes,
        JSON.stringify(full),
      );
      const opened = await withSmallHeap(location, 'open');
      assert.ok(opened.bytes > 0.8 * opened.maxBytes, JSON.stringify(opened));
    }
  });
}

test('the default limit leaves half of the heap free', () => {
  assert.equal(defaultMaxBytes(4_345_298_944), 2_135_649_472);
  assert.equal(defaultMaxBytes(150_994_944), 38_497_472);
  assert.equal(defaultMaxBytes(20_000_000), 8_000_000);
});

test('deleted and replaced entries do not count, and their room on the disk is bounded', async (t) => {
  const location = await emptyFolder(t);
  const store = await levelStore({
    location,
    maxBytes: 4_000_000,
    maxChannelBytes: 4_000_000,
    retain: 10,
  });
  const text = 'x'.repeat(100_000);
  for (let n = 0; n < 400; n++) await store.append(`c${n % 3}`, [item(text)]);
  const { bytes = 0 } = store.health();
  assert.ok(bytes > 3_000_000 && bytes < 3_100_000, `${bytes} bytes`);
  await store.close();
  let entries = 0;
  const again = await levelStore({ location, retain: 10, onProgress: (n) => (entries = n) });
  await again.close();
  assert.ok(entries < 60, `${entries} entries were read, of which 30 are retained`);
});
