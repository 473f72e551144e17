import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Board, boardFeed } from '../../demo/boards/board-feed.ts';
import { home } from '../../demo/boards/home.ts';
import { sales } from '../../demo/boards/sales.ts';
import { wall } from '../../demo/boards/wall.ts';
import { publisher } from '../../demo/publisher.ts';
import type { Entry } from '../../protocol/lp1.ts';
import { said } from '../support/command.ts';
import { type LiveServer, startLive } from '../support/live-server.ts';

const BOARDS = { home, wall, sales };
const publicDir = fileURLToPath(new URL('../../demo/public/', import.meta.url));

/** Everything that a channel holds. */
async function stored(server: LiveServer, channel: string): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let since = '', more = true; more; ) {
    const { answer } = await server.poll(`channels=${channel}&since=${since}&wait=0`);
    const part = answer.channels[channel];
    assert.ok(part, `nothing in ${channel}`);
    found.push(...part.entries);
    more = answer.more === true;
    since = part.to;
  }
  return found;
}

async function metaOf({ live }: LiveServer, channel: string): Promise<unknown> {
  return (await live.store.info(channel))?.meta;
}

const byTime = (entries: Entry[]): unknown[] =>
  entries.map(({ t, d, k }) => ({ t, d, k })).toSorted((a, b) => a.t - b.t);

/** When a script began, in seconds: by the newest of its entries. */
async function startOf(scripted: LiveServer, board: Board): Promise<number> {
  const [event] = Object.entries(board.events(0));
  const channel = event?.[0] ?? (Object.keys(board.series)[0] as string);
  const newest = Math.max(...(await stored(scripted, channel)).map(({ t }) => t));
  const ahead = event ? Math.max(...event[1].map((value) => (value as { time: number }).time)) : 0;
  return (newest - ahead) / 1000;
}

for (const [name, board] of Object.entries(BOARDS)) {
  test(`${name}.sh sends the same data as the demo does, and describes the same channels`, async () => {
    await using scripted = await startLive();
    await using coded = await startLive();
    const script = spawn('sh', [`${publicDir}${name}.sh`, scripted.url], { detached: true });
    try {
      await said(script.stdout, /is there|are there/);
    } finally {
      process.kill(-(script.pid as number)); // The shell and its child processes.
    }
    const now = (await startOf(scripted, board)) * 1000;
    const to = publisher({ url: coded.url, token: undefined });
    await boardFeed({ board, live: coded.live, to, now: () => now }).next();
    for (const channel of Object.keys(board.channels)) {
      const [one, other] = [await stored(scripted, channel), await stored(coded, channel)];
      assert.deepEqual(byTime(one), byTime(other), channel);
      assert.deepEqual(await metaOf(scripted, channel), await metaOf(coded, channel), channel);
    }
    if (script.exitCode === null && script.signalCode === null) await once(script, 'close');
  });
}
