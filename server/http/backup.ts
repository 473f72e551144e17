import type { ServerResponse } from 'node:http';
import { formatCursor, type Meta, parseCursor, ProtocolError } from '../../protocol/lp1.ts';
import type { ReadLimit, Store } from '../stores/store.ts';
import { isTier } from '../stores/tiers.ts';

/** First line of a backup. */
export interface BackupHead {
  /** Version of the format. */
  backup: 1;
  /** When it was begun, ms since 1970. */
  time: number;
  /** Of the server. */
  version: string;
}

/** Line after the entries of a channel. */
export interface BackupChannel {
  channel: string;
  meta?: Meta;
  /** Data entries before this line. */
  entries: number;
  /** Cursor that they lead to. */
  cursor: string;
}

/** Line of a channel whose entries so far are to be dropped: they were trimmed while they were read. */
export interface BackupRestart {
  restart: string;
}

/** Last line: a backup without it was cut off. */
export interface BackupEnd {
  end: true;
  channels: number;
  entries: number;
}

/** Of one read. Small, so that the memory of a backup does not depend on how much is stored. */
const STEP: ReadLimit = { entries: 1_000, bytes: 1_000_000 };

const META = /^\{"v":\d+,"t":-?\d+,"m":/;

/**
 * Yields a backup of all channels as lines of JSON (NDJSON), in pieces of about a megabyte: a head, then per channel its
 * entries as polls tell them and a line with its meta and cursor, then an end with counts. Each channel is consistent: it is
 * what a reader at its cursor holds. Channels that are made meanwhile may be missing.
 */
export async function* backupOf(store: Store, head: BackupHead): AsyncGenerator<string> {
  yield line(head);
  const end: BackupEnd = { end: true, channels: 0, entries: 0 };
  for (const { name } of await store.list()) {
    if (isTier(name)) continue; // made of the entries, with their versions
    for await (const piece of channelOf(store, name)) {
      if (typeof piece === 'string') yield piece;
      else {
        end.channels++;
        end.entries += piece.entries;
        yield line(piece);
      }
    }
  }
  yield line(end);
}

async function* channelOf(store: Store, name: string): AsyncGenerator<string | BackupChannel> {
  let cursor = '';
  let meta: string | undefined;
  let entries = 0;
  for (let more = true; more; ) {
    const slice = await store.read(name, parseCursor(cursor), STEP);
    if (slice.reset) {
      if (cursor !== '') yield line({ restart: name } satisfies BackupRestart);
      meta = slice.meta;
      entries = 0;
    }
    const data = slice.entries.filter((text) => !META.test(text));
    const newer = slice.entries.findLast((text) => META.test(text));
    if (newer) meta = newer.slice(newer.indexOf('"m":') + 4, -1);
    entries += data.length;
    if (data.length > 0) yield `${data.join('\n')}\n`;
    ({ to: cursor, more } = slice);
  }
  const at = parseCursor(cursor);
  if (!at || at.v === 0 || (entries === 0 && meta === undefined)) return; // deleted meanwhile
  yield {
    channel: name,
    ...(meta !== undefined && { meta: JSON.parse(meta) as Meta }),
    entries,
    cursor: formatCursor(at.v, at.tag),
  };
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** Backups that one server sends at a time: each holds a few megabytes of memory and reads everything. */
const MAX_AT_ONCE = 2;
/** A client that takes nothing for so long, ms, loses its connection. */
const MAX_UNREAD_MS = 60_000;

/** Sends backups, as fast as each client takes its own. */
export class BackupSender {
  readonly #store: Store;
  #sending = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves when the backup is sent, or the client has left. @throws ProtocolError `overloaded` while others are sent */
  async send(res: ServerResponse, head: BackupHead): Promise<void> {
    if (this.#sending >= MAX_AT_ONCE) {
      const message = `${MAX_AT_ONCE} backups are being sent already: try again when one is done`;
      throw new ProtocolError('overloaded', message, { retryAfter: 30 });
    }
    this.#sending++;
    try {
      await sendBackup(this.#store, res, head);
    } finally {
      this.#sending--;
    }
  }
}

async function sendBackup(store: Store, res: ServerResponse, head: BackupHead): Promise<void> {
  const name = `lp-kit-${new Date(head.time).toISOString().replaceAll(':', '')}.ndjson`;
  res.writeHead(200, {
    'Content-Type': 'application/x-ndjson',
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'no-store',
  });
  try {
    for await (const piece of backupOf(store, head)) {
      if (res.destroyed) return;
      if (!res.write(piece)) await drained(res);
    }
    res.end();
  } catch (error) {
    if (!res.destroyed) console.error('lp-kit: a backup was cut off:', error);
    res.destroy(); // its head is sent: the missing last line tells the client
  }
}

/** Resolves when the client has taken what was written, or has left. @throws Error where it takes nothing */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(late);
      res.off('drain', end).off('close', end);
      resolve();
    };
    const late = setTimeout(() => {
      reject(new Error(`the client took nothing for ${MAX_UNREAD_MS / 1000} s`));
      end();
    }, MAX_UNREAD_MS).unref();
    res.on('drain', end).on('close', end);
  });
}
