import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Served, serve } from './command.ts';

/** `lp-kit serve --data DIR` as a separate process, which can be killed and restarted at the same address. */
export class KilledServer {
  readonly #args: string[];
  #served: Served;
  #back: Promise<void> = Promise.resolve();

  private constructor(served: Served, args: string[]) {
    this.#served = served;
    this.#args = args;
  }

  static async start(data: string, ...args: string[]): Promise<KilledServer> {
    const all = ['--port', String(await quietPort()), '--data', data, ...args];
    return new KilledServer(await serve(all), all);
  }

  /** Base URL; the same after each restart. */
  get url(): string {
    return this.#served.url;
  }

  /** Resolves when it is ready (again). */
  get back(): Promise<void> {
    return this.#back;
  }

  /** Sends SIGKILL; resolves when the process has ended. `back` stays pending until `start`. */
  async kill(): Promise<() => Promise<void>> {
    let there = () => {};
    this.#back = new Promise((done) => {
      there = done;
    });
    const { child } = this.#served;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
    return async () => {
      this.#served = await serve(this.#args);
      there();
    };
  }

  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null> {
    return this.#served.stop();
  }

  /** Repeats a publish under the same key until it is acknowledged. Returns the cursor. */
  async publish(channel: string, body: object, key: string): Promise<string> {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` };
    for (;;) {
      try {
        const response = await fetch(`${this.url}/channels/${channel}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        });
        const text = await response.text();
        if (response.status === 201) return (JSON.parse(text) as { cursor: string }).cursor;
        throw new RefusedError(`${response.status} ${text}`);
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        await this.#back; // Killed: it may have been stored or not.
      }
    }
  }
}

class RefusedError extends Error {}

/**
 * Returns a free port outside of the range of outgoing connections, so that no other socket takes it while the server is
 * down.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer();
    const free = await new Promise<boolean>((told) => {
      server.once('error', () => told(false));
      server.listen(port, '127.0.0.1', () => told(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
