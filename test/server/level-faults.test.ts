import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseCursor } from '../../protocol/lp1.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import type { Store } from '../../server/stores/store.ts';
import { item, PLENTY, range, told, versions } from '../contract/case.ts';
import { FaultyFolders } from '../support/faulty-folder.ts';
import { emptyFolder } from '../support/folders.ts';

const all = async (store: Store, channel = 'cpu') =>
  versions(await store.read(channel, undefined, PLENTY));

for (const written of [false, true]) {
  const how = written ? ' and lies on the disk all the same' : '';

  test(`an append without disk space${how} is never visible, and appends continue once there is space`, async (t) => {
    const location = await emptyFolder(t);
    const folders = new FaultyFolders();
    let store = await levelStore({ location, open: folders.open });
    await store.append('cpu', [item(1)], { id: 'one' });
    let signals = 0;
    const watch = await store.watch('cpu', () => signals++);
    folders.fault = { code: 'no-room', written };
    const refused = [
      store.append('cpu', [item('refused')], { id: 'two' }),
      store.append('new', [item('refused')]),
    ];
    for (const append of refused) await assert.rejects(append, { code: 'overloaded' });
    assert.equal(store.health().ok, false);
    folders.openFault = { code: 'no-room' };
    await assert.rejects(store.append('cpu', [item('refused')]), { code: 'overloaded' });
    assert.deepEqual([await all(store), signals], [[1], 0]);

    folders.fault = undefined;
    folders.openFault = undefined;
    const next = await store.append('cpu', [item(2)], { id: 'two' });
    assert.deepEqual([next.first, next.replayed], [2, false]);
    assert.equal(store.health().ok, true);
    watch.stop();
    await store.close();

    store = await levelStore({ location });
    assert.deepEqual([await all(store), await all(store, 'new')], [[1, 2], []]);
    assert.equal((await store.append('cpu', [item(2)], { id: 'two' })).replayed, true);
    await store.close();
  });

  test(`a disk that fails${how} ends appends until the store is opened again; reads continue`, async (t) => {
    const location = await emptyFolder(t);
    const folders = new FaultyFolders();
    const store = await levelStore({ location, open: folders.open });
    await store.append('cpu', [item(1)]);
    folders.fault = { code: 'failed', written };
    await assert.rejects(store.append('cpu', [item(2)]), { code: 'overloaded' });
    folders.fault = undefined;
    await assert.rejects(store.append('cpu', [item(3)]), { code: 'overloaded' });
    await assert.rejects(store.clear('cpu'), { code: 'overloaded' });
    assert.equal(store.health().ok, false);
    assert.deepEqual(await all(store), [1]);
    await store.close();
    const again = await levelStore({ location });
    const next = await again.append('cpu', [item(4)]);
    assert.equal(next.first, written ? 3 : 2);
    await again.close();
  });
}

test('a store whose disk was full recovers by itself once there is space, even without appends', async (t) => {
  const location = await emptyFolder(t);
  const folders = new FaultyFolders();
  const store = await levelStore({ location, open: folders.open });
  await store.append('cpu', [item(1)]);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const probed = async () => {
    t.mock.timers.tick(1_000);
    await store.append('cpu', []).catch(() => {}); // It comes after the probe in the queue.
  };
  folders.fault = { code: 'no-room' };
  await assert.rejects(store.append('cpu', [item(2)]), { code: 'overloaded' });
  for (const _ of range(1, 3)) {
    await probed();
    assert.equal(store.health().ok, false);
    assert.match(store.health().reason ?? '', /cannot write/);
  }
  folders.fault = undefined;
  t.mock.timers.tick(1_000);
  for (let n = 0; !store.health().ok; n++) {
    assert.ok(n < 10_000, 'still reported as unhealthy');
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await store.append('cpu', [item(3)])).first, 2);
  await store.close();
});

test('a deletion without disk space does not happen', async (t) => {
  const location = await emptyFolder(t);
  const folders = new FaultyFolders();
  const store = await levelStore({ location, open: folders.open });
  await store.append('cpu', [item(1)]);
  for (const written of [false, true]) {
    folders.fault = { code: 'no-room', written };
    await assert.rejects(store.clear('cpu'), { code: 'overloaded' });
    folders.fault = undefined;
    await store.append('cpu', [item(2)]);
  }
  assert.deepEqual(await all(store), [1, 2, 3]);
  await store.close();
  const again = await levelStore({ location });
  assert.deepEqual(await all(again), [1, 2, 3]);
  await again.close();
});

test('a refused append that cannot be undone at once is undone later', async (t) => {
  const location = await emptyFolder(t);
  const folders = new FaultyFolders();
  const store = await levelStore({ location, open: folders.open });
  await store.append('cpu', [item(1)]);
  folders.fault = { code: 'no-room', written: true };
  await assert.rejects(store.append('cpu', [item('refused')]), { code: 'overloaded' });
  await assert.rejects(store.clear('cpu'), { code: 'overloaded' });
  folders.fault = { code: 'no-room' };
  await assert.rejects(store.append('cpu', [item('refused')]), { code: 'overloaded' });
  folders.fault = undefined;
  await store.append('cpu', [item(2)]);
  await store.close();
  const again = await levelStore({ location });
  assert.deepEqual(
    told(await again.read('cpu', undefined, PLENTY)).map(({ d }) => d),
    [1, 2],
  );
  await again.close();
});

/** A disk of `size` that is removed with the test; undefined if this user may not make one. */
async function smallDisk(t: TestContext, size: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-disk-'));
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder];
    execFileSync('mount', options, { stdio: 'ignore' });
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  t.after(async () => {
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

test('a real disk that fills up: refused appends are never visible, and appends continue with space', async (t) => {
  const folder = await smallDisk(t, '14m');
  if (!folder) return t.skip('no right to mount a small disk here');
  const location = join(folder, 'data');
  let store = await levelStore({ location, retain: 1_000_000 });
  const kept: string[] = [];
  const fill = async () => {
    for (;;) {
      const big = Array.from({ length: 200 }, () => Math.random().toString(36)).join('');
      kept.push((await store.append('cpu', [item(big)])).cursor);
    }
  };
  await writeFile(join(folder, 'ballast'), Buffer.alloc(9_000_000));
  await assert.rejects(fill(), { code: 'overloaded' });
  assert.equal((await all(store)).length, kept.length);
  await assert.rejects(store.append('cpu', [item('x'.repeat(100_000))]), { code: 'overloaded' });
  await rm(join(folder, 'ballast'));
  kept.push((await store.append('cpu', [item('room again')])).cursor);
  assert.deepEqual(await all(store), range(1, kept.length));
  await store.close();
  store = await levelStore({ location, retain: 1_000_000 });
  for (const cursor of kept) {
    const { reset } = await store.read('cpu', parseCursor(cursor), { entries: 1, bytes: 1 });
    assert.equal(reset, undefined, `${cursor} is lost`);
  }
  assert.deepEqual(await all(store), range(1, kept.length));
  await store.close();
});

test('continuous appends do not delay timers', async (t) => {
  const store = await levelStore({ location: await emptyFolder(t) });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  while (ticks < 20) await store.append('cpu', [item(ticks)]);
  clearInterval(timer);
  await store.close();
});

test('closing waits for running operations, and refuses later ones', async (t) => {
  const location = await emptyFolder(t);
  const store = await levelStore({ location });
  const writing = range(1, 100).map((n) => store.append('cpu', [item(n)]));
  const closing = store.close();
  await assert.rejects(store.append('cpu', [item('late')]), { code: 'draining' });
  await Promise.all([...writing, closing]);
  const again = await levelStore({ location });
  assert.equal((await all(again)).length, 100);
  await again.close();
});

test('ids are dropped after their window, on the disk too', async (t) => {
  const location = await emptyFolder(t);
  let now = 1_000_000;
  const options = { location, now: () => now, idWindowMs: 1_000, maxIds: 3 };
  let store = await levelStore(options);
  await store.append('cpu', [item(1)], { id: 'a' });
  now += 1_001;
  assert.equal((await store.append('cpu', [item(1)], { id: 'a' })).replayed, false);
  for (const id of ['b', 'c', 'd']) await store.append('cpu', [item(id)], { id });
  await store.close();
  store = await levelStore(options);
  assert.equal((await store.append('cpu', [item(1)], { id: 'b' })).replayed, true);
  assert.equal((await store.append('cpu', [item(1)], { id: 'a' })).replayed, false);
  assert.deepEqual(await all(store), range(1, 6));
  await store.close();
});
