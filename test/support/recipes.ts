import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { emptyFolder } from './folders.ts';

const DOC = new URL('../../docs/deploying.md', import.meta.url);

/** Returns the block of a language in docs/deploying.md. */
export async function blockOf(language: string): Promise<string> {
  const text = await readFile(DOC, 'utf8');
  const block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1];
  assert.ok(block, `docs/deploying.md has no block ${language}`);
  return block;
}

/** The value for the `skip` option of a test of `program`: false, or that it is not installed. */
export function isThere(program: string): string | false {
  if (spawnSync(program, [program === 'caddy' ? 'version' : '-v']).status === 0) return false;
  const skip = `${program} is not installed here`;
  console.error(`SKIPPED, counted as skipped: ${skip}`);
  return skip;
}

export interface Configured {
  program: string;
  args: (path: string) => string[];
  /** Writes the configuration to `path`. */
  text: string;
}

/** Starts a proxy, which ends with the test; resolves once `/lp/health` answers through `port`. */
export async function started(
  t: TestContext,
  { program, args, text }: Configured,
  port: number,
): Promise<void> {
  const folder = await emptyFolder(t);
  const path = join(folder, 'config');
  await writeFile(path, text);
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(program, args(path), { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  t.after(async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
  });
  while (child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/lp/health`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 30)); // Not started yet.
  }
  throw new Error(`${program} ended: ${said}`);
}

/** The host name of the server in docs/deploying.md. */
export const HOST_NAME = 'wall.example';

export interface Certificate {
  /** Paths: the certificate, its key, and both in one file. */
  crt: string;
  key: string;
  pem: string;
  /** The certificate itself, for a client to trust. */
  text: string;
}

/** A certificate of `HOST_NAME`, made for this test; undefined if openssl is not installed. */
export async function selfSigned(t: TestContext): Promise<Certificate | undefined> {
  const folder = await emptyFolder(t);
  const [crt, key, pem] = ['crt', 'key', 'pem'].map((end) => join(folder, `wall.${end}`)) as [
    string,
    string,
    string,
  ];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = ['-subj', `/CN=${HOST_NAME}`, '-addext', `subjectAltName=DNS:${HOST_NAME}`];
  const args = ['req', '-x509', ...curve, '-nodes', '-days', '2', ...names];
  if (spawnSync('openssl', [...args, '-keyout', key, '-out', crt]).status !== 0) return undefined;
  const text = await readFile(crt, 'utf8');
  await writeFile(pem, text + (await readFile(key, 'utf8')));
  return { crt, key, pem, text };
}

export interface NamedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a request by host name, with every name resolved to this machine. */
export function askByName(
  url: string,
  { body, ca, headers = {} }: { body?: string; ca?: string; headers?: Record<string, string> } = {},
): Promise<NamedAnswer> {
  const { hostname, protocol } = new URL(url);
  const method = body === undefined ? 'GET' : 'POST';
  const tls = protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { Host: new URL(url).host, ...headers },
      host: '127.0.0.1',
      agent: false as const,
      ...(tls && { servername: hostname, ca }),
    };
    const { port, pathname, search } = new URL(url);
    const send = tls ? tlsRequest : plainRequest;
    const req = send({ ...options, port, path: pathname + search }, (res) => {
      let text = '';
      res.on('data', (chunk: Buffer) => (text += chunk.toString()));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}
