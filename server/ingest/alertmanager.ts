import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isRecord } from './body.ts';
import { BadSample, type Collector, eventChannel, type Steps } from './collector.ts';
import { eventTime } from './event-time.ts';
import { levelOf } from './level-word.ts';
import { labelsKey } from './series.ts';

/**
 * Reads a webhook of Alertmanager or of Grafana's alerting: one entry per alert, in the channel `alerts`.
 * Source: Prometheus, "Alertmanager configuration: webhook_config". @throws ProtocolError `bad-request`, `too-large`
 */
export function* parseAlertmanager(body: unknown, collector: Collector): Steps<void> {
  const alerts = isRecord(body) ? body['alerts'] : undefined;
  if (!Array.isArray(alerts)) {
    throw new ProtocolError(
      'bad-request',
      'the body has no list "alerts": send the JSON of an Alertmanager webhook',
    );
  }
  for (let at = 0; at < alerts.length; at++) {
    collector.try(at, () => addAlert(alerts[at], { at, collector }));
    if (at % 100 === 99) yield;
  }
}

/** Adds one alert. @throws BadSample */
export function addAlert(
  alert: unknown,
  { at, collector }: { at: number; collector: Collector },
): void {
  if (!isRecord(alert) || !isRecord(alert['labels'])) {
    throw new BadSample(`${shown(alert)} is not an alert: it needs an object "labels"`);
  }
  const { fingerprint, startsAt, endsAt } = alert;
  const labels = texts(alert['labels']);
  const resolved = alert['status'] === 'resolved';
  collector.event({
    channel: eventChannel(collector.options.prefix, 'alerts'),
    k:
      typeof fingerprint === 'string' && fingerprint !== ''
        ? fingerprint.slice(0, 512)
        : labelsKey(labels),
    t: eventTime(resolved ? (endsAt ?? startsAt) : startsAt),
    at,
    data: alertEntry(alert, labels, resolved),
  });
}

function alertEntry(
  alert: Record<string, unknown>,
  labels: Map<string, string>,
  resolved: boolean,
): Record<string, unknown> {
  const notes = isRecord(alert['annotations'])
    ? texts(alert['annotations'])
    : new Map<string, string>();
  const text = notes.get('summary') ?? notes.get('description') ?? notes.get('message');
  const link = alert['generatorURL'] ?? alert['panelURL'];
  return {
    title: labels.get('alertname') ?? 'alert',
    ...(text !== undefined && { text }),
    level: resolved ? 'info' : levelOf(labels.get('severity') ?? ''),
    status: resolved ? 'resolved' : 'firing',
    ...(typeof link === 'string' && link !== '' && { link }),
    labels: Object.fromEntries(labels),
  };
}

const texts = (object: Record<string, unknown>): Map<string, string> =>
  new Map(
    Object.entries(object).flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  );
