const QUARTER = 15 * 60_000;
/** Quarter hours kept per zone: four weeks. */
const MAX_KEPT = 2_688;

interface Zone {
  format: Intl.DateTimeFormat;
  offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

const unusable = new Set<string | undefined>();
let ownZone: string | undefined;

/** The browser's own time zone, if it is usable; else UTC. */
export const browserZone = (): string =>
  (ownZone ??= usableZone(Intl.DateTimeFormat().resolvedOptions().timeZone));

/**
 * Returns the name of a zone that this browser's `Intl` takes, or UTC, with one warning for each other name. Chromium
 * reports `Etc/Unknown` as its own zone on systems whose `TZ` is empty, a path or an unknown name, and takes it nowhere.
 */
export function usableZone(name: string | undefined): string {
  if (name !== undefined && isTimeZone(name)) return name;
  if (!unusable.has(name)) {
    unusable.add(name);
    console.warn(
      `lp-kit: this browser's time zone "${name}" is not usable; charts show times in UTC. Set the system's TZ variable to a name such as Europe/Berlin, or the attribute time-zone on the page.`,
    );
  }
  return 'UTC';
}

/** Whether this browser knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * How far (ms) clocks in `timeZone` are ahead of UTC at `t`. Looked up once per quarter hour: offsets have changed on
 * quarter hours only since zones left local mean time. @throws RangeError for an unknown zone
 */
export function offsetAt(t: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const zone = zoneOf(timeZone);
  const quarter = Math.floor(t / QUARTER);
  let offset = zone.offsets.get(quarter);
  if (offset === undefined) {
    offset = readOffset(quarter * QUARTER, zone.format);
    if (zone.offsets.size >= MAX_KEPT) zone.offsets.clear();
    zone.offsets.set(quarter, offset);
  }
  return offset;
}

/** Returns the time after `from`, up to `to`, at which the offset changes; undefined if it does not. For spans of a few days. */
export function offsetChange(from: number, to: number, timeZone: string): number | undefined {
  const before = offsetAt(from, timeZone);
  if (to <= from || offsetAt(to, timeZone) === before) return undefined;
  let low = Math.floor(from / QUARTER);
  let high = Math.floor(to / QUARTER);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (offsetAt(middle * QUARTER, timeZone) === before) low = middle;
    else high = middle;
  }
  return high * QUARTER;
}

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (!zone) {
    const number = 'numeric' as const;
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
    });
    zone = { format, offsets: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

function readOffset(t: number, format: Intl.DateTimeFormat): number {
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(t)) part[type] = value;
  const year = part['era'] === 'BC' ? 1 - Number(part['year']) : Number(part['year']);
  const date = new Date(0);
  date.setUTCFullYear(year, Number(part['month']) - 1, Number(part['day']));
  date.setUTCHours(Number(part['hour']), Number(part['minute']), Number(part['second']));
  return date.getTime() - t;
}
