import type { Json, Meta } from 'lp-kit/server';

export interface PublisherOptions {
  /** Base URL of a kit server: `http://localhost:3000/lp`. */
  url: string;
  token: string | undefined;
}

/**
 * A program that publishes like any other user: by the public API over HTTP, and in no other way.
 */
export interface Publisher {
  /**
   * Publishes one value for each named channel, in one request.
   * @throws Error if the server refuses or cannot be reached
   */
  publish(values: Record<string, Json>): Promise<void>;
  /** Publishes values of one channel, in requests of some hundreds. @throws Error as `publish` */
  append(channel: string, values: readonly Json[]): Promise<void>;
  /** Sets a channel's meta: label, unit, ttl … @throws Error as `publish` */
  describe(channel: string, meta: Meta): Promise<void>;
  /** Returns the server's own metrics, as Prometheus text. @throws Error as `publish` */
  metrics(): Promise<string>;
  /** Aborts the pending requests; all later calls fail. */
  close(): void;
}

const DEADLINE_MS = 5_000;
/** Number of values in one request: half of what a server accepts by default. */
const BATCH = 500;

export function publisher({ url, token }: PublisherOptions): Publisher {
  const underWay = new Set<AbortController>();
  let closed = false;
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};

  return {
    async publish(values) {
      const channels = Object.entries(values).map(([name, value]) => [name, [value]]);
      if (channels.length === 0) return;
      await request('POST', '/publish', { channels: Object.fromEntries(channels) });
    },
    async append(channel, values) {
      for (let from = 0; from < values.length; from += BATCH)
        await request('POST', `/channels/${channel}`, values.slice(from, from + BATCH));
    },
    async describe(channel, meta) {
      await request('PUT', `/channels/${channel}`, meta);
    },
    metrics: () => request('GET', '/metrics'),
    close() {
      closed = true;
      for (const job of underWay) job.abort();
    },
  };

  async function request(method: string, path: string, body?: unknown): Promise<string> {
    if (closed) throw new Error('the publisher was closed');
    const job = new AbortController();
    const deadline = setTimeout(() => job.abort(), DEADLINE_MS);
    underWay.add(job);
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: job.signal,
      });
      const text = await answer.text(); // To its end, so that the connection can be used again.
      if (answer.ok) return text;
      throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
    } finally {
      clearTimeout(deadline);
      underWay.delete(job);
    }
  }
}
