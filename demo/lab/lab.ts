import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Gate, gate, type Weather } from './gate.ts';
import { type Heart, heart, heartChannels } from './heart.ts';
import { type OwnServer, ownServer } from './own-server.ts';

/** Actions of the lab. One fault at a time; `mend` ends it, `restart` and `wipe` end by themselves. */
export const ACTIONS = [
  'mend',
  'freeze',
  'silent',
  'refusing',
  'slow',
  'portal',
  'denied',
  'restart',
  'wipe',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The current fault; `none` if there is none. */
export type Trouble = 'none' | Exclude<Action, 'mend'>;

export interface LabOptions {
  /** Called at each change. */
  onTrouble: (trouble: Trouble) => void;
  /** Duration of the outage of a restart. Default 3 s: long enough to be seen. */
  downMs?: number;
}

/**
 * A kit server, a publisher, and a gate between them and the pages: all three may be made to fail,
 * and nothing else.
 */
export interface Lab {
  readonly trouble: Trouble;
  readonly gate: Gate;
  /**
   * Resolves when the action is done; a restart, when the server is up again. Waits for a running
   * action.
   */
  act(action: Action): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error, StoreError if the lab cannot store its data */
export async function lab({ onTrouble, downMs = 3000 }: LabOptions): Promise<Lab> {
  const token = randomUUID();
  const server = await ownServer({ token, channels: heartChannels });
  await server.start();
  const parts: Parts = {
    server,
    gate: gate({ server: () => server.url, token }),
    heart: heart({ server: () => server.url, token }),
  };
  const ending = new AbortController();
  let trouble: Trouble = 'none';
  let queue = Promise.resolve();

  return {
    get trouble() {
      return trouble;
    },
    gate: parts.gate,
    act(action) {
      const done = queue.then(() => act(action));
      queue = done.catch(() => {}); // The caller gets the error; the next action runs nevertheless.
      return done;
    },
    async close() {
      ending.abort();
      parts.heart.close();
      parts.gate.close();
      await queue;
      await server.remove();
    },
  };

  async function act(action: Action): Promise<void> {
    if (ending.signal.aborted) return;
    settle(parts, action);
    tell(action === 'mend' ? 'none' : action);
    if (action !== 'restart' && action !== 'wipe') return;
    await server.stop();
    if (action === 'wipe') await server.wipe();
    else await pause(downMs, undefined, { signal: ending.signal }).catch(() => {});
    if (ending.signal.aborted) return;
    await server.start();
    tell('none');
  }

  function tell(next: Trouble): void {
    if (next === trouble) return;
    trouble = next;
    onTrouble(trouble);
  }
}

interface Parts {
  server: OwnServer;
  gate: Gate;
  heart: Heart;
}

function settle({ gate: door, heart: publisher }: Parts, action: Action): void {
  publisher.frozen = action === 'freeze';
  door.become(isWeather(action) ? action : 'fair');
}

const isWeather = (action: string): action is Weather =>
  ['silent', 'refusing', 'slow', 'portal', 'denied'].includes(action);
