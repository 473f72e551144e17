import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Hub } from '../hub/hub.ts';
import type { Histogram } from '../hub/hub-stats.ts';
import type { Publisher } from '../hub/publisher.ts';
import type { Store } from '../stores/store.ts';
import type { Counted, InStats } from './in-stats.ts';
import { unexpectedErrors } from './unexpected-errors.ts';

/** The metrics of a server for `GET /metrics`. */
export interface Metrics {
  /** Returns the metrics in Prometheus text format, and its content type. */
  render(): Promise<{ type: string; text: string }>;
}

/** The parts of a server whose counters are read. */
export interface MetricsOptions {
  hub: Hub;
  publisher: Publisher;
  inStats: InStats;
  store: Store;
}

/** Returns the metrics of a server, read from plain counters when they are requested. */
export function liveMetrics({ hub, publisher, inStats, store }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { stats } = hub;
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  const counter = (name: string, help: string, value: () => number): void => {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  const labelled = (
    name: string,
    help: string,
    label: string,
    values: () => Record<string, number>,
  ): void => {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, n] of Object.entries(values())) this.inc({ [label]: key }, n);
      },
    });
  };

  const counted = (
    name: string,
    help: string,
    labelNames: string[],
    values: () => Counted[],
  ): void => {
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, n] of values()) this.inc(labels, n);
      },
    });
  };

  gauge('lp_held_polls', 'Polls held now.', () => hub.held);
  labelled('lp_polls_total', 'Polls by how they ended.', 'result', () => ({
    news: stats.answered,
    empty: stats.empty,
    failed: stats.failed,
    gone: stats.gone,
  }));
  counter(
    'lp_listened_seconds_total',
    'Time that channels were waited for, summed over polls and their channels.',
    () => stats.listenedMs / 1000,
  );
  counter(
    'lp_answers_built_total',
    'Distinct responses made; polls share them.',
    () => stats.answersBuilt,
  );
  counter(
    'lp_answer_bytes_total',
    'Bytes of responses before compression, summed over clients.',
    () => stats.bytes,
  );
  counter('lp_delivered_entries_total', 'Entries sent, summed over readers.', () => stats.entries);
  labelled('lp_resets_total', 'Resets by reason.', 'reason', () => stats.resets);
  counter('lp_publishes_total', 'Publishes.', () => publisher.stats.publishes);
  counter('lp_published_entries_total', 'Entries published.', () => publisher.stats.entries);
  counter('lp_refused_publishes_total', 'Writes refused.', () => publisher.stats.refused);
  counter(
    'lp_replayed_publishes_total',
    'Publishes answered from an idempotency key.',
    () => publisher.stats.replayed,
  );
  counter(
    'lp_history_lost_total',
    'Entries dropped before they could be rolled, since a tier could not be written.',
    () => store.history?.lost ?? 0,
  );
  counted(
    'lp_in_requests_total',
    'Requests of agents, by format and status.',
    ['format', 'status'],
    () => inStats.requests,
  );
  counted(
    'lp_in_items_total',
    'Entries made of what agents sent, by format.',
    ['format'],
    () => inStats.kept,
  );
  counted(
    'lp_in_dropped_total',
    'Items of agents that were left out with success, by format and reason.',
    ['format', 'reason'],
    () => inStats.drops,
  );
  counter(
    'lp_unexpected_errors_total',
    'Errors of the process that nothing caught, as `lp-kit serve` counts them.',
    () => unexpectedErrors.count,
  );
  gauge(
    'lp_requests_saved',
    'Requests that polling every second would have cost beyond those that came.',
    () => Math.max(0, stats.holds.sum / 1000 - stats.answered - stats.empty),
  );
  const histograms = (): string =>
    secondsText('lp_hold_seconds', 'Time that polls were held.', stats.holds) +
    secondsText('lp_wake_seconds', 'From an append to the last response written.', stats.wakes);
  return {
    render: async () => ({
      type: registry.contentType,
      text: (await registry.metrics()) + histograms(),
    }),
  };
}

/**
 * Returns a histogram in Prometheus text format, with ms converted to seconds. The library's histogram is not used, as
 * it would have to observe each value itself. Source: Prometheus exposition formats, text 0.0.4.
 */
function secondsText(name: string, help: string, counted: Histogram): string {
  let upTo = 0;
  const buckets = counted.edges.map((edge, i) => {
    upTo += counted.counts[i] as number;
    return `${name}_bucket{le="${edge / 1000}"} ${upTo}\n`;
  });
  return `# HELP ${name} ${help}
# TYPE ${name} histogram
${buckets.join('')}${name}_bucket{le="+Inf"} ${counted.count}
${name}_sum ${counted.sum / 1000}
${name}_count ${counted.count}
`;
}
