import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Returns the version that a program reports; undefined if it is not installed. */
export function installed(program: string, ...args: string[]): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  if (error) return undefined;
  return /\d+\.\d+[\w.+~-]*/.exec(`${stdout}${stderr}`)?.[0];
}

/** Returns the first of these files that exists. */
export const found = (...files: string[]): string | undefined =>
  files.find((file) => existsSync(file));

/** A program that is ended at the end of its scope (`using`), with all processes that it has started. */
export function running(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Disposable & { child: ChildProcess } {
  const options = { stdio: 'ignore', detached: true, env: { ...process.env, ...env } } as const;
  const child = spawn(program, args, options);
  return {
    child,
    [Symbol.dispose]() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {} // All have ended.
    },
  };
}
