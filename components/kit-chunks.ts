/** Fetches the chunks of `kit.js` before they are imported, and finds a newer `kit.js` when a chunk is gone. */

/** The server answered, but not with the file: it was upgraded, and its chunks have other names now. */
export class ChunkGoneError extends Error {}

/** Options of `KitChunks`. */
export interface KitChunksOptions {
  /** URL of `kit.js`. */
  kitUrl: string;
  /** The files of each lazily imported module, relative to `kit.js`, by the module's name. */
  files: Readonly<Record<string, readonly string[]>>;
  fetch?: typeof globalThis.fetch;
}

/** What a newer `kit.js` exports. */
export interface NewerKit {
  load(...tags: string[]): Promise<void>;
}

/**
 * A module is imported only when all of its files are in the browser's cache. An import that fails is final in Firefox: it
 * never requests the URL again, nor that of a file which the module imports, and those cannot be given another URL. A failed
 * `fetch` is just repeated.
 */
export class KitChunks {
  readonly #options: Required<KitChunksOptions>;
  readonly #fetched = new Map<string, Promise<void>>();
  #newer: Promise<NewerKit> | undefined;
  #attempts = 0;

  constructor({
    fetch = (input, init) => globalThis.fetch(input, init),
    ...options
  }: KitChunksOptions) {
    this.#options = { ...options, fetch };
  }

  /** Fetches all files of a module at once. @throws ChunkGoneError, TypeError */
  async fetch(module: string): Promise<void> {
    const files = this.#options.files[module] ?? [];
    await Promise.all(files.map((file) => this.#fetchOnce(file)));
  }

  /**
   * Imports `kit.js` again, under another URL, if the server's one no longer names the missing chunk. All calls share the
   * result. @throws Error where it still names it: the upgrade is under way, or the file is lost
   */
  newerKit(missing: ChunkGoneError): Promise<NewerKit> {
    this.#newer ??= this.#findNewer(missing).catch((error: unknown) => {
      this.#newer = undefined;
      throw error;
    });
    return this.#newer;
  }

  /** Undefined as long as the chunks of this `kit.js` are there. */
  get newer(): Promise<NewerKit> | undefined {
    return this.#newer;
  }

  #fetchOnce(file: string): Promise<void> {
    let fetched = this.#fetched.get(file);
    if (fetched) return fetched;
    fetched = this.#fetchFile(file).catch((error: unknown) => {
      this.#fetched.delete(file);
      throw error;
    });
    this.#fetched.set(file, fetched);
    return fetched;
  }

  async #fetchFile(file: string): Promise<void> {
    const { href, origin } = new URL(file, this.#options.kitUrl);
    const policy = watchPolicy(origin);
    try {
      const response = await this.#options.fetch(href);
      await response.arrayBuffer(); // a body that is not read to its end is not cached
      const busy = response.status >= 500 || response.status === 429;
      if (busy) throw new Error(`${href}: ${response.status}`);
      if (!isScript(response)) throw new ChunkGoneError(file);
    } catch (error) {
      if (!(await policy.refused())) throw error; // else import() has to do without
    } finally {
      policy.end();
    }
  }

  async #findNewer({ message: file }: ChunkGoneError): Promise<NewerKit> {
    const { kitUrl, fetch } = this.#options;
    const response = await fetch(kitUrl, { cache: 'no-cache' });
    const text = await response.text();
    if (!isScript(response)) throw new Error(`${kitUrl}: ${response.status}`);
    if (text.includes(file))
      throw new Error(`${file} does not exist, but ${kitUrl} still refers to it`);
    const url = new URL(kitUrl);
    url.searchParams.set('again', `${Date.now()}.${++this.#attempts}`);
    return (await import(url.href)) as NewerKit;
  }
}

/** A file that is missing may be answered by a page of HTML with status 200. */
const isScript = ({ ok, headers }: Response): boolean =>
  ok && /javascript/.test(headers.get('Content-Type') ?? 'javascript');

interface PolicyWatch {
  /** Whether the policy has refused a fetch since the watch began. */
  refused: () => Promise<boolean>;
  end: () => void;
}

/** A Content-Security-Policy may allow scripts of an origin (`script-src`), but no fetch from there (`connect-src`). */
function watchPolicy(origin: string): PolicyWatch {
  let refused = false;
  const note = (event: SecurityPolicyViolationEvent): void => {
    refused ||= event.effectiveDirective === 'connect-src' && event.blockedURI.startsWith(origin);
  };
  document.addEventListener('securitypolicyviolation', note);
  return {
    refused: async () => {
      await new Promise((resolve) => setTimeout(resolve)); // the event may come just after the rejection
      return refused;
    },
    end: () => document.removeEventListener('securitypolicyviolation', note),
  };
}
