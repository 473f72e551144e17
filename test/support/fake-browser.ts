import type { TabsChannel, TabsPlatform } from '../../components/client/index.ts';
import type { Locks } from '../../components/client/tabs/leader-election.ts';

type Listener = (event: { data: unknown }) => void;

interface Request {
  tab: FakeTab;
  name: string;
  held: () => Promise<void>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Objects that the tabs of one browser share: locks, which are granted in order, and broadcast channels. A tab can crash or freeze. */
export class FakeBrowser {
  readonly channels: Set<FakeChannel> = new Set();
  readonly #queue: Request[] = [];
  readonly #holders = new Map<string, Request>();

  /** Returns the tab that holds the lock of that name; without a name, the only lock. */
  holder(name?: string): FakeTab | undefined {
    const request = name === undefined ? [...this.#holders.values()][0] : this.#holders.get(name);
    return request?.tab;
  }

  tab(): FakeTab {
    return new FakeTab(this);
  }

  enqueue(request: Request, steal: boolean): void {
    if (steal) {
      const robbed = this.#holders.get(request.name);
      robbed?.tab.run(() => robbed.reject(new DOMException('stolen', 'AbortError')));
      this.#holders.delete(request.name);
      this.#queue.unshift(request);
    } else this.#queue.push(request);
    this.#pass();
  }

  withdraw(request: Request): void {
    const place = this.#queue.indexOf(request);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    request.reject(new DOMException('withdrawn', 'AbortError'));
  }

  /** Releases the locks of a crashed tab, and its places in queues. */
  forget(tab: FakeTab): void {
    for (const request of this.#queue.filter((some) => some.tab === tab)) {
      this.#queue.splice(this.#queue.indexOf(request), 1);
    }
    for (const [name, request] of this.#holders) {
      if (request.tab === tab) this.#holders.delete(name);
    }
    this.#pass();
  }

  #pass(): void {
    for (const request of Array.from(this.#queue)) {
      if (this.#holders.has(request.name)) continue;
      this.#queue.splice(this.#queue.indexOf(request), 1);
      this.#holders.set(request.name, request);
      request.tab.run(async () => {
        await request.held();
        if (this.#holders.get(request.name) === request) this.#holders.delete(request.name);
        request.resolve(undefined);
        this.#pass();
      });
    }
  }
}

export class FakeTab implements TabsPlatform {
  readonly #browser: FakeBrowser;
  #stuck: (() => void)[] | undefined;
  #crashed = false;

  constructor(browser: FakeBrowser) {
    this.#browser = browser;
  }

  readonly locks: Locks = {
    request: (name, { signal, steal = false }, held) =>
      new Promise((resolve, reject) => {
        const request = { tab: this, name, held, resolve, reject };
        signal?.addEventListener('abort', () => this.#browser.withdraw(request));
        queueMicrotask(() => this.#browser.enqueue(request, steal));
      }),
  };

  readonly openChannel = (name: string): TabsChannel => {
    const channel = new FakeChannel(name, this, this.#browser);
    this.#browser.channels.add(channel);
    return channel;
  };

  /** Runs a function when the tab can: at once, after it is unfrozen, or never. */
  run(task: () => unknown): void {
    if (this.#crashed) return;
    if (this.#stuck) this.#stuck.push(task);
    else task();
  }

  /** Freezes the tab, as under a debugger, until `move()`: it neither receives nor sends. */
  stick(): void {
    this.#stuck = [];
  }

  move(): void {
    const tasks = this.#stuck ?? [];
    this.#stuck = undefined;
    for (const task of tasks) task();
  }

  crash(): void {
    this.#crashed = true;
    this.#browser.forget(this);
  }
}

class FakeChannel implements TabsChannel {
  readonly #name: string;
  readonly #tab: FakeTab;
  readonly #browser: FakeBrowser;
  readonly #listeners = new Set<Listener>();

  constructor(name: string, tab: FakeTab, browser: FakeBrowser) {
    this.#name = name;
    this.#tab = tab;
    this.#browser = browser;
  }

  postMessage(word: unknown): void {
    const copy = structuredClone(word);
    this.#tab.run(() => {
      for (const other of this.#browser.channels) {
        if (other === this || other.#name !== this.#name) continue;
        queueMicrotask(() => other.#tab.run(() => other.#receive(copy)));
      }
    });
  }

  addEventListener(_type: 'message', listener: Listener): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#browser.channels.delete(this);
    this.#listeners.clear();
  }

  #receive(data: unknown): void {
    for (const listener of this.#listeners) listener({ data: structuredClone(data) });
  }
}
