import { type About, BadSample, type Collector, type Series, type Steps } from './collector.ts';
import {
  anyValue,
  countOf,
  labelText,
  messageOf,
  messages,
  numberText,
  resourceLabels,
  type Tree,
  textOf,
  timeOf,
} from './otlp-values.ts';
import { type Labels, seriesOf } from './series.ts';
import { ucumUnit } from './units.ts';

/**
 * Reads an OTLP `ExportMetricsServiceRequest`. A bad point is recorded with its index among all points, and the others are
 * stored.
 * Source: OTLP 1.x, opentelemetry-proto. @throws ProtocolError `bad-request`, `too-large`
 */
export function* parseOtlpMetrics(request: Tree, collector: Collector): Steps<void> {
  let at = 0;
  for (const resource of messages(request['resourceMetrics'], 'resourceMetrics')) {
    const common = resourceLabels(resource['resource']);
    for (const scope of messages(resource['scopeMetrics'], 'scopeMetrics')) {
      for (const metric of messages(scope['metrics'], 'metrics')) {
        const { points, kind, about } = metricOf(metric);
        for (const point of points) {
          const place = at++;
          collector.try(place, () => {
            const series = pointSeries({ metric, point, common, about, collector });
            const t = timeOf(point['timeUnixNano']);
            collector.sample(series, FIELDS[kind](point), { t, at: place });
          });
          if (at % 200 === 0) yield;
        }
      }
      yield;
    }
  }
}

type Kind = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';

const KINDS: readonly Kind[] = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];

function metricOf(metric: Tree): { points: Tree[]; kind: Kind; about: About } {
  const kind = KINDS.find((name) => metric[name] !== undefined && metric[name] !== null) ?? 'gauge';
  const data = messageOf(metric[kind], kind);
  const delta = /^(1|AGGREGATION_TEMPORALITY_DELTA)$/.test(String(data['aggregationTemporality']));
  const about: About = {
    kind: kindOf(kind, data, delta),
    unit: typeof metric['unit'] === 'string' ? ucumUnit(metric['unit']) : undefined,
    description:
      typeof metric['description'] === 'string' ? metric['description'] || undefined : undefined,
  };
  if (delta && about.kind === 'histogram') about.temporality = 'delta';
  return { points: messages(data['dataPoints'], 'dataPoints'), kind, about };
}

function kindOf(kind: Kind, { isMonotonic }: Tree, delta: boolean): About['kind'] {
  if (kind === 'gauge' || kind === 'summary') return kind;
  if (kind !== 'sum') return 'histogram';
  if (delta) return 'delta';
  return isMonotonic === true ? 'counter' : 'gauge';
}

interface PointOptions {
  metric: Tree;
  point: Tree;
  common: Labels;
  about: About;
  collector: Collector;
}

function pointSeries({ metric, point, common, about, collector }: PointOptions): Series {
  const labels = new Map(common);
  for (const { key, value } of messages(point['attributes'], 'attributes')) {
    labels.set(textOf(key, 'key'), labelText(anyValue(value)));
  }
  const { prefix } = collector.options;
  return seriesOf({ prefix, name: textOf(metric['name'], 'name'), labels, about });
}

/** Functions that return the fields of an entry, as JSON without braces, by the kind of metric. */
const FIELDS: Record<Kind, (point: Tree) => string> = {
  gauge: numberField,
  sum: numberField,
  histogram: (point) => `${totals(point)}${buckets(point)}`,
  exponentialHistogram: totals,
  summary: (point) => `${totals(point)}${quantiles(point)}`,
};

function numberField({ asDouble, asInt, flags }: Tree): string {
  const value = numberText(asDouble, 'asDouble') ?? numberText(asInt, 'asInt') ?? 'null';
  return `"value":${hasNoValue(flags) ? 'null' : value}`;
}

/** True where flag 1 is set, which means that no value was recorded. */
const hasNoValue = (flags: unknown): boolean => countOf(flags, 'flags') % 2 === 1;

function totals({ count, sum, min, max, flags }: Tree): string {
  if (hasNoValue(flags)) return '"count":null';
  let text = `"count":${countOf(count, 'count')}`;
  for (const [name, value] of Object.entries({ sum, min, max })) {
    const number = numberText(value, name);
    if (number !== undefined && number !== 'null') text += `,"${name}":${number}`;
  }
  return text;
}

/** Returns the field `buckets`: cumulative counts, each with the upper bound of its bucket. */
function buckets({ bucketCounts, explicitBounds }: Tree): string {
  const counts = numbers(bucketCounts, 'bucketCounts').map((n) => countOf(n, 'bucketCounts'));
  if (counts.length === 0) return '';
  const edges = numbers(explicitBounds, 'explicitBounds');
  if (edges.length !== counts.length - 1) {
    throw new BadSample(
      `the histogram has ${counts.length} bucketCounts and ${edges.length} explicitBounds: send one bound fewer than counts`,
    );
  }
  let sum = 0;
  const list = counts.map((count, i) => {
    sum += count;
    return `[${i < edges.length ? numberText(edges[i], 'explicitBounds') : '"+Inf"'},${sum}]`;
  });
  return `,"buckets":[${list.join(',')}]`;
}

function quantiles({ quantileValues }: Tree): string {
  const list = messages(quantileValues, 'quantileValues').map(({ quantile = 0, value = 0 }) => {
    return `[${numberText(quantile, 'quantile')},${numberText(value, 'value')}]`;
  });
  return list.length === 0 ? '' : `,"quantiles":[${list.join(',')}]`;
}

function numbers(value: unknown, name: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new BadSample(`${name} must be a list`);
}
