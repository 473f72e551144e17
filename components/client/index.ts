/** The client without elements, for the browser and Node. */
export type { HistoryAnswer, HistorySeries } from '../../protocol/history.ts';
export type { Appended, Entry, Json, Meta, ResetReason } from '../../protocol/lp1.ts';
export type { After } from './backoff.ts';
export type { Listener, Update } from './channel.ts';
export { ClientError } from './client-error.ts';
export type { LiveClientOptions } from './client-options.ts';
export type { ClientStatus, StatusListener } from './client-status.ts';
export type { HistoryOptions, HistoryTime } from './history.ts';
export { type Lifecycle, type LifecycleEvents, pageLifecycle } from './lifecycle.ts';
export type { LiveClient, SubscribeOptions } from './live-client.ts';
export type {
  LostItem,
  Producer,
  ProducerOptions,
  ProducerStatus,
  Replacement,
} from './producer.ts';
export { liveClient } from './publishing-client.ts';
export type { PublishOptions } from './publish.ts';
export type { RequestHeaders } from './request.ts';
export type { TabsChannel, TabsPlatform } from './tabs/tabs.ts';
