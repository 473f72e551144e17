import { parseDurationMs } from '../shared/duration.ts';
import type { ConnectionOptions } from './connection.ts';

/** The connection attributes of a source element. Durations are such as `500ms`, `30s`, `5m`; bare numbers are seconds. */
export interface SourceChoices {
  /** Maximum time for which the server may hold a poll. Default `25s`. */
  wait: string | number | undefined;
  /** Minimum time between two updates: `500ms`, `10s`. */
  minInterval: string | number | undefined;
  /** Time for which a hidden tab continues to poll; `never` = without a limit, `0` = not at all. Default `5m`. */
  suspendAfter: string | number | undefined;
  /** `keep`: a hidden tab continues to poll, as with `suspend-after="never"`. */
  background: 'keep' | undefined;
  /**
   * `tabs`: all tabs of the browser share one held poll, where the page is https or localhost; requests with different
   * `headers` are never shared, but your own `fetch` then serves other tabs too. `page`: one poll per page.
   */
  share: 'page' | 'tabs' | undefined;
  /** Headers of every request, or an async function that returns them, so that tokens need not be in the HTML. */
  headers: ConnectionOptions['headers'];
  /** Replaces `fetch` for this source. */
  fetch: ConnectionOptions['fetch'];
}

/** Returns a source's attributes as options of its connection; absent or unreadable ones get the client's defaults. */
export function connectionOptions(choices: SourceChoices): ConnectionOptions {
  const { background, share, headers, fetch } = choices;
  const waitMs = parseDurationMs(choices.wait);
  const minIntervalMs = parseDurationMs(choices.minInterval);
  const hiddenMs = parseDurationMs(choices.suspendAfter);
  const suspendAfterMs = hiddenMs ?? (background === 'keep' ? Number.POSITIVE_INFINITY : undefined);
  return {
    ...(headers && { headers }),
    ...(fetch && { fetch }),
    ...(isFinite(waitMs) && { waitSeconds: waitMs / 1000 }),
    ...(isFinite(minIntervalMs) && { minIntervalMs }),
    ...(suspendAfterMs !== undefined && { suspendAfterMs }),
    ...((share === 'tabs' || share === 'page') && { share }),
  };
}

const isFinite = (ms: number | undefined): ms is number => Number.isFinite(ms);
