import { isRecord } from './payload.ts';

/** Selection of the series of a keyed channel that an element shows. */
export interface KeyChoice {
  /** The exact key. */
  key?: string | null | undefined;
  /** Labels of the series, as in `room=kitchen, floor=1`. */
  labels?: string | null | undefined;
}

/** The parts of an entry that determine its series. */
interface Keyed {
  k?: string;
  d?: unknown;
}

/**
 * Returns a function that tests whether an entry belongs to the chosen series; undefined if all are wanted. `labels` are compared with
 * those of the payload, else with those in the key. @throws Error for `labels` that cannot be read, with the cure
 */
export function keyFilter({ key, labels }: KeyChoice): ((entry: Keyed) => boolean) | undefined {
  const wanted = labels ? parseLabels(labels) : undefined;
  if (!key && !wanted) return undefined;
  return ({ k, d }) => {
    if (key && k !== key) return false;
    if (!wanted) return true;
    const own = isRecord(d) && isRecord(d['labels']) ? d['labels'] : labelsOfKey(k ?? '');
    return wanted.every(([name, value]) => own !== undefined && own[name] === value);
  };
}

const PAIR = /\s*([^=,\s"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^,"]*?)\s*(?:,|$)/y;

/** Parses `room=kitchen, floor="1"`. @throws Error which names what cannot be read, and the cure */
export function parseLabels(text: string): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.trimEnd().length) {
    const at = PAIR.lastIndex;
    const match = PAIR.exec(text);
    if (!match)
      throw new Error(
        `labels="${text}" cannot be read at "${text.slice(at).trim()}": write name=value, name=value`,
      );
    const value = match[2] ?? '';
    pairs.push([match[1] ?? '', value.startsWith('"') ? (JSON.parse(value) as string) : value]);
  }
  return pairs;
}

const KEY_PAIR = /([^=,"]+)=("(?:[^"\\]|\\.)*")(?:,|$)/y;

/** Returns the labels in a key (`floor="1",room="kitchen"`); undefined if the key is not such a list. */
export function labelsOfKey(key: string): Record<string, string> | undefined {
  const labels: [string, string][] = [];
  KEY_PAIR.lastIndex = 0;
  while (KEY_PAIR.lastIndex < key.length) {
    const match = KEY_PAIR.exec(key);
    if (!match) return undefined;
    labels.push([match[1] ?? '', JSON.parse(match[2] ?? '""') as string]);
  }
  return labels.length > 0 ? Object.fromEntries(labels) : undefined;
}

/**
 * Returns names of series for people: the values of the labels that differ between them, joined by " · " (`kitchen`, not
 * `room="kitchen"`). A single series is named by the values of all its labels; a key without labels is its own name.
 */
export function seriesNames(keys: readonly string[]): Map<string, string> {
  const labels = new Map(keys.map((key) => [key, labelsOfKey(key)]));
  const all = [...labels.values()].filter((each) => each !== undefined);
  const names = new Set(all.flatMap((each) => Object.keys(each)));
  const differing = [...names].filter((name) => new Set(all.map((each) => each[name])).size > 1);
  return new Map(keys.map((key) => [key, nameOf(key, labels.get(key), differing)]));
}

function nameOf(
  key: string,
  labels: Record<string, string> | undefined,
  differing: readonly string[],
): string {
  if (!labels) return key;
  const values = differing.map((name) => labels[name]).filter((value) => value !== undefined);
  return (values.length > 0 ? values : Object.values(labels)).join(' · ') || key;
}
