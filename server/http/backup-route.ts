import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { ProtocolError } from '../../protocol/lp1.ts';
import { backupLines } from '../backup/backup.ts';
import type { Store } from '../stores/store.ts';

/** Maximum number of backups sent at the same time: each reads everything, and holds one channel in memory. */
const MAX_AT_ONCE = 2;
/** A client that reads nothing for this long, in ms, is disconnected. */
const MAX_UNREAD_MS = 60_000;

/** Answers `GET {base}/backup`: everything that the store holds, as NDJSON, no faster than the client reads. */
export class BackupSender {
  readonly #store: Store;
  #sending = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Resolves when the backup is sent or the client has disconnected. If the store fails during a backup, the connection is closed
   * early, so that the client notices.
   * @throws ProtocolError `overloaded` while two others are being sent, and where the store cannot be read
   */
  async send(res: ServerResponse, now: number): Promise<void> {
    if (this.#sending >= MAX_AT_ONCE) {
      const message = `${MAX_AT_ONCE} backups are being sent already: try again when one is done`;
      throw new ProtocolError('overloaded', message, { retryAfter: 30 });
    }
    this.#sending++;
    try {
      await sendBackup(res, this.#store, now);
    } finally {
      this.#sending--;
    }
  }
}

async function sendBackup(res: ServerResponse, store: Store, now: number): Promise<void> {
  const lines = backupLines(store, { now, pace: () => setImmediate() });
  const head = await lines.next(); // if the store cannot be read, this fails before anything is sent
  res.writeHead(200, {
    'Content-Type': 'application/x-ndjson',
    'Content-Disposition': 'attachment; filename="lp-kit.backup"',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  if (res.req.method === 'HEAD') return void res.end();
  res.setTimeout(MAX_UNREAD_MS, () => res.destroy());
  res.write(head.value);
  await pipeline(Readable.from(lines), res).catch((error: NodeJS.ErrnoException) => {
    const hasLeft = error.code === 'ERR_STREAM_PREMATURE_CLOSE' || res.destroyed;
    if (!hasLeft) console.error('lp-kit: a backup ended early:', error);
    res.destroy();
  });
}
