import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseCursor } from '../../protocol/lp1.ts';
import { MARKER_FILE } from '../../server/stores/level/commit-marker.ts';
import { type Folder, openFolder } from '../../server/stores/level/database.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import type { Store } from '../../server/stores/store.ts';
import { item, PLENTY, range, told } from '../contract/case.ts';
import { Reader } from '../contract/reader.ts';
import { copyOf, emptyFolder, sizesOf } from '../support/folders.ts';

const WRITER = fileURLToPath(new URL('../support/level-writer.ts', import.meta.url));

interface Acknowledged {
  n: number;
  channel: string;
  cursor: string;
}

/**
 * Starts a writer, kills it without warning after `count` acknowledgements, and returns all that it
 * printed.
 */
async function killedWriter(
  location: string,
  from: number,
  count: number,
  ...more: string[]
): Promise<Acknowledged[]> {
  const args = ['--import', 'tsx', WRITER, location, String(from), ...more];
  const writer: ChildProcess = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(writer, 'exit');
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: writer.stdout as NodeJS.ReadableStream })) {
    const [n, channel, cursor] = line.split(' ');
    if (channel && cursor) acknowledged.push({ n: Number(n), channel, cursor });
    if (acknowledged.length === count) writer.kill('SIGKILL');
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  assert.deepEqual([code, signal], [null, 'SIGKILL'], 'the writer ended by itself');
  return acknowledged;
}

test('kill -9 under load loses nothing acknowledged, and ids still prevent duplicates', async (t) => {
  const location = await emptyFolder(t);
  const all: Acknowledged[] = [];
  let next = 0;
  for (const round of range(1, 5)) {
    all.push(...(await killedWriter(location, next, 150 * round)));
    const store = await levelStore({ location, retain: 100_000 });
    for (const { n, channel, cursor } of all) {
      const { v, tag } = parseCursor(cursor) as { v: number; tag: string };
      const slice = await store.read(channel, { v, tag }, PLENTY);
      assert.equal(slice.reset, undefined, `${cursor} of ${channel} is not known any more`);
      const again = await store.append(channel, [item('a double')], { id: `id-${n}` });
      assert.deepEqual([again.replayed, again.cursor], [true, cursor]);
    }
    for (const channel of ['c0', 'c1', 'c2', 'c3']) {
      const entries = told(await store.read(channel, undefined, PLENTY));
      const values = entries.map(({ d }) => d as [number, number]);
      assert.equal(new Set(values.map(String)).size, values.length, 'a duplicate');
      for (const [i, [n, part]] of values.entries()) {
        if (part === n % 3) continue; // The last of its record.
        assert.deepEqual(values[i + 1], [n, part + 1], 'an incomplete record');
      }
      next = Math.max(next, ...values.map(([n]) => n + 1));
    }
    await store.close();
  }
});

for (const spareLength of [-Infinity, 20_000, 8_000_000]) {
  const how = `${spareLength} to spare`;
  test(`kill -9 during trims and compaction leaves the newest entries of each channel complete, ${how}`, (t) =>
    trimsKilled(t, spareLength));
}

async function trimsKilled(t: TestContext, spareLength: number): Promise<void> {
  const location = await emptyFolder(t);
  const retain = 50;
  let rows = 0;
  let next = 0;
  for (const _ of range(1, 4)) {
    // About 14,000 entries each time: compaction begins at 8,000 trimmed entries.
    const more = [String(retain), '20', String(spareLength)];
    const acknowledged = await killedWriter(location, next, 350, ...more);
    const store = await levelStore({ location, retain, onProgress: (n) => (rows = n) });
    assert.ok(rows < 14_000 || spareLength > 1_000_000, 'nothing was compacted');
    for (const channel of ['c0', 'c1', 'c2', 'c3']) {
      const last = acknowledged.findLast((kept) => kept.channel === channel) as Acknowledged;
      const delta = await store.read(channel, parseCursor(last.cursor), PLENTY);
      const { v } = parseCursor(last.cursor) as { v: number };
      const head = parseInt(delta.to);
      const trimmed = delta.reset === 'trimmed' && v < head - retain;
      assert.ok(delta.reset === undefined || trimmed, `${last.cursor}: ${delta.reset}`);
      const full = told(await store.read(channel, undefined, PLENTY));
      assert.deepEqual(
        full.map((entry) => entry.v),
        range(head - retain + 1, head),
      );
      next = Math.max(next, ...full.map(({ d }) => (d as [number, number])[0] + 1));
    }
    await store.close();
  }
}

/** A store whose power can be cut: what was not synced by then may be lost, whole or in part. */
async function cuttable(location: string, durability: 'commit' | 'os') {
  let synced = await sizesOf(location);
  let marker = ''; // The state at that time: it is written after a commit is synced.
  const open = async (place: string): Promise<Folder> => {
    const folder = await openFolder(place);
    synced = await sizesOf(place);
    return {
      ...folder,
      async write(changes, sync) {
        await folder.write(changes, sync);
        if (!sync) return;
        marker = await readFile(join(place, MARKER_FILE), 'utf8').catch(() => '');
        synced = await sizesOf(place);
      },
    };
  };
  const store = await levelStore({ location, durability, open, retain: 100_000 });
  /**
   * A copy of the folder as a power cut might leave it; `kept` (0–1) of the unsynced bytes reached
   * the disk.
   */
  const cut = async (t: TestContext, kept: number, torn: string): Promise<string> => {
    const [before, acknowledged] = [synced, marker];
    const copy = await copyOf(location, t);
    await writeFile(join(copy, MARKER_FILE), acknowledged);
    for (const [name, size] of await sizesOf(copy)) {
      if (!name.endsWith('.log')) continue; // LevelDB syncs its tables before it relies on them.
      const safe = before.get(name) ?? 0;
      await truncate(join(copy, name), safe + Math.floor((size - safe) * kept));
      if (kept < 1 && torn) await appendFile(join(copy, name), torn);
    }
    return copy;
  };
  return { store, cut };
}

async function lostAfterCuts(t: TestContext, durability: 'commit' | 'os'): Promise<number> {
  const { store, cut } = await cuttable(await emptyFolder(t), durability);
  const acknowledged: string[] = [];
  let lost = 0;
  for (const round of range(0, 11)) {
    const writing = range(1, 20).map(async (n) => {
      const items = range(0, n % 3).map((i) => item(`${'x'.repeat(n * 100)}${i}`));
      acknowledged.push((await store.append('cpu', items)).cursor);
    });
    await Promise.race(writing); // The others are not acknowledged yet.
    const certain = [...acknowledged];
    const copy = await cut(
      t,
      (round % 4) / 4,
      ['', '\0'.repeat(5_000), 'garbage'][round % 3] ?? '',
    );
    const after = await levelStore({ location: copy, retain: 100_000 });
    for (const cursor of certain) {
      const slice = await after.read('cpu', parseCursor(cursor), PLENTY);
      if (slice.reset) lost++;
    }
    await after.append('cpu', [item('goes on')]);
    await after.close();
    await Promise.all(writing);
  }
  await store.close();
  return lost;
}

test('a power cut loses nothing acknowledged with durability commit', async (t) => {
  assert.equal(await lostAfterCuts(t, 'commit'), 0);
});

test('the simulated power cut detects losses: with durability os there are some', async (t) => {
  assert.ok((await lostAfterCuts(t, 'os')) > 0);
});

test('an older backup resets the clients that are ahead of it, and never sends a wrong delta', async (t) => {
  const location = await emptyFolder(t);
  const readers: Reader[] = [];
  const follow = async (store: Store) => {
    const reader = new Reader('cpu');
    await reader.catchUp(store);
    readers.push(reader);
  };
  let store = await levelStore({ location, retain: 50 });
  for (const n of range(1, 40)) await store.append('cpu', [item(n)]);
  await follow(store);
  await store.close();
  const backup = await copyOf(location, t);
  store = await levelStore({ location, retain: 50 });
  for (const n of range(41, 60)) {
    await store.append('cpu', [item(`lost ${n}`)]);
    await follow(store);
  }
  await store.close();
  store = await levelStore({ location: backup, retain: 50 });
  for (const n of range(41, 70)) {
    await store.append('cpu', [item(n)]);
    const [first, ...past] = readers.map((reader) =>
      Object.assign(new Reader('cpu'), {
        cursor: reader.cursor,
        view: new Map(reader.view),
      }),
    );
    for (const reader of [first as Reader, ...past]) {
      await reader.catchUp(store);
      await reader.checkAgainst(store);
    }
    assert.deepEqual(first?.resets, []);
    for (const reader of past) assert.deepEqual(reader.resets, ['unknown']);
  }
  await store.close();
});
