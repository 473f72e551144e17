import { shown } from '../../protocol/lp1.ts';
import { type About, BadSample, type Collector, type Steps } from './collector.ts';
import { type Decoded, decodeMessage, type Message } from './protobuf.ts';
import { channelOf, type Labels, seriesOf } from './series.ts';
import { nameUnit, ucumUnit } from './units.ts';

const LABEL: Message = {
  1: { name: 'name', type: 'string' },
  2: { name: 'value', type: 'string' },
};
const SAMPLE: Message = {
  1: { name: 'value', type: 'double' },
  2: { name: 'timestamp', type: 'int' },
};
const SERIES: Message = {
  1: { name: 'labels', type: () => LABEL, list: true },
  2: { name: 'samples', type: () => SAMPLE, list: true },
};
const METADATA: Message = {
  1: { name: 'type', type: 'int' },
  2: { name: 'name', type: 'string' },
  4: { name: 'help', type: 'string' },
  5: { name: 'unit', type: 'string' },
};
const WRITE_REQUEST: Message = {
  1: { name: 'timeseries', type: () => SERIES, list: true },
  3: { name: 'metadata', type: () => METADATA, list: true },
};

const KINDS: readonly About['kind'][] = [
  undefined,
  'counter',
  'gauge',
  'histogram',
  undefined,
  'summary',
];

/**
 * Reads a Prometheus remote write 1.0 request that was decompressed. A bad series is recorded with its index, and the others
 * are stored.
 * Source: Prometheus Remote-Write 1.0 specification. @throws ProtocolError `bad-request`, `too-large`
 */
export function* parseRemoteWrite(bytes: Buffer, collector: Collector): Steps<void> {
  const request = yield* decodeMessage(bytes, WRITE_REQUEST);
  const list = (request['timeseries'] ?? []) as Decoded[];
  const abouts = new Map<string, About>();
  for (let at = 0; at < list.length; at++) {
    collector.try(at, () => addSeries(list[at] as Decoded, { at, abouts, collector }));
    if (at % 200 === 199) yield;
  }
  const described = (request['metadata'] ?? []) as Decoded[];
  for (const [n, metadata] of described.entries()) {
    addAbout(metadata, collector);
    if (n % 500 === 499) yield;
  }
}

function addSeries(
  { labels: pairs = [], samples = [] }: Decoded,
  { at, abouts, collector }: { at: number; abouts: Map<string, About>; collector: Collector },
): void {
  const labels: Labels = new Map();
  for (const { name = '', value = '' } of pairs as { name?: string; value?: string }[]) {
    if (name === '') throw new BadSample('a label has no name');
    if (labels.has(name))
      throw new BadSample(`the label ${shown(name)} is given twice: give it once`);
    labels.set(name, value);
  }
  const name = labels.get('__name__') ?? '';
  if (name === '') throw new BadSample('the series has no label __name__');
  labels.delete('__name__');
  const { prefix } = collector.options;
  let about = abouts.get(name);
  if (!about) abouts.set(name, (about = aboutOf(name))); // one for all series of a metric: the writer compares them
  const series = seriesOf({ prefix, name, labels, about });
  for (const { value = 0, timestamp = 0n } of samples as { value?: number; timestamp?: bigint }[]) {
    const fields = `"value":${Number.isFinite(value) ? value : null}`;
    collector.try(at, () => collector.sample(series, fields, { t: Number(timestamp), at }));
  }
}

/** Returns the kind and unit of a metric by its name; remote write sends no kind with a series. */
const aboutOf = (name: string): About => ({
  kind: /_(total|bucket|sum|count)$/.test(name) ? 'counter' : undefined,
  unit: nameUnit(name),
});

function addAbout(
  { type = 0n, name = '', help = '', unit = '' }: Decoded,
  { abouts, options }: Collector,
): void {
  if (name === '') return;
  const { channel } = channelOf(options.prefix, String(name));
  const kind = KINDS[Number(type)];
  abouts.set(channel, {
    // remote write sends the parts of a histogram or summary as separate series
    kind: kind === 'histogram' || kind === 'summary' ? undefined : kind,
    unit: ucumUnit(String(unit)) ?? nameUnit(String(name)),
    description: String(help) || undefined,
  });
}
