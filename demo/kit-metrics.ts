import type { Meta } from 'lp-kit/server';
import type { Sample } from './host-metrics.ts';
import type { Event } from './limit-watch.ts';

const EACH_SECOND: Meta = { ttl: 5, retain: 360, min: 0 };

export const kitChannels: Record<string, Meta> = {
  'kit.polls': { ...EACH_SECOND, label: 'Waiting polls' },
  'kit.answers': { ...EACH_SECOND, label: 'Responses per second' },
  'kit.publishes': { ...EACH_SECOND, label: 'Values published per second' },
  'kit.wake': { ...EACH_SECOND, label: 'Publish to response', unit: 'millisecond' },
  'kit.sent': { ...EACH_SECOND, label: 'Sent to clients', unit: 'byte-per-second' },
  'kit.saved': { ...EACH_SECOND, label: 'Requests saved' },
};

/** Totals that the server reports at `{base}/metrics`, and its number of held polls. */
export interface KitCounts {
  held: number;
  news: number;
  empty: number;
  bytes: number;
  wakes: number;
  wakeSeconds: number;
  values: number;
  refused: number;
  /** Seconds that channels were waited for, summed over polls and channels. */
  listenedSeconds: number;
}

/** Parses Prometheus text. @throws Error if a line is missing: then it is another server */
export function parseCounts(text: string): KitCounts {
  const found = new Map<string, number>();
  for (const [, name = '', value = ''] of text.matchAll(/^(lp_\S+) (\S+)$/gm)) {
    found.set(name, Number(value));
  }
  const count = (name: string): number => {
    const value = found.get(name);
    if (value === undefined) throw new Error(`the server's metrics hold no ${name}`);
    return value;
  };
  return {
    held: count('lp_held_polls'),
    news: count('lp_polls_total{result="news"}'),
    empty: count('lp_polls_total{result="empty"}'),
    bytes: count('lp_answer_bytes_total'),
    wakes: count('lp_wake_seconds_count'),
    wakeSeconds: count('lp_wake_seconds_sum'),
    values: count('lp_published_entries_total'),
    refused: count('lp_refused_publishes_total'),
    listenedSeconds: count('lp_listened_seconds_total'),
  };
}

/**
 * Returns the changes between two readings, as values of channels. Without woken polls there is no
 * latency.
 */
export function kitSample(before: KitCounts, now: KitCounts, seconds: number): Sample {
  const perSecond = (name: keyof KitCounts): number =>
    Math.round(((now[name] - before[name]) / seconds) * 10) / 10;
  const wakes = now.wakes - before.wakes;
  const wakeMs = ((now.wakeSeconds - before.wakeSeconds) / wakes) * 1000;
  return {
    'kit.polls': { held: now.held },
    'kit.answers': { news: perSecond('news'), empty: perSecond('empty') },
    'kit.publishes': { value: perSecond('values') },
    'kit.wake': wakes > 0 ? { value: Math.round(wakeMs * 1000) / 1000 } : undefined,
    'kit.sent': { value: Math.round(perSecond('bytes')) },
    'kit.saved': { value: requestsSaved(now) },
  };
}

/** Returns the writes that the server refused since `before`, as an event. */
export function refusals(before: KitCounts, now: KitCounts): Event[] {
  const count = now.refused - before.refused;
  if (count <= 0) return [];
  return [
    { text: count === 1 ? 'A write was refused' : `${count} writes were refused`, level: 'warn' },
  ];
}

/**
 * Compared with a page whose widgets each poll once a second: a channel that was waited for `n`
 * seconds would have cost `n` requests. The time between two polls is left out, so the true number
 * is a little higher.
 */
export const requestsSaved = ({ listenedSeconds, news, empty }: KitCounts): number =>
  Math.max(0, Math.round(listenedSeconds - news - empty));
