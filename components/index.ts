/** `lp-kit`: defines all elements, and gives their classes, events and the few functions that a page may want. */

export type { DashboardConfig, WidgetConfig } from './dashboard/config.ts';
export { LpAlerts } from './alerts/define.ts';
export { LpCase } from './case/define.ts';
export { LpDashboard } from './dashboard/define.ts';
export {
  LpAuthRequiredEvent,
  LpCommandEvent,
  LpConnectionEvent,
  LpDataEvent,
  LpErrorEvent,
  LpLevelEvent,
  LpResetEvent,
  LpStatusEvent,
} from './data/events.ts';
export { LpDataElement } from './element/lp-data-element.ts';
export { LpElement } from './element/lp-element.ts';
export { LpFeed } from './feed/define.ts';
export type { FeedItem } from './feed/feed-item.ts';
export { LpItemEvent } from './feed/item-event.ts';
export { formatParts, formatValue } from './format/format.ts';
export type { Format, FormatOptions, Formatted } from './format/format-options.ts';
export { LpImage } from './image/define.ts';
export { LpList } from './list/define.ts';
export { loadWords } from './locale/languages.ts';
export { setWords, type Words, type WordsPatch } from './locale/messages.ts';
export { LpMeter } from './meter/define.ts';
export { LpBand, LpMetricChart, LpSeries } from './metric-chart/define.ts';
export { LpNumber } from './number/define.ts';
export { LpPublish } from './publish/define.ts';
export { LpBeforePublishEvent, LpPublishedEvent } from './publish/publish-events.ts';
export { LpRange } from './range/define.ts';
export { LpRangeEvent } from './range/lp-range.ts';
export { VERSION } from './shared/version.ts';
export { LpRow } from './row/define.ts';
export { LpSource } from './source/define.ts';
export { LpSourceRequestEvent } from './source/resolve.ts';
export { LpSparkline } from './sparkline/define.ts';
export { LpStatus } from './status/define.ts';
export { LpColumn, LpTable } from './table/define.ts';
export { LpTemplate } from './template/define.ts';
export { LpTime } from './time/define.ts';
export { LpTracker } from './tracker/define.ts';
export { LpValue } from './value/define.ts';
