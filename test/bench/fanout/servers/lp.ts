/**
 * The kit, in memory: `lp PORT front|express|shared|token|tokens`. Built into `test/bench/.cache` before a run, so that no old
 * `dist` is measured. `token`: readers show one token; `tokens`: a tokens file of 1,000 readers with ten different rights.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { livePoll } from '../../../../server/index.ts';

const [port, door] = process.argv.slice(2);
const access =
  door === 'token'
    ? { readToken: 'reader', writeToken: 'writer' }
    : door === 'tokens'
      ? { tokens: tokensFile() }
      : {};
const live = await livePoll({ shared: door === 'shared', maxHeld: 20_000, ...access });
if (door === 'express') express().use('/lp', live.router).listen(Number(port), '127.0.0.1');
else live.listen({ port: Number(port) });

function tokensFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'lp-bench-')), 'tokens.json');
  const hash = (token: string): string =>
    `sha256:${createHash('sha256').update(token).digest('hex')}`;
  const readers = Array.from({ length: 1_000 }, (_, i) => ({
    name: `reader ${i}`,
    hash: hash(`reader${i}`),
    read: ['t', `team${i % 10}.*`],
  }));
  const writer = { name: 'writer', hash: hash('writer'), write: ['*'] };
  writeFileSync(path, JSON.stringify([...readers, writer]), { mode: 0o600 });
  return path;
}
