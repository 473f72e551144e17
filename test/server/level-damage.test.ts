import assert from 'node:assert/strict';
import { chmod, cp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ClassicLevel } from 'classic-level';
import { MARKER_FILE } from '../../server/stores/level/commit-marker.ts';
import { openFolder } from '../../server/stores/level/database.ts';
import {
  crcOf,
  DIGEST_KEY,
  Digest,
  entryKey,
  entryRow,
  type Row,
  segmentKey,
  stateKey,
  valueOf,
} from '../../server/stores/level/records.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Store } from '../../server/stores/store.ts';
import { item, meta, PLENTY, range, told } from '../contract/case.ts';
import { WAYS } from '../contract/level-cases.ts';
import { copyOf, emptyFolder, sizesOf } from '../support/folders.ts';

const LIMITS = { retain: 20, now: () => 1_000_000 };
const CHANNELS = ['a', 'b', 'c'];
const STEPS = 600;

/** The same history each time: entries, keys, meta, ids, trims. */
async function step(store: Store, n: number): Promise<void> {
  const channel = CHANNELS[n % 3] as string;
  if (n % 97 === 0) await store.append(channel, [meta({ n })]);
  else {
    const items = range(0, n % 3).map((i) => item({ n, i, pad: 'x'.repeat(n % 50) }, `k${n % 2}`));
    await store.append(channel, items, n % 10 ? {} : { id: `id${n}` });
  }
}

/** Everything that a store holds, except its tags. */
const contents = async (store: Store) =>
  Promise.all(
    CHANNELS.map(async (channel) => {
      const slice = await store.read(channel, undefined, PLENTY);
      return [parseInt(slice.to), slice.meta, told(slice)];
    }),
  );

/** A folder with tables and a log, and what it held after each step, as text. */
async function history(
  t: TestContext,
  where: object,
): Promise<{ location: string; prefixes: Set<string> }> {
  const location = await emptyFolder(t);
  const limits = { ...LIMITS, ...where };
  const model = memoryStore(LIMITS);
  const prefixes = new Set([JSON.stringify(await contents(model))]);
  let store = await levelStore({ ...limits, location });
  for (const n of range(1, STEPS)) {
    await step(store, n);
    await step(model, n);
    prefixes.add(JSON.stringify(await contents(model)));
    if (n % 200 === 150) {
      await store.close();
      store = await levelStore({ ...limits, location }); // The log becomes a table.
    }
  }
  await store.close();
  return { location, prefixes };
}

type Outcome = 'refused' | 'prefix';

/** Opens a damaged copy. @throws Error if what it holds is no earlier state of the store */
async function outcome(location: string, prefixes: Set<string>): Promise<Outcome> {
  let store: Store;
  try {
    store = await levelStore({ ...LIMITS, location });
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'damaged', String(error));
    return 'refused';
  }
  const held = JSON.stringify(await contents(store));
  await store.append('a', [item('goes on')]);
  await store.close();
  assert.ok(prefixes.has(held), 'neither an error nor an earlier state');
  return 'prefix';
}

for (const [way, where] of Object.entries(WAYS)) {
  test(`a file that is truncated anywhere leaves an earlier state, or a clear error, ${way}`, async (t) => {
    const { location, prefixes } = await history(t, where);
    const outcomes = new Set<string>();
    for (const [name, size] of await sizesOf(location)) {
      if (size === 0 || name.startsWith('LO') || name === MARKER_FILE) continue; // LOG and LOCK have no data.
      for (const part of [0, 0.1, 0.37, 0.5, 0.77, 0.93, 1 - 1 / size]) {
        const copy = await copyOf(location, t);
        await rm(join(copy, MARKER_FILE)); // What was acknowledged is not known.
        await truncate(join(copy, name), Math.floor(size * part));
        outcomes.add(`${name.split('-')[0]?.split('.').at(-1)} ${await outcome(copy, prefixes)}`);
        await rm(copy, { recursive: true });
      }
    }
    for (const seen of ['log prefix', 'ldb refused', 'MANIFEST refused', 'CURRENT refused']) {
      assert.ok(outcomes.has(seen), `${seen} is not among ${[...outcomes].join(', ')}`);
    }
  });
}

for (const [way, where] of Object.entries(WAYS)) {
  test(`a bit flipped anywhere leaves an earlier state, or a clear error, ${way}`, async (t) => {
    const { location, prefixes } = await history(t, where);
    const outcomes: Outcome[] = [];
    for (const [name, size] of await sizesOf(location)) {
      if (size === 0 || name.startsWith('LO')) continue;
      for (const nth of range(0, 11)) {
        const copy = await copyOf(location, t);
        const at = Math.floor((size * (nth + 0.5)) / 12);
        const bytes = await readFile(join(copy, name));
        bytes[at] = (bytes[at] as number) ^ (1 << (nth % 8));
        await writeFile(join(copy, name), bytes);
        outcomes.push(await outcome(copy, prefixes));
        await rm(copy, { recursive: true });
      }
    }
    assert.ok(outcomes.filter((seen) => seen === 'refused').length > 10);
  });
}

for (const [way, where] of Object.entries(WAYS)) {
  test(`a missing file leaves an earlier state, or a clear error, ${way}`, async (t) => {
    const { location, prefixes } = await history(t, where);
    for (const name of (await sizesOf(location)).keys()) {
      const copy = await copyOf(location, t);
      await rm(join(copy, name));
      const seen = await outcome(copy, prefixes);
      if (name === 'CURRENT') assert.equal(seen, 'refused'); // LevelDB alone would start with an empty database.
    }
  });
}

/** How many damages are tried; set it higher for a longer search. */
const TRIALS = Number(process.env['LP_DAMAGE_TRIALS'] ?? 60);

type Damage = (t: {
  copy: string;
  other: string;
  name: string;
  random: () => number;
}) => Promise<void>;

const bytesOf = (copy: string, name: string) => readFile(join(copy, name));

const DAMAGES: Record<string, Damage> = {
  async 'a flipped bit'({ copy, name, random }) {
    const bytes = await bytesOf(copy, name);
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    await writeFile(join(copy, name), bytes);
  },
  async 'a range of zeros'({ copy, name, random }) {
    const bytes = await bytesOf(copy, name);
    const at = Math.floor(random() * bytes.length);
    bytes.fill(0, at, Math.min(bytes.length, at + 1 + Math.floor(random() * 4_096)));
    await writeFile(join(copy, name), bytes);
  },
  async 'a range of other bytes'({ copy, name, random }) {
    const bytes = await bytesOf(copy, name);
    const at = Math.floor(random() * bytes.length);
    const end = Math.min(bytes.length, at + 1 + Math.floor(random() * 300));
    for (let i = at; i < end; i++) bytes[i] = Math.floor(random() * 256);
    await writeFile(join(copy, name), bytes);
  },
  async 'an end cut off'({ copy, name, random }) {
    const { length } = await bytesOf(copy, name);
    await truncate(join(copy, name), Math.floor(random() * length));
  },
  'a missing file': ({ copy, name }) => rm(join(copy, name)),
  async 'a file of another folder'({ copy, other, name, random }) {
    const kind = name.split('.').at(-1) as string;
    const same = [...(await sizesOf(other)).keys()].filter((file) => file.endsWith(kind));
    const taken = same[Math.floor(random() * same.length)];
    if (taken) await writeFile(join(copy, name), await bytesOf(other, taken));
  },
  async 'an earlier state of the file'({ copy, other, name }) {
    await bytesOf(join(other, 'earlier'), name).then(
      (bytes) => writeFile(join(copy, name), bytes),
      () => {}, // It did not exist at that time.
    );
  },
};

/** A small repeatable generator of random numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A folder as a killed process leaves it, with tables and logs; in `earlier`, as it was some
 * commits before.
 */
async function killedFolder(
  t: TestContext,
  tag: string,
): Promise<{ location: string; held: string }> {
  const location = await emptyFolder(t);
  const earlier = await emptyFolder(t);
  const random = seeded(tag.length);
  let store = await levelStore({ ...LIMITS, location, random });
  for (const n of range(1, STEPS)) {
    await step(store, n);
    if (n === STEPS - 40) await cp(location, earlier, { recursive: true });
    if (n % 200 !== 150) continue;
    await store.close();
    store = await levelStore({ ...LIMITS, location, random });
  }
  await store.append('a', [item(tag)]);
  const held = JSON.stringify(await contents(store));
  const commit = String(STEPS + 1).padStart(16, '0');
  while (!(await readFile(join(location, MARKER_FILE), 'utf8')).includes(commit)) await turn();
  const killed = await copyOf(location, t);
  await cp(earlier, join(killed, 'earlier'), { recursive: true });
  t.after(() => store.close());
  return { location: killed, held };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test(`each of ${TRIALS} damages that loses data is reported`, { timeout: 600_000 }, async (t) => {
  const [{ location, held }, { location: other }] = [
    await killedFolder(t, 'one'),
    await killedFolder(t, 'another'),
  ];
  const random = seeded(TRIALS);
  const kinds = Object.keys(DAMAGES);
  const outcomes: Record<string, number> = {};
  for (const trial of range(0, TRIALS - 1)) {
    const kind = kinds[trial % kinds.length] as string;
    const copy = await copyOf(location, t);
    const names = [...(await sizesOf(copy)).keys()].filter((name) => !/^LO|^earlier/.test(name));
    const logs = names.filter((name) => name.endsWith('.log'));
    const from = trial % 2 ? logs : names; // Every other damage is in a log.
    const name = from[Math.floor(random() * from.length)] as string;
    const before = await readFile(join(copy, name));
    const origin = kind === 'an earlier state of the file' ? location : other;
    await DAMAGES[kind]?.({ copy, other: origin, name, random });
    const what = `${kind} in ${name}`;
    const outcome = await levelStore({ ...LIMITS, location: copy }).then(
      async (store) => {
        const now = JSON.stringify(await contents(store));
        await store.close();
        return now === held ? 'whole' : 'lost';
      },
      (error: { code?: string; message: string }) => {
        assert.equal(error.code, 'damaged', what);
        return 'refused';
      },
    );
    const after = await readFile(join(copy, name)).catch(() => undefined);
    assert.notEqual(outcome, 'lost', `${what} (trial ${trial})`);
    const kept = after?.equals(before) ? 'unchanged' : outcome;
    outcomes[`${kind}: ${kept}`] = (outcomes[`${kind}: ${kept}`] ?? 0) + 1;
    await rm(copy, { recursive: true });
  }
  t.diagnostic(JSON.stringify(outcomes));
  assert.ok(Object.keys(outcomes).filter((seen) => seen.endsWith('refused')).length >= 6);
});

test('a damaged log is refused with its name and position', async (t) => {
  const { location } = await killedFolder(t, 'one');
  const name = [...(await sizesOf(location)).keys()].find((file) =>
    file.endsWith('.log'),
  ) as string;
  const bytes = await readFile(join(location, name));
  const at = Math.floor(bytes.length / 5);
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(join(location, name), bytes);
  await assert.rejects(levelStore({ ...LIMITS, location }), (error: Error) => {
    const [, place] = new RegExp(`${name} .* from byte (\\d+) on`).exec(error.message) ?? [];
    assert.ok(place && Number(place) <= at && at < Number(place) + 2_000, error.message);
    return true;
  });
  assert.deepEqual(await bytesOf(location, name), bytes, 'the log was changed');
});

test('a folder of another program is refused', async (t) => {
  const location = await emptyFolder(t);
  const db = new ClassicLevel(location);
  await db.put('theirs', 'not ours');
  await db.close();
  await assert.rejects(levelStore({ location }), { code: 'damaged' });
});

test('an invalid record is refused, whether its checksum is right or not', async (t) => {
  const rows: Row[] = [
    { key: entryKey('a', 1), body: 'tag.no text' },
    { key: entryKey('a', 1), body: '{"v":1,"t":5,"d":1}' },
    { key: entryKey('a', 1), body: 'tag.{"v":1,"t":x,"d":1}' },
    { key: entryKey('a', 1), body: 'tag.{"v":1,"t":5,"k":7,"d":1}' },
    { key: 'a\0one', body: 'tag.{"v":1,"t":5,"d":1}' },
    { key: 'a', body: 'tag.{"v":1,"t":5,"d":1}' },
    { key: stateKey('a'), body: '[1,"tag"' },
    { key: '\0ia id', body: 'null' },
    { key: segmentKey(1), body: 'a\0tag.18 {"v":1,"t":5,"d":1}' },
    { key: segmentKey(1), body: 'a\0tag.20 {"v":1,"t":5,"d":1}' },
    { key: segmentKey(1), body: 'a\0tag.19 {"v":2,"t":5,"d":1}' },
    { key: segmentKey(1), body: 'a\0tag 19 {"v":1,"t":5,"d":1}' },
    { key: segmentKey(1), body: 'a\0tag.3 {} ' },
    { key: segmentKey(0), body: 'a\0tag.19 {"v":1,"t":5,"d":1}' },
  ];
  for (const row of rows) {
    const location = await emptyFolder(t);
    const digest = new Digest();
    digest.add(crcOf(row));
    const folder = await openFolder(location);
    const changes = [row, { key: DIGEST_KEY, body: String(digest) }];
    const puts = changes.map(
      (put) => ({ type: 'put', key: put.key, value: valueOf(put) }) as const,
    );
    await folder.write(puts, true);
    await folder.close();
    await assert.rejects(levelStore({ location }), { code: 'damaged' }, JSON.stringify(row));
  }
});

test('a folder in the old format without segments is opened, and continues in the present one', async (t) => {
  const location = await emptyFolder(t);
  const rows: Row[] = [
    ...range(3, 5).map((v) =>
      entryRow('a', { v, tag: 'old', text: `{"v":${v},"t":5,"d":${v}}`, last: true }),
    ),
    { key: stateKey('a'), body: '[2,"old",0]' },
  ];
  const digest = new Digest(0, 0, 'lp-kit/1');
  for (const row of rows) digest.add(crcOf(row));
  const folder = await openFolder(location);
  const puts = [...rows, { key: DIGEST_KEY, body: String(digest) }].map(
    (put) => ({ type: 'put', key: put.key, value: valueOf(put) }) as const,
  );
  await folder.write(puts, true);
  await folder.close();
  let store = await levelStore({ location, retain: 3 });
  await store.close();
  store = await levelStore({ location, retain: 3 }); // It has not been changed, and still has the old format.
  await store.append('a', [item(6)]);
  for (const _ of range(1, 2)) {
    assert.deepEqual(
      told(await store.read('a', { v: 3, tag: 'old' }, PLENTY)).map(({ v, d }) => [v, d]),
      range(4, 6).map((v) => [v, v]),
    );
    await store.close();
    store = await levelStore({ location, retain: 3 });
  }
  await store.close();
});

test('times of any size and sign, and keys of any text, are the same after a restart', async (t) => {
  const location = await emptyFolder(t);
  let store = await levelStore({ location, retain: 1 });
  const keys = ['"', '\\', '\\"', ',', '","d":', '{"k":1}', '\0', '\u2028', '', 'd', '😀'];
  for (const k of keys) await store.append('cpu', [item(`old ${k}`, k), item(k, k)]);
  const times = [0, -1, -8_640_000_000_000_000, 8_640_000_000_000_000];
  for (const ms of times) await store.append(`t${ms}`, [{ json: '[1,{"t":2}]', t: ms }]);
  const before = await store.read('cpu', undefined, PLENTY);
  await store.close();
  store = await levelStore({ location, retain: 1 });
  assert.deepEqual(await store.read('cpu', undefined, PLENTY), before);
  for (const k of keys) await store.append('cpu', [item('new', k)]);
  const after = told(await store.read('cpu', undefined, PLENTY));
  assert.deepEqual(
    after.map(({ k, d }) => [k, d]),
    keys.map((k) => [k, 'new']),
    'a key is not recognised as the same',
  );
  const updated = new Map((await store.list()).map((info) => [info.name, info.updated]));
  for (const ms of times) assert.equal(updated.get(`t${ms}`), ms);
  await store.close();
});

test('a folder in use is refused, and can be opened after it was closed', async (t) => {
  const location = await emptyFolder(t);
  const store = await levelStore({ location });
  await assert.rejects(levelStore({ location }), { code: 'in-use' });
  await store.append('cpu', [item(1)]);
  await store.close();
  const next = await levelStore({ location });
  assert.equal((await next.read('cpu', undefined, PLENTY)).entries.length, 1);
  await next.close();
});

test('a folder that cannot be created is refused', async (t) => {
  const folder = await emptyFolder(t);
  await (await open(join(folder, 'file'), 'w')).close();
  for (const location of [join(folder, 'file'), join(folder, 'file', 'data')]) {
    await assert.rejects(levelStore({ location }), { code: 'no-access' }, location);
  }
});

test('only the owner may read a new folder, and an old one is closed to others', async (t) => {
  const folder = await emptyFolder(t);
  const made = join(folder, 'new', 'data');
  const store = await levelStore({ location: made });
  await store.append('cpu', [item(1)]);
  await store.close();
  assert.equal((await stat(made)).mode & 0o777, 0o700);
  const old = await emptyFolder(t);
  await cp(made, old, { recursive: true });
  await chmod(old, 0o755);
  await chmod(join(old, 'LOCK'), 0o644);
  const mode = async (name: string) => (await stat(join(old, name))).mode & 0o777;
  await (await levelStore({ location: old })).close();
  assert.deepEqual([await mode(''), await mode('LOCK')], [0o750, 0o640]);
  await chmod(old, 0o755);
  await writeFile(join(old, 'README'), 'mine', { mode: 0o644 });
  await (await levelStore({ location: old })).close();
  assert.deepEqual([await mode(''), await mode('README')], [0o755, 0o644]);
});

test('a first start that was killed before it wrote anything is not reported as damage', async (t) => {
  const location = await emptyFolder(t);
  await writeFile(join(location, 'MANIFEST-000001'), '');
  await writeFile(join(location, 'LOCK'), '');
  const store = await levelStore({ location });
  await store.append('cpu', [item(1)]);
  await store.close();
});

test('opening reports its progress', async (t) => {
  const location = await emptyFolder(t);
  const store = await levelStore({ location, retain: 10_000 });
  const thousand = range(1, 1_000).map((n) => item(n));
  for (const _ of range(1, 5)) await store.append('cpu', thousand);
  await store.close();
  const seen: number[] = [];
  const again = await levelStore({ location, retain: 10_000, onProgress: (n) => seen.push(n) });
  assert.ok(seen.length >= 5 && seen.at(-1) === 5_000, String(seen));
  await again.close();
});
