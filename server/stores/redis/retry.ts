import { ProtocolError } from '../../../protocol/lp1.ts';
import { type Engine, type EngineOptions, isPassing, messageOf, openEngine } from './connection.ts';

/** Time in ms for which an append, or a read that only the engine can answer, is retried. */
export const RETRY_MS = 5_000;

/** The engine with retries: a command that fails for a temporary reason is repeated. */
export class RetryingEngine {
  readonly #due = new Deadlines();
  /** The engine, once it is open; the connection may be down. For commands without retries. */
  engine: Engine | undefined;
  #closing: Promise<void> | undefined;

  /** `onReady` is called on every new connection. @throws StoreError `unsupported`, `unreachable` */
  async open(options: EngineOptions, onReady: () => void): Promise<void> {
    this.engine = await openEngine(options, onReady);
  }

  /** The engine while it is connected, for work that may be skipped. */
  get present(): Engine | undefined {
    return this.engine?.ready ? this.engine : undefined;
  }

  /** @throws ProtocolError `overloaded` where the engine has not replied for `RETRY_MS` */
  check(): void {
    const awayMs = this.engine?.awayMs ?? Infinity;
    if (awayMs < RETRY_MS) return;
    const message = `no reply from the engine for ${Math.round(awayMs / 1000)} s`;
    throw new ProtocolError('overloaded', message, { retryAfter: 2 });
  }

  /** Repeats a command until the engine answers or the time limit is reached. @throws ProtocolError `overloaded`, `draining` */
  async persist<T>(
    what: (engine: Engine) => Promise<T>,
    retryForMs: number = RETRY_MS,
  ): Promise<T> {
    const until = performance.now() + retryForMs;
    for (;;) {
      if (this.#closing) throw new ProtocolError('draining', 'the store is closed');
      const leftMs = until - performance.now();
      try {
        const engine = this.engine as Engine;
        if (!engine.ready) await engine.whenReady(Math.max(0, leftMs));
        return await this.#due.within(what(engine), Math.max(leftMs, 1_000));
      } catch (error) {
        if (error instanceof ProtocolError) throw error;
        if (!isPassing(error) || performance.now() >= until) throw refusal(error);
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
      }
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#due.stop();
    await this.engine?.close();
  }
}

/** Time limits of commands whose reply may never come. One coarse timer for all. */
class Deadlines {
  readonly #waiting = new Set<{ due: number; late: () => void }>();
  readonly #sweep = setInterval(() => {
    const now = performance.now();
    for (const { due, late } of this.#waiting) if (due <= now) late();
  }, 250).unref();

  within<T>(work: Promise<T>, ms: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting.delete(waiting);
        reject(new Error('Redis did not reply in time'));
      };
      const waiting = { due: performance.now() + ms, late };
      this.#waiting.add(waiting);
      work.then(
        (value) => {
          this.#waiting.delete(waiting);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(waiting);
          reject(error);
        },
      );
    });
  }

  stop(): void {
    clearInterval(this.#sweep);
  }
}

const OUT_OF_MEMORY =
  'Redis has no memory left: keep fewer entries (retain or maxAge, by PUT), delete channels, or raise its maxmemory';

/** Returns the error for a caller whose retries have ended, or whose error a retry cannot help. */
export const refusal = (error: unknown): ProtocolError =>
  error instanceof ProtocolError
    ? error
    : messageOf(error).startsWith('OOM ')
      ? new ProtocolError('storage-full', OUT_OF_MEMORY, { retryAfter: 60, cause: error })
      : new ProtocolError('overloaded', `the engine cannot be used now: ${messageOf(error)}`, {
          retryAfter: 2,
          cause: error,
        });
