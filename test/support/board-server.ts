import { type Board, boardFeed } from '../../demo/boards/board-feed.ts';
import { home } from '../../demo/boards/home.ts';
import { sales } from '../../demo/boards/sales.ts';
import { wall } from '../../demo/boards/wall.ts';
import { pages } from '../../demo/pages.ts';
import { publisher } from '../../demo/publisher.ts';
import { livePoll } from '../../server/index.ts';
import type { AddressInfo } from 'node:net';

const BOARDS: readonly Board[] = [home, wall, sales];
/** A Monday in the afternoon, when each board has something to show. */
const START = Date.UTC(2026, 10, 30, 16);

export interface BoardServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:43210/`; `home`, `wall` and `sales` are below it. */
  url: string;
}

/** The demo's boards with the same data at each start: by a clock that begins at a fixed time. */
export async function openBoards(): Promise<BoardServer> {
  const began = Date.now();
  const now = (): number => START + Date.now() - began;
  const live = await livePoll({ graceMs: 20, now });
  const app = pages({ base: '/lp', needsToken: false });
  const server = live.listen({ port: 0, app });
  await new Promise((done) => server.once('listening', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const to = publisher({ url: `${url}lp`, token: undefined });
  for (const board of BOARDS) await boardFeed({ board, live, to, now: () => START }).next();
  return { url, [Symbol.asyncDispose]: () => live.close() };
}
