// @ts-check
/**
 * `npm run test:consumers`: packs the package, installs the tarball beside bundlers, servers and frameworks, and runs
 * test/consumers/installed/ there. It needs the npm registry; the cheap checks of test/consumers/ are in `npm test`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'lp-consumers-'));
const npm = (/** @type {string[]} */ args, cwd = folder) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
try {
  const [{ filename }] = JSON.parse(
    npm(['pack', '--json', '--silent', '--pack-destination', folder], process.cwd()),
  );
  cpSync('test/consumers/installed', folder, {
    recursive: true,
    filter: (from) => !from.includes('node_modules'),
  });
  npm(['install', '--ignore-scripts', '--prefer-offline']); // not ci: an optional package for Windows is not in every registry
  npm(['install', '--no-save', '--ignore-scripts', '--prefer-offline', join(folder, filename)]);
  const wanted = process.argv.slice(2);
  const { status } = spawnSync(
    process.execPath,
    ['--test', ...(wanted.length > 0 ? wanted : ['*.test.mjs'])],
    {
      cwd: folder,
      stdio: 'inherit',
      shell: true,
      env: { ...process.env, TARBALL: filename, KIT_ROOT: process.cwd() },
    },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
