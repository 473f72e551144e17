import type { HistorySlice, Slice, Store } from '../stores/store.ts';
import { tierNames } from '../stores/tiers.ts';

/** Version of the format of backups. */
export const BACKUP_FORMAT = 1;

const ALL = { entries: Infinity, bytes: Infinity };

/**
 * Yields everything that a store holds as lines of JSON (NDJSON), one channel after another; each channel is a consistent snapshot.
 *
 *     {"backup":1,"time":1796076679026,"channels":1}
 *     {"channel":"room","meta":{"unit":"°C"}}
 *     {"v":12,"t":1796076679000,"k":"kitchen","d":{"value":21}}
 *     {"tier":"room~1s"}
 *     {"v":3,"t":1796070000000,"k":"kitchen","d":{"s":1000,…}}
 *     {"end":true,"channels":1,"entries":2}
 *
 * `pace` is awaited between channels, so that a server can answer requests in between.
 * @throws ProtocolError `overloaded` if the store cannot be read
 */
export async function* backupLines(
  store: Store,
  { now, pace = () => Promise.resolve() }: { now: number; pace?: () => Promise<void> },
): AsyncGenerator<string> {
  const names = (await store.list()).map(({ name }) => name).toSorted();
  yield line({ backup: BACKUP_FORMAT, time: now, channels: names.length });
  let entries = 0;
  let channels = 0;
  for (const name of names) {
    const held = await holdings(store, name);
    if (!held) continue; // deleted since
    channels++;
    const meta = held.meta === undefined ? '' : `,"meta":${held.meta}`;
    yield `{"channel":${JSON.stringify(name)}${meta}}\n`;
    for (const { tier, texts } of held.parts) {
      if (tier !== undefined) yield line({ tier });
      for (let i = 0; i < texts.length; i += LINES) {
        yield `${texts.slice(i, i + LINES).join('\n')}\n`;
      }
      entries += texts.length;
    }
    await pace();
  }
  yield line({ end: true, channels, entries });
}

/** Entries in one piece of the output. */
const LINES = 200;

interface Holdings {
  meta: string | undefined;
  /** The channel's entries, and those of each of its tiers, finest first. */
  parts: { tier?: string; texts: string[] }[];
}

/**
 * Reads the entries before the tiers, and each tier before the next. A tier includes the samples of its source up to the version in
 * its blocks (`u`), and what was read of the source includes all later ones. So each sample is in the backup once, also if it is
 * rolled in the meantime.
 */
async function holdings(store: Store, channel: string): Promise<Holdings | undefined> {
  const [own, unrolled] = await Promise.all([
    store.read(channel, undefined, ALL),
    store.history?.read(channel, { keys: undefined, maxKeys: Infinity, choose: () => 0 }),
  ]);
  if (own.to === '0') return undefined;
  const texts = withUnrolled(own.entries, unrolled);
  const tiers: Slice[] = [];
  for (const name of store.history ? tierNames(channel) : [])
    tiers.push(await store.read(name, undefined, ALL));
  const names = tierNames(channel);
  return {
    meta: own.meta,
    parts: [
      { texts },
      ...tiers.flatMap(({ entries }, i) =>
        entries.length > 0 ? [{ tier: names[i] as string, texts: entries }] : [],
      ),
    ],
  };
}

/** Adds the entries that clients no longer get but that are not yet rolled into history. Returns them in version order. */
function withUnrolled(entries: string[], history: HistorySlice | undefined): string[] {
  const texts = new Set(entries);
  for (const { raw } of history?.keys ?? []) for (const text of raw) texts.add(text);
  return texts.size === entries.length
    ? entries
    : [...texts].toSorted((a, b) => versionOf(a) - versionOf(b));
}

const versionOf = (text: string): number => Number(/^\{"v":(\d+)/.exec(text)?.[1]);

const line = (value: object): string => `${JSON.stringify(value)}\n`;
