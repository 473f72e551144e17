// @ts-check
/**
 * `npm run sbom`: prints the bill of materials of the published package, in CycloneDX.
 *
 * `npm sbom --omit dev` leaves out each package that a development dependency needs too: 54 of 94, Lit among them. This
 * therefore runs npm on a copy of the lock file without development dependencies.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const parent = mkdtempSync(join(tmpdir(), 'lp-sbom-'));
const folder = join(parent, 'lp-kit'); // npm takes the package's name from its folder
mkdirSync(folder);
const read = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8'));
const write = (/** @type {string} */ file, /** @type {unknown} */ value) =>
  writeFileSync(join(folder, file), JSON.stringify(value));
try {
  const { devDependencies: _, ...manifest } = read('package.json');
  const lock = read('package-lock.json');
  delete lock.packages[''].devDependencies;
  for (const [path, { dev, devOptional }] of Object.entries(lock.packages))
    if (dev || devOptional) delete lock.packages[path];
  write('package.json', manifest);
  write('package-lock.json', lock);
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: folder,
    stdio: 'inherit',
  });
} finally {
  rmSync(parent, { recursive: true });
}
