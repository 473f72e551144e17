import type { ConnectionOptions } from 'node:tls';
import { StoreError } from '../store-error.ts';
import type { Script } from './scripts.ts';

/** Options of the connection to Redis. */
export interface EngineOptions {
  /** `redis[s]://[[user][:password]@]host[:port][/database]`; the same words work for Valkey. */
  url: string;
  /** More TLS options, for `rediss:` (a CA of your own). */
  tls?: ConnectionOptions | undefined;
}

/** One connection to the engine. It reconnects by itself; commands are not queued while it is down. */
export interface Engine {
  readonly ready: boolean;
  /** Age of the engine's last reply in ms, if the connection is down or has been silent for `SILENT_MS`; else 0. */
  readonly awayMs: number;
  /** Runs a script. Rejects when the connection is down. */
  run(script: Script, keys: string[], args: string[]): Promise<unknown>;
  /** Sends one command. Rejects when the connection is down. */
  command(args: string[]): Promise<unknown>;
  /** Subscribes by sharded pub/sub. The subscription is renewed on every new connection. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** The same by plain pub/sub, for messages to all instances. */
  subscribeAll(channel: string, listener: (message: string) => void): Promise<void>;
  /** Resolves when the connection is up; rejects after `ms`. */
  whenReady(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Maximum time for which closing waits for replies, ms. */
const CLOSE_MS = 1_000;
/** How often the engine is pinged, ms. */
const PING_MS = 1_000;
/** A connection without any reply for this long, ms, is taken as lost and replaced. */
const SILENT_MS = 3_500;
const SILENCE_CHECK_MS = 500;

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
    pingInterval: PING_MS,
    socket: {
      connectTimeout: 3_000,
      socketTimeout: 5_000, // ends a handshake that is never answered; later, each write postpones it
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 500) * (0.75 + Math.random() / 2),
      ...(options.url.startsWith('rediss:') && { tls: true, ...options.tls }),
    },
  });
  let repliedAt = performance.now();
  let lastError: unknown;
  let waiting: (() => void)[] = [];
  const silentMs = (): number => performance.now() - repliedAt;
  const replied = <T>(reply: T): T => {
    repliedAt = performance.now();
    return reply;
  };
  const connect = (): void => {
    client.connect().catch((error: unknown) => {
      lastError = error;
    });
  };
  client.on('error', (error: unknown) => {
    lastError = error;
  });
  client.on('ping-interval', replied);
  client.on('ready', () => {
    replied(undefined);
    for (const resume of waiting.splice(0)) resume();
    onReady();
  });
  // Only the age of the last reply shows a silent connection: each write postpones a socket's own timeout.
  let checkedAt = performance.now();
  const watchdog = setInterval(() => {
    const lateMs = performance.now() - checkedAt - SILENCE_CHECK_MS;
    checkedAt = performance.now();
    if (lateMs > SILENCE_CHECK_MS) return; // this process was suspended: unread replies may be in the socket
    if (!client.isReady || silentMs() < SILENT_MS) return;
    lastError = new Error(`Redis sent no reply for ${Math.round(silentMs())} ms`);
    client.destroy(); // rejects the commands that wait for a reply
    connect();
  }, SILENCE_CHECK_MS).unref();

  const engine: Engine = {
    get ready() {
      return client.isReady;
    },
    get awayMs() {
      const ms = silentMs();
      return client.isReady && ms < SILENT_MS ? 0 : ms;
    },
    async run({ source, sha }, keys, args) {
      const rest = [String(keys.length), ...keys, ...args];
      try {
        return replied(await client.sendCommand(['EVALSHA', sha, ...rest]));
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
        return replied(await client.sendCommand(['EVAL', source, ...rest])); // restarted, or another engine
      }
    },
    command: async (args) => replied(await client.sendCommand(args)),
    subscribe: async (channel, listener) => replied(await client.sSubscribe(channel, listener)),
    unsubscribe: (channel) => client.sUnsubscribe(channel),
    subscribeAll: async (channel, listener) => replied(await client.subscribe(channel, listener)),
    whenReady(ms) {
      if (client.isReady) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting = waiting.filter((other) => other !== resume);
          reject(
            new StoreError('unreachable', `Redis cannot be reached (${messageOf(lastError)})`),
          );
        }, ms);
        const resume = () => {
          clearTimeout(late);
          resolve();
        };
        waiting.push(resume);
      });
    },
    async close() {
      clearInterval(watchdog);
      if (!client.isReady) return client.destroy();
      // Waits for the replies that are due; if the connection dies in between, the client's promise never settles.
      let late: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((done) => {
        late = setTimeout(done, CLOSE_MS);
      });
      await Promise.race([client.close(), enough]);
      clearTimeout(late);
      client.destroy();
    },
  };

  connect();
  try {
    await engine.whenReady(5_000);
    await checkEngine(engine);
  } catch (error) {
    clearInterval(watchdog);
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
    `${JSON.stringify(withoutPassword(url))} is not an address of Redis: give redis://host:6379, or rediss:// for TLS`,
  );
}

async function checkEngine(engine: Engine): Promise<void> {
  const info = String(await engine.command(['INFO', 'server']));
  const version = /^redis_version:(\d+)/m.exec(info)?.[1];
  if (Number(version) >= 7) return;
  const found = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'an unknown version';
  throw new StoreError(
    'unsupported',
    `the server is Redis ${found}: use Redis 7 or Valkey 8 or later, which have sharded pub/sub`,
  );
}

function startError(url: string, cause: unknown): StoreError {
  const refused = /WRONGPASS|NOAUTH|NOPERM/.test(messageOf(cause));
  const why = refused ? 'refuses the connection' : 'cannot be reached';
  const cure = refused
    ? 'check user and password'
    : 'check the address, and that Redis or Valkey runs';
  const message = `the Redis server at ${withoutPassword(url)} ${why} (${messageOf(cause)}): ${cure}`;
  return new StoreError('unreachable', message, { cause });
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/**
 * Returns whether an error is temporary: of the connection, during a failover or a start. Other errors of the engine are
 * reported at once.
 */
export function isPassing(error: unknown): boolean {
  if ((error as { name?: string }).name === 'StoreError') return true;
  const text = messageOf(error);
  if (/^(READONLY|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|UNBLOCKED|BUSY) /.test(text))
    return true;
  return !/^[A-Z]{2,} /.test(text); // an engine's error starts with its code; the rest is the connection's
}

/** Returns the message of an error; of several connection attempts, that of the first. */
export const messageOf = (error: unknown): string =>
  error instanceof AggregateError && error.errors.length > 0
    ? messageOf(error.errors[0])
    : error instanceof Error
      ? error.message || error.name
      : String(error);
