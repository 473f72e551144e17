import { isChannel, type Json, shown } from '../../protocol/lp1.ts';
import type { Block } from '../history/blocks.ts';
import type { Item, Store } from '../stores/store.ts';
import { isTier, tierOf } from '../stores/tiers.ts';
import { BACKUP_FORMAT } from './backup.ts';

/** Result of a restore. */
export interface Restored {
  channels: number;
  entries: number;
  /** Number of channels whose history was left out because the store keeps no history. */
  withoutHistory: number;
}

/** Options of `restore`. */
export interface RestoreOptions {
  /** Lines of a backup, without line ends. */
  lines: AsyncIterable<string> | Iterable<string>;
  /** Replaces channels of the store that the backup has too. Default false: such a store is refused. */
  force?: boolean;
  /** Called from time to time with the number of entries restored so far. */
  onProgress?: (entries: number) => void;
}

/** One entry of a backup. */
interface SavedEntry {
  v: number;
  t: number;
  k?: string | undefined;
  d: Json;
}

/** A channel of a backup. */
interface SavedChannel {
  name: string;
  meta: Json | undefined;
  /** Its entries, and those of its tiers by their names, in the order of the backup. */
  parts: Map<string, SavedEntry[]>;
}

/**
 * Writes a backup into a store that no server uses. Entries get new versions, so clients with cursors of the former store are
 * reset.
 * @throws TypeError that names the line, if the input is not a backup, ends early, or the store already holds channels;
 *   ProtocolError if a limit of the store is exceeded
 */
export async function restore(
  store: Store,
  { lines, force = false, onProgress }: RestoreOptions,
): Promise<Restored> {
  const held = new Set((await store.list()).map(({ name }) => name));
  if (held.size > 0 && !force) {
    throw new TypeError(
      `the store holds ${held.size} channels already: restore into an empty one, or give --force to replace those that the backup has`,
    );
  }
  const done: Restored = { channels: 0, entries: 0, withoutHistory: 0 };
  for await (const channel of channelsOf(lines)) {
    if (held.has(channel.name)) await store.clear(channel.name);
    await restoreChannel(store, channel, done);
    done.channels++;
    onProgress?.(done.entries);
  }
  return done;
}

async function restoreChannel(store: Store, saved: SavedChannel, done: Restored): Promise<void> {
  const { name, meta, parts } = saved;
  if (meta !== undefined) {
    await store.append(name, [{ json: JSON.stringify(meta), meta: true }]);
  }
  let source: Versions = [];
  let leavesOut = false;
  for (const [part, entries] of parts) {
    if (isTier(part) && !store.history) {
      leavesOut = true;
      continue;
    }
    const items = entries.map((entry) =>
      isTier(part) ? blockItem(entry, source) : itemOf(entry, entry.d),
    );
    source = await append(store, part, items, entries);
    done.entries += entries.length;
  }
  if (leavesOut) done.withoutHistory++;
}

/** Pairs of the version of an entry in the backup and in the store, ascending. */
type Versions = { saved: number; cursor: string }[];

const BATCH = 1_000;

async function append(
  store: Store,
  name: string,
  items: Item[],
  entries: SavedEntry[],
): Promise<Versions> {
  const versions: Versions = [];
  for (let i = 0; i < items.length; i += BATCH) {
    const batch = items.slice(i, i + BATCH);
    const { first, cursor } = await store.append(name, batch);
    const tag = cursor.slice(cursor.indexOf('.') + 1);
    for (let n = 0; n < batch.length; n++) {
      const { v: saved } = entries[i + n] as SavedEntry;
      versions.push({ saved, cursor: `${first + n}.${tag}` });
    }
  }
  return versions;
}

/**
 * Returns a block with the versions of this store. A block contains the version up to which its source is rolled (`u`); this is
 * mapped to the version in the store. The versions of its own tier that are released (`x`) are not in the backup. The order
 * of the properties is kept, because stores parse the head of a block by it.
 */
function blockItem(entry: SavedEntry, source: Versions): Item {
  const block = { ...(entry.d as Partial<Block>) };
  delete block.x;
  const rolled = block.u === undefined ? undefined : upTo(source, Number(block.u.split('.')[0]));
  if (rolled === undefined) delete block.u;
  else block.u = rolled;
  return itemOf(entry, block as Json);
}

/** Returns the newest entry up to a version of the backup; undefined if there is none. */
function upTo(versions: Versions, saved: number): string | undefined {
  return versions.findLast((each) => each.saved <= saved)?.cursor;
}

const itemOf = ({ t, k }: SavedEntry, d: Json): Item => ({
  json: JSON.stringify(d),
  t,
  ...(k !== undefined && { k }),
});

/** Reads a backup channel by channel. @throws TypeError for an invalid line */
async function* channelsOf(lines: RestoreOptions['lines']): AsyncGenerator<SavedChannel> {
  let number = 0;
  let counted = 0;
  let channel: SavedChannel | undefined;
  let part: SavedEntry[] | undefined;
  let isEnded = false;
  const wrong = (why: string): TypeError => new TypeError(`line ${number} of the backup: ${why}`);
  for await (const text of lines) {
    number++;
    if (text === '') continue;
    const value = parsed(text);
    if (!value || isEnded) throw wrong(`${shown(text.slice(0, 80))} is not part of a backup`);
    if (number === 1) checkHead(value, wrong);
    else if ('end' in value) {
      isEnded = true;
      if (value['entries'] !== counted) {
        throw wrong(
          `the backup holds ${counted} entries, and says that it has ${shown(value['entries'])}`,
        );
      }
    } else if ('channel' in value) {
      if (channel) yield channel;
      const { channel: name, meta } = value;
      if (typeof name !== 'string' || !isChannel(name))
        throw wrong(`${shown(name)} is not a channel name`);
      channel = { name, meta: meta as Json | undefined, parts: new Map([[name, (part = [])]]) };
    } else if ('tier' in value) {
      const tier = String(value['tier']);
      if (!channel || tierOf(tier).channel !== channel.name || tierOf(tier).tier < 0) {
        throw wrong(`${shown(tier)} is not a tier of its channel`);
      }
      channel.parts.set(tier, (part = []));
    } else {
      if (!part || !isEntry(value)) throw wrong(`${shown(text.slice(0, 80))} is not an entry`);
      part.push(value);
      counted++;
    }
  }
  if (!isEnded) throw new TypeError(`the backup ends early, after line ${number}: it was cut`);
  if (channel) yield channel;
}

function checkHead(value: Record<string, unknown>, wrong: (why: string) => TypeError): void {
  if (value['backup'] === BACKUP_FORMAT) return;
  throw wrong(
    'backup' in value
      ? `its format is ${shown(value['backup'])}, and this program reads ${BACKUP_FORMAT}: use a newer one`
      : 'this is not a backup of lp-kit',
  );
}

function isEntry(value: Record<string, unknown>): value is Record<string, unknown> & SavedEntry {
  const { v, t, k, d } = value;
  const hasKey = k === undefined || typeof k === 'string';
  return Number.isInteger(v) && Number.isFinite(t) && hasKey && d !== undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
