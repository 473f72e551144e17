import { executeServerCommand } from '@web/test-runner-commands';

/** The test run's server: its base URL. */
export const serverUrl = (): Promise<string> =>
  executeServerCommand<string, string>('server', 'url');

/** Controls the server: start, fresh (start without former data), stop, drop (close all connections). */
export const server = (what: 'start' | 'fresh' | 'stop' | 'drop'): Promise<string> =>
  executeServerCommand<string, string>('server', what);

/** The next event of a type, as its own class. */
export const nextEvent = <K extends keyof HTMLElementEventMap>(
  target: EventTarget,
  type: K,
): Promise<HTMLElementEventMap[K]> =>
  new Promise((resolve) =>
    target.addEventListener(type, (event) => resolve(event as HTMLElementEventMap[K]), {
      once: true,
    }),
  );

let used = 0;

/** A channel name that no other test uses. */
export const freshChannel = (): string => `t${Date.now().toString(36)}-${used++}`;

/** Publishes by HTTP, like any other program. */
export async function post(channel: string, payload: unknown): Promise<void> {
  const response = await fetch(`${await serverUrl()}/channels/${channel}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(payload),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Sets a channel's meta. */
export async function describeChannel(channel: string, meta: unknown): Promise<void> {
  const response = await fetch(`${await serverUrl()}/channels/${channel}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(meta),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

export interface Poll {
  base: string;
  channels: string[];
  aborted: boolean;
  open: boolean;
}

/** Watches the polls of this page from now on. `end` restores the page's own `fetch`. */
export function watchPolls(): { polls: Poll[]; end: () => void } {
  const polls: Poll[] = [];
  const own = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (!url.pathname.endsWith('/poll')) return own(input, init);
    const channels = url.searchParams.get('channels')?.split(',') ?? [];
    const base = url.origin + url.pathname.replace(/\/poll$/, '');
    const poll = { base, channels, aborted: false, open: true };
    polls.push(poll);
    init?.signal?.addEventListener('abort', () => {
      poll.aborted ||= poll.open;
    });
    try {
      return await own(input, init);
    } finally {
      poll.open = false;
    }
  };
  return {
    polls,
    end: () => {
      globalThis.fetch = own;
    },
  };
}

/** Resolves when the condition holds, which is checked in each turn of the event loop. If it never holds, the runner's time limit ends the test. */
export async function until(claim: () => unknown): Promise<void> {
  while (!claim()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A connection to the server that a test can cut and restore, or make refuse requests. */
export interface Line {
  fetch: typeof globalThis.fetch;
  /** Aborts running requests and fails new ones. */
  cut(): void;
  mend(): void;
  /** Answers every poll with this problem until mended. */
  refuse(status: number, code: string): void;
}

export function line(): Line {
  let broken: (() => Promise<Response>) | undefined;
  let under = new AbortController();
  const failed = (error: unknown): Promise<Response> => broken?.() ?? Promise.reject(error);
  const breakWith = (answer: () => Promise<Response>): void => {
    broken = answer;
    under.abort();
    under = new AbortController();
  };
  return {
    async fetch(input, init = {}) {
      if (broken) return broken();
      const ends = [under.signal, ...(init.signal ? [init.signal] : [])];
      try {
        return await globalThis.fetch(input, { ...init, signal: AbortSignal.any(ends) });
      } catch (error) {
        if (init.signal?.aborted) throw error;
        return failed(error);
      }
    },
    cut: () => breakWith(() => Promise.reject(new TypeError('the line is cut'))),
    mend: () => {
      broken = undefined;
    },
    refuse: (status, code) =>
      breakWith(async () => {
        const body = JSON.stringify({ type: 'about:blank', title: code, status, code });
        const headers = { 'Content-Type': 'application/problem+json' };
        return new Response(body, { status, headers });
      }),
  };
}
