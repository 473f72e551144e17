import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blockOf } from './recipes.ts';
import { freePort } from './redis-server.ts';

export type CacheKind = 'nginx' | 'varnish';

/** False, or the reason why the program is not available. */
export function missingCache(kind: CacheKind): string | false {
  const program = PROGRAMS[kind];
  return spawnSync(program, ['-V']).error ? `${program} is not installed here` : false;
}

/** The value for a test's `skip` option; prints the reason if the test is skipped. */
export function noCache(kind: CacheKind): string | false {
  const reason = missingCache(kind);
  if (reason) console.error(`SKIPPED, counted as skipped: ${reason}`);
  return reason;
}

export interface CacheServer extends AsyncDisposable {
  port: number;
  pid: number;
}

/** A shared cache in front of the server on `originPort`, with the recipe of docs/deploying.md, on a free loopback port. */
export async function startCache(kind: CacheKind, originPort: number): Promise<CacheServer> {
  const folder = await mkdtemp(join(tmpdir(), `lp-${kind}-`));
  const port = await freePort();
  const args = await COMMANDS[kind]({ folder, port, originPort });
  const child = spawn(PROGRAMS[kind], args, { stdio: 'ignore' });
  while (!(await answers(port, child)));
  return {
    port,
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const PROGRAMS: Record<CacheKind, string> = { nginx: 'nginx', varnish: 'varnishd' };

interface Place {
  folder: string;
  port: number;
  originPort: number;
}

const COMMANDS: Record<CacheKind, (place: Place) => Promise<string[]>> = {
  async nginx({ folder, port, originPort }) {
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const config = join(folder, 'nginx.conf');
    const recipe = (await blockOf('nginx-cache'))
      .replace('/var/cache/nginx/lp', `${folder}/cache`)
      .replace('127.0.0.1:3000', `127.0.0.1:${originPort}`)
      .replace('listen 80;', `listen 127.0.0.1:${port};`);
    await writeFile(
      config,
      `daemon off; worker_processes 1; user root; pid ${folder}/pid; error_log ${folder}/error.log;
      events { worker_connections 8192; }
      http { access_log off; ${temp.join(' ')}\n${recipe} }`,
    );
    return ['-p', folder, '-c', config];
  },
  async varnish({ folder, port, originPort }) {
    const config = join(folder, 'lp.vcl');
    const recipe = await blockOf('vcl');
    await writeFile(config, recipe.replace('.port = "3000"', `.port = "${originPort}"`));
    const own = ['-j', 'none', '-F', '-n', folder, '-s', 'malloc,32m']; // In a folder of this user, which no other user can read.
    return [...own, '-a', `127.0.0.1:${port}`, '-f', config];
  },
};

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended at once`);
  const socket = connect(port, '127.0.0.1');
  const [up] = await Promise.race([
    once(socket, 'connect').then(() => [true]),
    once(socket, 'error').then(() => [false]),
  ]).catch(() => [false]);
  socket.destroy();
  if (!up) await new Promise((done) => setTimeout(done, 50));
  return up === true;
}
