/**
 * All code that is imported when needed (a chunk of `kit.js`, the chart's drawing code, a language, the code for shared
 * polls) uses these functions: a short failure of the network or the server must not leave a blank element on a page that
 * nobody reloads.
 */

const BASE_MS = 500;
const CAP_MS = 30_000;

/** Options of `lazyImport`. */
export interface LazyImportOptions {
  /** Imports a module by its URL. Default: `import()`. */
  importUrl?: (url: string) => Promise<unknown>;
  /** 0 ≤ random() < 1. Default: `Math.random`. */
  random?: () => number;
  /** Waits, in ms. Default: by `setTimeout`. */
  sleep?: (ms: number) => Promise<void>;
}

/**
 * Returns a function that imports a module. Calls share one attempt, and the module once it is there. If the attempt
 * fails, its promise rejects; the next call waits for random × min(30 s, 0.5 s × 2^failures) and tries again. That
 * attempt uses another URL (`?again=N`), because Firefox never fetches a module's URL again once it has failed.
 *
 * Called with `{ atOnce: true }` it does not wait any longer: a viewer pressed Retry.
 *
 * @param expected Name of an export of the module, to check that the other URL returned the same module. Also named in the
 *   warning about the first failure.
 * @see https://github.com/whatwg/html/issues/6768
 * @example
 * const plot = lazyImport('Plot', () => import('./plot.ts'));
 * const { Plot } = await eventually(plot);
 */
export function lazyImport<M extends object>(
  expected: keyof M & string,
  load: () => Promise<M>,
  {
    importUrl = (url) => import(/* webpackIgnore: true */ /* @vite-ignore */ url),
    random = Math.random,
    sleep = timer,
  }: LazyImportOptions = {},
): (options?: { atOnce: boolean }) => Promise<M> {
  let endWait: () => void = () => {};
  let coming: Promise<M> | undefined;
  let failures = 0;
  let failedUrl: string | undefined;

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      endWait = resolve;
      void sleep(ms).then(resolve);
    });
  const attempt = async (): Promise<M> => {
    if (failures > 0) await wait(random() * Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1)));
    try {
      const module = failedUrl ? await importUrl(otherUrl(failedUrl, failures)) : await load();
      if (isModule(module)) return module;
      const error = new Error(`${failedUrl} does not export ${expected}`);
      failedUrl = undefined; // a bundler renamed the export: only `load` can reach it
      throw error;
    } catch (error) {
      coming = undefined;
      failures++;
      failedUrl = urlOf(error) ?? failedUrl;
      if (failures === 1) warn(expected, error);
      throw error;
    }
  };
  const isModule = (module: unknown): module is M => Object.hasOwn(module as M, expected);
  return ({ atOnce } = { atOnce: false }) => {
    coming ??= attempt();
    if (atOnce) endWait();
    return coming;
  };
}

/** Calls `load` until it succeeds. For a function made by `lazyImport`, which waits between attempts. */
export async function eventually<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      // Reported by lazyImport, which waits before the next attempt.
    }
  }
}

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Another URL of the same file. */
function otherUrl(url: string, attempt: number): string {
  const other = new URL(url);
  other.searchParams.set('again', String(attempt));
  return other.href;
}

/** The URL that Chromium and Firefox name in the error of a failed import. Safari names none. */
function urlOf(error: unknown): string | undefined {
  const { message = '' } = error as { message?: string };
  return /dynamically imported module: (https?:\S+)$/.exec(message)?.[1];
}

function warn(expected: string, error: unknown): void {
  console.warn(
    `lp-kit: the code of ${expected} could not be loaded; trying again until it is`,
    error,
  );
}
