import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LivePollOptions } from '../../server/index.ts';
import {
  differences,
  held,
  type IngestCase,
  ingestCases,
  sendCase,
  TOKEN,
} from '../support/ingest-case.ts';
import { startLive } from '../support/live-server.ts';

/** The options of a server that `lp-kit serve` with these arguments starts. */
function optionsOf(args: string[] = []): LivePollOptions {
  if (args.includes('--no-in')) return { in: false };
  if (args.includes('--in')) return { in: ['influx', 'hooks'] };
  return { strict: args.includes('--strict') };
}

async function run(asked: IngestCase): Promise<string[]> {
  await using server = await startLive({
    door: 'front',
    atRoot: true,
    writeToken: TOKEN,
    ...optionsOf(asked.args),
  });
  const { origin } = new URL(server.url);
  for (const before of asked.before ?? []) await sendCase(origin, before);
  let answer = await sendCase(origin, asked);
  for (let n = 1; n < (asked.repeat ?? 1); n++) answer = await sendCase(origin, asked);
  return differences(asked, answer, await held(server.url));
}

for (const [file, cases] of ingestCases()) {
  describe(file, () => {
    for (const asked of cases) {
      test(asked.client ? `${asked.name}, as ${asked.client} sends it` : asked.name, async () => {
        assert.deepEqual(await run(asked), []);
      });
    }
  });
}
