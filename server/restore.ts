import type { Meta } from '../protocol/lp1.ts';
import { parseMeta } from './ingest/meta.ts';
import { openStore, type StorePlace } from './open-store.ts';
import type { Item, Store } from './stores/store.ts';

/** What was restored; `whole` if the backup's last line came. */
export interface Restored {
  channels: number;
  entries: number;
  whole: boolean;
}

/** How a backup is restored. */
export interface RestoreOptions {
  /** Also into a store that holds channels: those of the backup are replaced. */
  force: boolean;
  /** Called with each line. */
  onLine: () => void;
}

/**
 * Restores the lines of a backup (see `backupOf`) into a store that nobody else has open, a channel at a time.
 * @throws StoreError for a place that cannot be used, Error for lines of something else and for a store in use
 */
export async function restoreInto(
  place: StorePlace,
  lines: AsyncIterable<string>,
  { force, onLine }: RestoreOptions,
): Promise<Restored> {
  const store = await openStore(place);
  try {
    if (!force && (await store.list()).length > 0)
      throw new Error('the store holds channels already: give an empty one, or --force');
    return await restoreLines(store, lines, onLine);
  } finally {
    await store.close();
  }
}

async function restoreLines(
  store: Store,
  lines: AsyncIterable<string>,
  onLine: () => void,
): Promise<Restored> {
  const done: Restored = { channels: 0, entries: 0, whole: false };
  let items: Item[] = [];
  let number = 0;
  for await (const text of lines) {
    number++;
    onLine();
    if (text === '') continue;
    const value = parsed(text, number);
    if (number === 1 && value['backup'] !== 1) throw notABackup(number, text);
    if (typeof value['v'] === 'number') items.push(itemOf(text, value));
    else if (value['restart'] !== undefined) items = [];
    else if (typeof value['channel'] === 'string') {
      await restoreChannel(store, value['channel'], { items, meta: value['meta'] as Meta });
      done.channels++;
      done.entries += items.length;
      items = [];
    } else if (value['end'] === true) done.whole = true;
  }
  if (number === 0) throw notABackup(0, '');
  return done;
}

/** Most items, and bytes of their JSON, of one append. */
const BATCH = { items: 1_000, bytes: 500_000 };

async function restoreChannel(
  store: Store,
  channel: string,
  { items, meta }: { items: Item[]; meta: Meta | undefined },
): Promise<void> {
  await store.clear(channel);
  if (meta) await store.append(channel, [parseMeta(meta)]); // first: it says what is retained
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    batch.push(item);
    bytes += item.json.length;
    if (batch.length < BATCH.items && bytes < BATCH.bytes) continue;
    await store.append(channel, batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) await store.append(channel, batch);
}

const ENTRY = /^\{"v":\d+,"t":-?\d+(?:,"k":"(?:[^"\\]|\\.)*")?,"d":/;

/** An entry as it is appended again; its data to the letter. */
function itemOf(text: string, { t, k, d }: Record<string, unknown>): Item {
  const prefix = ENTRY.exec(text)?.[0];
  const json = prefix === undefined ? JSON.stringify(d) : text.slice(prefix.length, -1);
  return { json, t: t as number, ...(typeof k === 'string' && { k }) };
}

function parsed(text: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw notABackup(number, text);
}

const notABackup = (number: number, text: string): Error =>
  new Error(`line ${number} of stdin is not of a backup: ${JSON.stringify(text.slice(0, 60))}`);
