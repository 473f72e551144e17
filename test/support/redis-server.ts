import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';

const PROGRAM = ['redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

/** The value for the `skip` option of tests that need an engine: false, or the reason why there is none. */
export const noEngine: string | false = PROGRAM
  ? false
  : 'neither redis-server nor valkey-server is installed here';

if (noEngine) console.error(`SKIPPED, counted as skipped: ${noEngine}`);

type Client = ReturnType<typeof createClient>;

/** Starts a real engine on a free loopback port, with a folder that is deleted with it. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #args: string[];
  #process: ChildProcess | undefined;
  #client: Client | undefined;

  private constructor(port: number, folder: string, args: string[]) {
    this.port = port;
    this.#folder = folder;
    this.#args = args;
  }

  static async start(...args: string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'lp-redis-'));
    const server = new RedisServer(await freePort(), folder, args);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Sends a command over the test's own connection. */
  async command(...args: string[]): Promise<unknown> {
    return (this.#client as Client).sendCommand(args);
  }

  async up(): Promise<void> {
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const quiet = [
      '--save',
      '',
      '--daemonize',
      'no',
      '--loglevel',
      'warning',
      '--enable-debug-command',
      'yes',
    ];
    const child = spawn(PROGRAM as string, [...own, ...quiet, ...this.#args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    let isUp = false;
    const ended = once(child, 'exit').then(() => {
      if (!isUp) throw new Error(`${PROGRAM} did not come up: ${said}`);
    });
    await Promise.race([ended, this.#loaded()]);
    isUp = true;
  }

  async #loaded(): Promise<void> {
    this.#client = createClient({ url: this.url, socket: { reconnectStrategy: 20 } });
    this.#client.on('error', () => {}); // Not started yet, or killed.
    await this.#client.connect();
    for (;;) {
      const info = String(await this.command('INFO', 'persistence'));
      if (info.includes('loading:0')) return;
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Kills it. */
  async kill(): Promise<void> {
    this.#client?.destroy();
    const child = this.#process as ChildProcess;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
