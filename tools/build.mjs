// @ts-check
/** Builds dist/: modules and types by tsc, kit.js and its files for browsers by esbuild. */
import { execFileSync } from 'node:child_process';
import { chmod, cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleFramework } from './framework-bundle.mjs';
import { bundleKit } from './kit-bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

await rm('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
await Promise.all([
  bundleKit('dist/kit'),
  cp('demo/public', 'dist/demo/public', { recursive: true }),
  bundleFramework('dist/demo/public'),
  chmod('dist/cli/cli.js', 0o755),
]);
