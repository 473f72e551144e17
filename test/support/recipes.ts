import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { emptyFolder } from './folders.ts';

const DOC = new URL('../../docs/deploying.md', import.meta.url);

/** The block of a language in docs/deploying.md. */
export async function blockOf(language: string): Promise<string> {
  const text = await readFile(DOC, 'utf8');
  const block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1];
  assert.ok(block, `docs/deploying.md has no block ${language}`);
  return block;
}

/** What a test of `program` passes as `skip`: false, or that it is not there. */
export function isThere(program: string): string | false {
  if (spawnSync(program, [program === 'caddy' ? 'version' : '-v']).status === 0) return false;
  const skip = `${program} is not installed here`;
  console.error(`SKIPPED, counted as skipped: ${skip}`);
  return skip;
}

export interface Configured {
  program: string;
  args: (path: string) => string[];
  /** The configuration, written to `path`. */
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
    await new Promise((done) => setTimeout(done, 30)); // not up yet
  }
  throw new Error(`${program} ended: ${said}`);
}
