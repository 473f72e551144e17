import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { levelStore } from '../../server/stores/level/store.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Store } from '../../server/stores/store.ts';
import { emptyFolder } from '../support/folders.ts';
import { patience } from './case.ts';
import { DURABLE_CASES } from './durable-contract.ts';
import { CASES } from './store-contract.ts';

/** Stores that each break one requirement: the contract must detect every one of them. */
const MUTANTS: Record<string, (store: Store) => Partial<Store>> = {
  'the tag of a cursor is not checked': (store) => ({
    read: (channel, since, limit) => store.read(channel, since && { ...since, tag: '' }, limit),
  }),
  'every cursor is reset as unknown': (store) => ({
    read: (channel, since, limit) =>
      store.read(channel, since && { v: Number.MAX_SAFE_INTEGER, tag: 'x' }, limit),
  }),
  'keys are dropped': (store) => ({
    append: (channel, items, options) =>
      store.append(
        channel,
        items.map(({ json }) => ({ json })),
        options,
      ),
  }),
  'more is never true': (store) => ({
    read: async (channel, since, limit) => ({
      ...(await store.read(channel, since, limit)),
      more: false,
    }),
  }),
  'more is true whenever there are entries': (store) => ({
    async read(channel, since, limit) {
      const slice = await store.read(channel, since, limit);
      return { ...slice, more: slice.entries.length > 0 };
    },
  }),
  'the limit is ignored': (store) => ({
    read: (channel, since, limit) =>
      store.read(channel, since, { ...limit, entries: 1e9, bytes: 1e9 }),
  }),
  'a slice may end within a record': (store) => ({
    async read(channel, since, limit) {
      const slice = await store.read(channel, since, limit);
      if (slice.entries.length <= limit.entries) return slice;
      return { ...slice, entries: slice.entries.slice(0, limit.entries), more: true };
    },
  }),
  'an id is dropped at once': (store) => ({
    append: (channel, items) => store.append(channel, items),
  }),
  'the content of a repeated id is not compared': (store) => ({
    append: (channel, items, { id } = {}) => store.append(channel, items, { id }),
  }),
  'a record is split': (store) => ({
    async append(channel, items, options) {
      if (items.length < 3) return store.append(channel, items, options);
      await store.append(channel, items.slice(0, 2));
      return store.append(channel, items.slice(2), options);
    },
  }),
  'no watch is signalled for an append': (store) => ({
    watch: (channel) => store.watch(channel, () => {}),
  }),
  'only the first signal is sent': (store) => ({
    watch(channel, onAdvance) {
      let told = false;
      return store.watch(channel, () => {
        if (!told) onAdvance();
        told = true;
      });
    },
  }),
  'the head of a watch does not advance': (store) => ({
    async watch(channel, onAdvance) {
      const watch = await store.watch(channel, onAdvance);
      return { head: watch.head, stop: () => watch.stop() };
    },
  }),
  'an ended watch is still signalled': (store) => ({
    async watch(channel, onAdvance) {
      const watch = await store.watch(channel, onAdvance);
      return {
        get head() {
          return watch.head;
        },
        stop() {},
      };
    },
  }),
  'a deletion is treated as an empty append': (store) => ({
    async clear(channel) {
      await store.append(channel, [{ json: 'null' }]);
      return true;
    },
  }),
  'values lose all characters beyond ASCII': (store) => ({
    append: (channel, items, options) =>
      store.append(
        channel,
        items.map((item) => ({ ...item, json: item.json.replaceAll(/\P{ASCII}/gu, '?') })),
        options,
      ),
  }),
};

const { ms } = patience;
before(() => {
  patience.ms = 300; // A signal of a mutant that has not arrived by then will not arrive.
});
after(() => {
  patience.ms = ms;
});

for (const [mutation, mutate] of Object.entries(MUTANTS)) {
  test(`the contract fails where ${mutation}`, async () => {
    const failed: string[] = [];
    for (const { name, run } of CASES) {
      const outcome = run(async (options) => {
        const store = memoryStore(options);
        const mutant: Store = { ...store, ...mutate(store) };
        return { a: mutant, b: mutant, close: async () => {} };
      });
      await outcome.catch(() => failed.push(name));
    }
    assert.ok(failed.length > 0, 'no case failed');
    assert.ok(failed.length < CASES.length, 'a mutant that fails every case shows nothing');
  });
}

/**
 * Durable stores that break one requirement: what `append` and `read` become after a number of
 * restarts.
 */
const FORGETFUL: Record<string, (store: Store, restarts: number) => Partial<Store>> = {
  'ids are not kept': (store, restarts) => ({
    append: (channel, items, { id, print } = {}) =>
      store.append(channel, items, { id: id && `${restarts} ${id}`, print }),
  }),
  'tags are not kept': (store, restarts) => ({
    read: (channel, since, limit) =>
      store.read(channel, since && restarts > 0 ? { ...since, tag: 'lost' } : since, limit),
  }),
  'meta is not kept': (store, restarts) => ({
    async read(channel, since, limit) {
      const { meta, ...slice } = await store.read(channel, since, limit);
      return restarts > 0 || meta === undefined ? slice : { ...slice, meta };
    },
  }),
};

for (const [mutation, mutate] of Object.entries(FORGETFUL)) {
  test(`the durable contract fails where ${mutation}`, async (t) => {
    let failed = 0;
    for (const { run } of DURABLE_CASES) {
      const outcome = run(async (options) => {
        const location = await emptyFolder(t);
        let restarts = 0;
        let store: Store;
        const open = async () => {
          const sound = await levelStore({ ...options, location });
          t.after(() => sound.close());
          const whole = {
            kind: sound.kind,
            append: sound.append.bind(sound),
            clear: sound.clear.bind(sound),
            read: sound.read.bind(sound),
            watch: sound.watch.bind(sound),
            list: sound.list.bind(sound),
            info: sound.info.bind(sound),
            health: sound.health.bind(sound),
            close: sound.close.bind(sound),
          };
          store = { ...whole, ...mutate(whole, restarts) };
        };
        await open();
        return {
          get store() {
            return store;
          },
          async reopen() {
            await store.close();
            restarts++;
            await open();
          },
          close: () => store.close(),
        };
      });
      await outcome.catch(() => failed++);
    }
    assert.ok(failed > 0, 'no case failed');
    assert.ok(failed < DURABLE_CASES.length, 'a mutant that fails every case shows nothing');
  });
}
