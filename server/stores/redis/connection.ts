import type { ConnectionOptions } from 'node:tls';
import { StoreError } from '../store-error.ts';
import type { Script } from './scripts.ts';

export interface EngineOptions {
  /** `redis[s]://[[user][:password]@]host[:port][/database]`; the same words work for Valkey. */
  url: string;
  /** More TLS options, for `rediss:` (a CA of your own). */
  tls?: ConnectionOptions | undefined;
}

/** One connection to the engine, which heals by itself. Nothing is queued while it is down. */
export interface Engine {
  readonly ready: boolean;
  /** ms since the engine was last there; 0 while it is. */
  readonly awayMs: number;
  /** Runs a script. Rejects when the connection is down. */
  run(script: Script, keys: string[], args: string[]): Promise<unknown>;
  command(args: string[]): Promise<unknown>;
  /** Sharded pub/sub. Subscriptions outlive a lost connection. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Resolves when the connection is up; rejects after `ms`. */
  whenReady(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** The longest that closing waits for replies. */
const CLOSE_MS = 1_000;

type RedisModule = typeof import('@redis/client');

/**
 * Connects. `onReady` is called on every new connection, after subscriptions were renewed.
 * @throws StoreError `unsupported` (no client, engine too old), `unreachable`
 */
export async function openEngine(options: EngineOptions, onReady: () => void): Promise<Engine> {
  const { createClient } = await redisModule();
  const client = createClient({
    url: checkedUrl(options.url),
    disableOfflineQueue: true,
    pingInterval: 1_500,
    socket: {
      connectTimeout: 3_000,
      socketTimeout: 5_000, // a black-holed connection is else not noticed
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 500) * (0.75 + Math.random() / 2),
      ...(options.url.startsWith('rediss:') && { tls: true, ...options.tls }),
    },
  });
  let awaySince: number | undefined = Date.now();
  let lastError: unknown;
  let waiting: (() => void)[] = [];
  client.on('error', (error: unknown) => {
    lastError = error;
    if (!client.isReady) awaySince ??= Date.now();
  });
  client.on('ready', () => {
    awaySince = undefined;
    for (const resume of waiting.splice(0)) resume();
    onReady();
  });

  const engine: Engine = {
    get ready() {
      return client.isReady;
    },
    get awayMs() {
      return client.isReady || awaySince === undefined ? 0 : Date.now() - awaySince;
    },
    async run({ source, sha }, keys, args) {
      const rest = [String(keys.length), ...keys, ...args];
      try {
        return await client.sendCommand(['EVALSHA', sha, ...rest]);
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
        return client.sendCommand(['EVAL', source, ...rest]); // restarted, or another engine
      }
    },
    command: (args) => client.sendCommand(args),
    subscribe: (channel, listener) => client.sSubscribe(channel, listener),
    unsubscribe: (channel) => client.sUnsubscribe(channel),
    whenReady(ms) {
      if (client.isReady) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting = waiting.filter((other) => other !== resume);
          reject(new StoreError('unreachable', `the engine is away (${messageOf(lastError)})`));
        }, ms);
        const resume = () => {
          clearTimeout(late);
          resolve();
        };
        waiting.push(resume);
      });
    },
    async close() {
      if (!client.isReady) return client.destroy();
      // Waits for the replies that are due; where the connection dies meanwhile, the client's promise never settles.
      let late: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((done) => {
        late = setTimeout(done, CLOSE_MS);
      });
      await Promise.race([client.close(), enough]);
      clearTimeout(late);
      client.destroy();
    },
  };

  client.connect().catch((error: unknown) => {
    lastError = error;
  });
  try {
    await engine.whenReady(5_000);
    await checkEngine(engine);
  } catch (error) {
    client.destroy();
    if (error instanceof StoreError && error.code === 'unsupported') throw error;
    throw startError(options.url, lastError ?? error);
  }
  return engine;
}

async function redisModule(): Promise<RedisModule> {
  try {
    return await import('@redis/client');
  } catch (cause) {
    const message =
      'the Redis store needs the package @redis/client, which is not installed: npm install @redis/client';
    throw new StoreError('unsupported', message, { cause });
  }
}

function checkedUrl(url: string): string {
  if (/^rediss?:\/\/\S+$/.test(url) && URL.canParse(url)) return url;
  throw new StoreError(
    'unreachable',
    `${JSON.stringify(withoutPassword(url))} is no address of Redis: give redis://host:6379, or rediss:// for TLS`,
  );
}

async function checkEngine(engine: Engine): Promise<void> {
  const info = String(await engine.command(['INFO', 'server']));
  const version = /^redis_version:(\d+)/m.exec(info)?.[1];
  if (Number(version) >= 7) return;
  const found = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'an unknown version';
  throw new StoreError(
    'unsupported',
    `the engine is ${found}: sharded pub/sub needs Redis 7 or Valkey 8 at least`,
  );
}

function startError(url: string, cause: unknown): StoreError {
  const refused = /WRONGPASS|NOAUTH|NOPERM/.test(messageOf(cause));
  const why = refused ? 'refuses us' : 'cannot be reached';
  const cure = refused
    ? 'check user and password'
    : 'check the address, and that Redis or Valkey runs';
  const message = `the engine at ${withoutPassword(url)} ${why} (${messageOf(cause)}): ${cure}`;
  return new StoreError('unreachable', message, { cause });
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/** Errors that pass by themselves: the connection, a failover, a start. The engine's others are told at once. */
export function isPassing(error: unknown): boolean {
  if ((error as { name?: string }).name === 'StoreError') return true;
  const text = messageOf(error);
  if (/^(READONLY|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|UNBLOCKED|BUSY) /.test(text))
    return true;
  return !/^[A-Z]{2,} /.test(text); // an engine's error starts with its code; the rest is the connection's
}

export const messageOf = (error: unknown): string =>
  error instanceof AggregateError && error.errors.length > 0
    ? messageOf(error.errors[0])
    : error instanceof Error
      ? error.message || error.name
      : String(error);
