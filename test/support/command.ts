import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli/cli.ts', import.meta.url));

/** Starts `lp-kit …` as a separate process, from the sources. */
export function command(
  args: string[],
  env: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { ...process.env, ...env },
  });
}

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs to the end, with `input` on stdin. */
export async function run(
  args: string[],
  { input = '', env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = command(args, env);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  child.stdin.on('error', () => {}); // It may have ended without reading.
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

export interface Served {
  child: ChildProcessWithoutNullStreams;
  /** Base URL, from the line that it prints when it is ready. */
  url: string;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** `lp-kit serve` on a free loopback port, ready; with the memory store unless the options say otherwise. @throws Error with its output if it ends before it is ready */
export async function serve(
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Served> {
  const kept = args.includes('--data') || args.includes('--redis');
  const child = command(['serve', '--port', '0', ...(kept ? [] : ['--memory']), ...args], env);
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const ready = new Promise<string>((found) => {
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (data) => {
      out += data;
      const url = /ready at (\S+)/.exec(out)?.[1];
      if (url) found(url);
    });
  });
  const early = exited.then(([code]) => {
    throw new Error(`serve ended with ${code}: ${err}`);
  });
  early.catch(() => {}); // After it was ready, its end is no error.
  const url = await Promise.race([ready, early]);
  return {
    child,
    url,
    stop: async () => {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}

/** Resolves with the output of a stream once `pattern` matches it. */
export function said(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((found, failed) => {
    let text = '';
    stream.on('data', (data) => {
      text += data;
      if (pattern.test(text)) found(text);
    });
    stream.on('end', () => failed(new Error(`ended without ${pattern}: ${text}`)));
  });
}
