// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';

/**
 * A server in a separate process, and its resource use as the kernel reports it.
 * @typedef {object} ServerProcess
 * @property {number} port
 * @property {() => number} cpuMs spent so far, by it and its workers
 * @property {() => number} rssBytes
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a program on a free loopback port and waits until it takes connections.
 * @param {(port: number) => [command: string, ...args: string[]]} command
 * @returns {Promise<ServerProcess>}
 */
export async function startServer(command) {
  const port = await freePort();
  const [program, ...args] = command(port);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  const pid = /** @type {number} */ (child.pid);
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ${args.join(' ')} ended at once`);
  }
  return {
    port,
    ...costsOf(pid),
    async stop() {
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(cut);
    },
  };
}

/** @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Posts JSON text; resolves with the status.
 * @param {number} port
 * @param {string} path
 * @param {string} body
 * @param {string} [token] shown as Bearer
 * @returns {Promise<number>}
 */
export function post(port, path, body, token = '') {
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(token && { Authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, method: 'POST', headers }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode ?? 0));
    });
    asked.on('error', reject).end(body);
  });
}

/** @param {number} port @returns {Promise<boolean>} */
const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => setTimeout(resolve, 50, false));
  });

/** @param {number} pid @returns {Pick<ServerProcess, 'cpuMs' | 'rssBytes'>} */
export const costsOf = (pid) => ({
  cpuMs: () => family(pid).reduce((sum, each) => sum + cpuMsOf(each), 0),
  rssBytes: () => family(pid).reduce((sum, each) => sum + rssOf(each), 0),
});

/** The process and its children. @param {number} pid @returns {number[]} */
function family(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}

/** To the nanosecond, where `stat` counts ticks of 10 ms. @param {number} pid */
const cpuMsOf = (pid) =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    )
    .reduce((sum, ns) => sum + ns, 0) / 1e6;

/** @param {number} pid */
const rssOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
