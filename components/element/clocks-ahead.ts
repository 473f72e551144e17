import { pageWide } from '../shared/page-wide.ts';

/** A sender whose clock is ahead of the server's. */
export interface ClockAhead {
  channel: string;
  /** Key of its series; '' where it has none. */
  key: string;
  /** Time in ms by which it was ahead at its last entry. */
  aheadMs: number;
}

/** Senders by channel and key, shared by all elements of the page, so that each clock is reported once. */
const clocks = pageWide('lp-kit.clocks-ahead.1', () => new Map<string, ClockAhead>());
const told = new Set<string>();

/** Records how far ahead the senders of a channel are, by key, with one message per sender on the console. */
export function noteAhead(channel: string, lead: ReadonlyMap<string, number>): void {
  if (lead.size === 0 && clocks.size === 0) return;
  for (const [id, clock] of clocks)
    if (clock.channel === channel && !lead.has(clock.key)) clocks.delete(id);
  for (const [key, aheadMs] of lead) {
    const id = `${channel} ${key}`;
    clocks.set(id, { channel, key, aheadMs });
    if (told.has(id)) continue;
    told.add(id);
    console.warn(
      `lp-kit: channel "${channel}"${key && `, series ${key}`}: times are ${Math.round(aheadMs / 1000)} s ahead of the server's clock; entries are shown once their time has come`,
    );
  }
}

/** Returns the senders of these channels whose clocks are ahead. */
export const clocksAhead = (channels: readonly string[]): ClockAhead[] =>
  [...clocks.values()].filter(({ channel }) => channels.includes(channel));
