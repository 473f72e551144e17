import { randomUUID } from 'node:crypto';

export interface HeartOptions {
  /** Base URL of the server to publish to; undefined while it is down. */
  server: () => string | undefined;
  token: string;
  /** Time between two beats. Default 1 s. */
  everyMs?: number;
}

/**
 * A publisher that counts: it publishes a beat each second, with the CPU time of this process since
 * the last one. Beats that the server did not accept are kept and sent again, with their own times;
 * so a missing or repeated number is an error of the display.
 */
export interface Heart {
  /** Simulates a publisher that hangs: no beats at all. */
  frozen: boolean;
  close(): void;
}

export const heartChannels = {
  beats: { label: 'Beats', ttl: 2, retain: 300 },
  pulse: { label: 'Processor', ttl: 2, retain: 300, min: 0 },
};

interface Beat {
  n: number;
  time: number;
  busy: number;
}

const MOST_KEPT = 300;

export function heart({ server, token, everyMs = 1000 }: HeartOptions): Heart {
  const ending = new AbortController();
  const busySince = processorUse();
  let kept: Beat[] = [];
  let batch: { id: string; beats: Beat[] } | undefined;
  let sending = false;
  let n = 0;
  const timer = setInterval(beat, everyMs);

  const self: Heart = {
    frozen: false,
    close() {
      clearInterval(timer);
      ending.abort();
    },
  };
  return self;

  function beat(): void {
    const busy = busySince();
    if (self.frozen) return;
    kept = [...kept, { n: ++n, time: Date.now(), busy }].slice(-MOST_KEPT);
    void send();
  }

  /**
   * Sends the same batch under the same key until it is stored: a server that stored it but could
   * not respond stores it once.
   */
  async function send(): Promise<void> {
    const url = server();
    if (sending || url === undefined) return;
    sending = true;
    while (batch || kept.length > 0) {
      batch ??= { id: randomUUID(), beats: kept.splice(0) };
      if (!(await post(url, batch).catch(() => false))) break;
      batch = undefined;
    }
    sending = false;
  }

  async function post(url: string, { id, beats }: { id: string; beats: Beat[] }): Promise<boolean> {
    const answer = await fetch(`${url}/publish`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `"${id}"`,
      },
      body: JSON.stringify({
        channels: {
          beats: beats.map(({ n: count, time }) => ({ time, text: `Beat ${count}` })),
          pulse: beats.map(({ time, busy }) => ({ time, value: busy })),
        },
      }),
      signal: ending.signal,
    });
    await answer.arrayBuffer();
    return answer.ok;
  }
}

/** The share of one core that this process used since the last call. */
function processorUse(): () => number {
  let used = process.cpuUsage();
  let at = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(used);
    const ms = performance.now() - at;
    [used, at] = [process.cpuUsage(), performance.now()];
    return ms > 0 ? Math.round(((user + system) / 1000 / ms) * 10_000) / 10_000 : 0;
  };
}
