import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { addAlert } from './alertmanager.ts';
import { isRecord } from './body.ts';
import { type About, BadSample, type Collector, type Steps } from './collector.ts';
import { type Labels, seriesOf } from './series.ts';

/**
 * Reads the JSON of collectd's `write_http` plugin: a list of value lists, or of notifications, which become alerts.
 * Source: collectd wiki, "JSON". @throws ProtocolError `bad-request`, `too-large`
 */
export function* parseCollectd(body: unknown, collector: Collector): Steps<void> {
  if (!Array.isArray(body)) {
    throw new ProtocolError(
      'bad-request',
      `the body must be a list, as collectd sends it, not ${shown(body)}`,
    );
  }
  for (let at = 0; at < body.length; at++) {
    const part: unknown = body[at];
    collector.try(at, () => {
      if (!isRecord(part))
        throw new BadSample(`${shown(part)} is not a value list: send objects, as collectd does`);
      if ('values' in part) addValues(part, at, collector);
      else addAlert(notification(part), { at, collector });
    });
    if (at % 200 === 199) yield;
  }
}

const KINDS: Readonly<Record<string, About['kind']>> = {
  gauge: 'gauge',
  derive: 'counter',
  counter: 'counter',
  absolute: 'delta',
};

function addValues(list: Record<string, unknown>, at: number, collector: Collector): void {
  const { values, dstypes, dsnames, time } = list;
  if (!Array.isArray(values) || !Array.isArray(dsnames) || dsnames.length !== values.length) {
    throw new BadSample('"values" and "dsnames" must be lists of the same length');
  }
  const plugin = word(list['plugin']);
  const type = word(list['type']);
  const labels: Labels = new Map();
  for (const name of ['host', 'plugin_instance', 'type_instance'])
    labels.set(name, word(list[name]));
  const t = typeof time === 'number' ? Math.round(time * 1_000) : undefined;
  for (let i = 0; i < values.length; i++) {
    const ds = word(dsnames[i]);
    const name = [plugin, type === plugin ? '' : type, ds === 'value' ? '' : ds];
    const dstype = Array.isArray(dstypes) ? String(dstypes[i]) : '';
    const kind = Object.hasOwn(KINDS, dstype) ? KINDS[dstype] : undefined;
    const { prefix } = collector.options;
    const series = seriesOf({
      prefix,
      name: name.filter(Boolean).join('.'),
      labels,
      about: { kind },
    });
    collector.sample(series, `"value":${valueOf(values[i])}`, { t, at });
  }
}

function valueOf(value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  throw new BadSample(`the value ${shown(value)} is not a number: send a number or null`);
}

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Returns a notification as an alert; the severity `OKAY` resolves it. */
function notification(part: Record<string, unknown>): Record<string, unknown> {
  const { labels } = part;
  const severity = isRecord(labels) ? word(labels['severity']) : '';
  return { status: /^ok/i.test(severity) ? 'resolved' : 'firing', ...part };
}
