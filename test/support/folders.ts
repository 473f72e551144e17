import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Creates an empty folder that is deleted after the test. */
export async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates a copy of `folder` that is deleted after the test. */
export async function copyOf(folder: string, t: TestContext): Promise<string> {
  const copy = await emptyFolder(t);
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** Returns the sizes of the files in a folder, by name. */
export async function sizesOf(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const size = await stat(join(folder, name)).then(
      (found) => found.size,
      () => undefined, // Just deleted by a compaction.
    );
    if (size !== undefined) sizes.set(name, size);
  }
  return sizes;
}
