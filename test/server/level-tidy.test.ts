import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSegmentKey, stateKey } from '../../server/stores/level/records.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { item, meta, PLENTY, range } from '../contract/case.ts';
import { WAYS } from '../contract/level-cases.ts';
import { FaultyFolders } from '../support/faulty-folder.ts';
import { emptyFolder } from '../support/folders.ts';

test('a large trim is compacted in the background while appends continue', async (t) => {
  const location = await emptyFolder(t);
  const folders = new FaultyFolders();
  let deleted = 0;
  let most = 0;
  let tidied = () => {};
  folders.onWrite = (changes) => {
    const deletions = changes.filter(
      ({ type, key }) => type === 'del' && !isSegmentKey(key),
    ).length;
    deleted += deletions;
    most = Math.max(most, deletions);
    if (deleted >= 29_990) tidied();
  };
  const options = { ...WAYS['in rows'], location, open: folders.open, retain: 100_000 };
  const store = await levelStore(options);
  for (const _ of range(1, 30))
    await store.append(
      'cpu',
      range(1, 1_000).map((n) => item(n)),
    );
  const done = new Promise<void>((resolve) => (tidied = resolve));
  await store.append('cpu', [meta({ retain: 10 })]);
  const during = await store.append('cpu', [item('during')]);
  assert.ok(deleted < 29_990, 'the append waited for the compaction');
  const awake = setInterval(() => {}, 1_000); // The store's own timer does not keep the process alive.
  await done;
  clearInterval(awake);
  assert.ok(most <= 1_000, `${most} deletions in one commit`);
  await store.close();
  let rows = 0;
  const again = await levelStore({ location, onProgress: (n) => (rows = n) });
  assert.ok(rows < 50, `${rows} entries left on the disk`);
  const slice = await again.read('cpu', undefined, PLENTY);
  assert.deepEqual([slice.entries.length, slice.to], [10, during.cursor]);
  await again.close();
});

test('while appends continue, trimmed entries are deleted many at a time, and soon', async (t) => {
  const folders = new FaultyFolders();
  let deleted = 0;
  let states = 0;
  folders.onWrite = (changes) => {
    for (const { type, key } of changes) {
      if (type === 'del') deleted++;
      else if (key.startsWith(stateKey(''))) states++;
    }
  };
  const location = await emptyFolder(t);
  const store = await levelStore({ ...WAYS['in rows'], location, open: folders.open, retain: 5 });
  const appended = 400 * 100;
  const writers = range(1, 100).map(async (c) => {
    for (const n of range(1, 400)) await store.append(`c${c}`, [item(n)]);
  });
  await Promise.all(writers);
  assert.ok(deleted > appended - 500 - 10_000, `only ${deleted} were deleted of ${appended}`);
  assert.ok(states < deleted / 10, `${states} state rows for ${deleted} deletions`);
  await store.close();
});

test('only an entry that outlives its page costs a row of its own and a deletion', async (t) => {
  const location = await emptyFolder(t);
  const folders = new FaultyFolders();
  let rows = 0;
  let deletions = 0;
  let pages = 0;
  let most = 0;
  folders.onWrite = (changes) => {
    for (const { type, key } of changes) {
      if (isSegmentKey(key)) pages += type === 'put' ? 1 : -1;
      else if (key.includes('\0', 1)) type === 'put' ? rows++ : deletions++;
    }
    most = Math.max(most, pages);
  };
  const options = { location, retain: 5, spareLength: 100_000 };
  const store = await levelStore({ ...options, open: folders.open });
  await store.append('quiet', [item('kept')]);
  for (const n of range(1, 10_000)) await store.append('busy', [item(n)]);
  assert.ok(most < 8_000, `${most} pages`); // 100,000 of about 35 each, and 4,000 that are dropped at once.
  assert.ok(rows > 0 && rows < 50 && deletions < 50, `${rows} rows, ${deletions} deletions`);
  await store.close();
  const again = await levelStore(options);
  const quiet = await again.read('quiet', undefined, PLENTY);
  const busy = await again.read('busy', undefined, PLENTY);
  assert.deepEqual([quiet.entries.length, busy.entries.length], [1, 5]);
  assert.equal(parseInt(busy.to), 10_000);
  await again.close();
});

test('a deleted name that is used again after others were written to waits for few pages', async (t) => {
  const folders = new FaultyFolders();
  let changed = 0;
  folders.onWrite = (changes) => (changed = changes.length);
  const options = { open: folders.open, maxChannels: 2, retain: 100_000 };
  const store = await levelStore({ location: await emptyFolder(t), ...options });
  const hundred = range(1, 100).map((n) => item(n));
  for (const _ of range(1, 200)) await store.append('cpu', hundred);
  for (const name of ['a', 'b']) {
    await store.append(name, [item(1)]); // b replaces a.
    await store.clear(name);
  }
  for (const _ of range(1, 10)) await store.append('cpu', [item(1)]);
  await store.append('a', [item(2)]);
  assert.ok(changed < 5_000, `${changed} rows in one commit`); // 20,000 where none had been dropped before.
  const { entries } = await store.read('a', undefined, PLENTY);
  assert.equal(entries.length, 1);
  await store.close();
});
