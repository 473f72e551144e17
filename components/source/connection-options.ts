import { parseDurationMs } from '../shared/duration.ts';
import type { ConnectionOptions } from './connection.ts';

/** What a source element says of its connection. */
export interface SourceChoices {
  /** Seconds. */
  wait: number | null | undefined;
  /** A duration such as `500ms`. */
  minInterval: string | null | undefined;
  /** In a hidden tab: `keep`, `suspend`, `suspend-after 5m`. */
  background: string | null | undefined;
  /** `tabs`: one poll for all tabs of the browser. */
  share: string | null | undefined;
  headers: ConnectionOptions['headers'];
  fetch: ConnectionOptions['fetch'];
}

/** A source's attributes as its connection's options; what is absent or unreadable is left to the client's defaults. */
export function connectionOptions(choices: SourceChoices): ConnectionOptions {
  const { wait, minInterval, background, share, headers, fetch } = choices;
  const minIntervalMs = parseDurationMs(minInterval);
  const suspendAfterMs = parseBackgroundMs(background);
  return {
    ...(headers && { headers }),
    ...(fetch && { fetch }),
    ...(isCount(wait) && { waitSeconds: wait }),
    ...(isCount(minIntervalMs) && { minIntervalMs }),
    ...(suspendAfterMs !== undefined && { suspendAfterMs }),
    ...(share === 'tabs' && { share }),
  };
}

/** How long a hidden tab goes on polling: Infinity for `keep`, 0 for `suspend`; undefined for what is not understood. */
export function parseBackgroundMs(text: string | null | undefined): number | undefined {
  const [word, duration] = text?.trim().split(/\s+/) ?? [];
  if (word === 'keep') return Number.POSITIVE_INFINITY;
  if (word === 'suspend') return 0;
  return word === 'suspend-after' ? parseDurationMs(duration) : undefined;
}

const isCount = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
