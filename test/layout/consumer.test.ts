import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

const compilerOptions = {
  noEmit: true,
  strict: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: [],
};

/** The errors of TypeScript for a program that has the package installed. */
async function complaints(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-consumer-'));
  try {
    await mkdir(join(folder, 'node_modules'));
    await symlink(root, join(folder, 'node_modules/lp-kit'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'page.ts'), code);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' }).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('an import of one element gives typed class, tag and events, from either entry point', async () => {
  for (const door of ['', '/class']) {
    const said = await complaints(`
      import { LpFeed } from 'lp-kit/feed${door}';
      import { LpMetricChart } from 'lp-kit/metric-chart${door}';
      import { LpPublish } from 'lp-kit/publish${door}';
      const feed: LpFeed = new LpFeed();
      feed.addEventListener('lp-item', (event) => event.item.text);
      feed.addEventListener('lp-data', (event) => event.version?.toFixed());
      const chart: LpMetricChart | null = document.querySelector('lp-metric-chart');
      chart?.addEventListener('lp-point', (event) => event.type);
      const form: LpPublish | null = document.querySelector('lp-publish');
      form?.addEventListener('lp-published', (event) => event.version.toFixed());
      form?.addEventListener('lp-auth-required', (event) => event.preventDefault());
    `);
    assert.equal(said, '');
  }
});

test('the client needs no element, and the server no DOM types', async () => {
  const said = await complaints(`
    import { liveClient } from 'lp-kit/client';
    liveClient('http://x/lp').subscribe('cpu', ({ reset, entries }) => [reset, entries.length]);
  `);
  assert.equal(said, '');
  assert.match(await complaints(`import { nothing } from 'lp-kit/feed';`), /TS2305/);
});
