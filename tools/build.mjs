// @ts-check
/** Builds dist/: modules and types by tsc, the one-file browser bundle (Chart.js in a lazy chunk) by esbuild. */
import { execFileSync } from 'node:child_process';
import { chmod, cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

await rm('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
await Promise.all([
  build({
    entryPoints: { kit: 'components/kit.ts' },
    outdir: 'dist/kit',
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    sourcemap: true,
    target: 'es2022',
    tsconfig: 'tsconfig.json',
    legalComments: 'none',
    logLevel: 'warning',
  }),
  cp('demo/public', 'dist/demo/public', { recursive: true }),
  chmod('dist/server/cli.js', 0o755),
]);
