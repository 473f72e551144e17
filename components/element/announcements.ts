import { announcer } from './announcer.ts';
import type { DataStatus } from '../data/data-status.ts';
import type { Level } from '../data/levels.ts';
import type { Words } from '../locale/messages.ts';

const LEVEL_WORDS = { ok: 'saidOk', warn: 'saidWarn', danger: 'saidDanger' } as const;

/** Tells of a crossed limit. The first level that a page sees is no change. */
export function sayLevel(
  name: string,
  level: Level | undefined,
  previous: Level | undefined,
  words: Words,
): void {
  if (level && previous) announcer().announce(`level-${level}`, name, words[LEVEL_WORDS[level]]);
}

/** What the page knows of a connection here: who tells its status already. */
interface Told {
  tellers: Set<object>;
}

const lost = new WeakSet<Told>();

/** Tells that a connection was lost or is back: once for all its widgets, and not where an `lp-status` tells it. */
export function sayConnection(
  connection: Told | undefined,
  status: DataStatus,
  words: Words,
): void {
  if (!connection || connection.tellers.size > 0) return;
  if (status === 'offline' && !lost.has(connection)) {
    lost.add(connection);
    announcer().announce('lost', '', () => words.saidLost);
  }
  if ((status === 'live' || status === 'stale' || status === 'empty') && lost.delete(connection)) {
    const unsaid = announcer().unsay('lost');
    if (!unsaid) announcer().announce('restored', '', () => words.saidRestored);
  }
}
