import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, lazyImport } from '../../components/shared/lazy-import.ts';

const URL_OF_PLOT = 'http://wall.test/lp/kit-plot-ABCDEFGH.js';
const chromium = new TypeError(`Failed to fetch dynamically imported module: ${URL_OF_PLOT}`);
const firefox = new TypeError(`error loading dynamically imported module: ${URL_OF_PLOT}`);

interface Script {
  /** What each call of `load` does. */
  loads: (object | Error)[];
  /** What each import by URL does. */
  urls?: (object | Error)[];
}

const act = async (outcome: object | Error | undefined): Promise<object> => {
  if (outcome === undefined) throw new Error('called too often');
  if (outcome instanceof Error) throw outcome;
  return outcome;
};

/** A lazy import with scripted attempts; records the requested URLs and the waits. */
function scripted({ loads, urls = [] }: Script) {
  const asked: string[] = [];
  const waits: number[] = [];
  const module = lazyImport<{ Plot: number }>(
    'Plot',
    () => act(loads.shift()) as Promise<{ Plot: number }>,
    {
      importUrl: (url) => {
        asked.push(url);
        return act(urls.shift());
      },
      random: () => 0.5,
      sleep: async (ms) => void waits.push(ms),
    },
  );
  return { module, asked, waits };
}

test('calls share one attempt, and the module once it is loaded', async () => {
  const { module } = scripted({ loads: [{ Plot: 1 }] });
  const [first, second] = await Promise.all([module(), module()]);
  assert.equal(first, second);
  assert.equal(await module(), first);
});

for (const error of [chromium, firefox]) {
  test(`after “${error.message.slice(0, 20)}…” another URL is requested, a new one each time`, async (t) => {
    t.mock.method(console, 'warn', () => {});
    const again = new TypeError(`${error.message}?again=1`);
    const { module, asked, waits } = scripted({ loads: [error], urls: [again, { Plot: 2 }] });
    await assert.rejects(module(), error);
    await assert.rejects(module(), again);
    assert.deepEqual(await module(), { Plot: 2 });
    assert.deepEqual(asked, [`${URL_OF_PLOT}?again=1`, `${URL_OF_PLOT}?again=2`]);
    assert.deepEqual(waits, [250, 500]);
  });
}

test('without a URL in the error the same import is retried', async (t) => {
  t.mock.method(console, 'warn', () => {});
  const { module, asked } = scripted({
    loads: [new TypeError('Importing a module script failed.'), { Plot: 3 }],
  });
  assert.deepEqual(await eventually(module), { Plot: 3 });
  assert.deepEqual(asked, []);
});

test('a URL in the error of a module that was fetched, but throws, is not imported', async (t) => {
  t.mock.method(console, 'warn', () => {});
  const { module, asked } = scripted({
    loads: [new Error('no answer from http://wall.test/lp/evil.js'), { Plot: 3 }],
  });
  assert.deepEqual(await eventually(module), { Plot: 3 });
  assert.deepEqual(asked, []);
});

test('a module without the expected export is not accepted, and the first import is retried', async (t) => {
  t.mock.method(console, 'warn', () => {});
  const { module } = scripted({ loads: [chromium, { Plot: 4 }], urls: [{ a: 4 }] });
  assert.deepEqual(await eventually(module), { Plot: 4 });
});

test('the wait doubles up to 30 s, and only the first failure is reported', async (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  const loads = [...Array.from({ length: 9 }, () => new Error('down')), { Plot: 5 }];
  const { module, waits } = scripted({ loads });
  await eventually(module);
  assert.deepEqual(waits.slice(0, 3), [250, 500, 1_000]);
  assert.deepEqual(waits.slice(-2), [15_000, 15_000]);
  assert.equal(warn.mock.callCount(), 1);
});

test('a viewer who presses Retry does not wait', async (t) => {
  t.mock.method(console, 'warn', () => {});
  const outcomes = [chromium, { Plot: 3 }];
  const module = lazyImport<{ Plot: number }>(
    'Plot',
    () => act(outcomes.shift()) as Promise<{ Plot: number }>,
    {
      importUrl: () => act(outcomes.shift()),
      sleep: () => new Promise(() => {}), // Without end.
    },
  );
  await assert.rejects(module(), chromium);
  const waiting = module();
  void module({ atOnce: true });
  assert.deepEqual(await waiting, { Plot: 3 });
});
