import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Demo extends AsyncDisposable {
  /** URL of the dashboard: `http://localhost:43210/`. */
  url: string;
  /** Its output on stderr. */
  readonly complaints: string;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built `lp-kit serve --demo` as a separate process, on a free port; builds it if necessary. */
export async function startDemo(args: string[] = []): Promise<Demo> {
  if (!existsSync(`${root}/dist/kit/kit.js`)) await build();
  const child = spawn(
    process.execPath,
    ['dist/cli/cli.js', 'serve', '--demo', '--memory', '--port', '0', ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'close') as Promise<[number | null]>;
  let complaints = '';
  child.stderr.on('data', (data) => {
    complaints += data;
  });
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  let said = '';
  for await (const data of child.stdout) {
    said += data;
    const url = /http:\S+/.exec(said)?.[0];
    if (!url) continue;
    return {
      url,
      stop,
      get complaints() {
        return complaints;
      },
      [Symbol.asyncDispose]: async () => {
        await stop();
      },
    };
  }
  throw new Error(`the demo did not start: ${complaints}`);
}

async function build(): Promise<void> {
  const building = spawn(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
  const [code] = (await once(building, 'close')) as [number | null];
  if (code) throw new Error(`the build ended with ${code}`);
}
