import type { Json } from '../../../protocol/lp1.ts';
import { numberAt } from '../../data/number.ts';
import { isRecord } from '../../data/payload.ts';
import { ratePerSecond, type Reading } from './counter.ts';
import { Series } from './series.ts';

/** How one line is made of a channel's entries. */
export interface LineSpec {
  /** Default: the chart's own channel. */
  channel?: string | undefined;
  /** Path in the payload; '' = the payload's own value. */
  field: string;
  /** Only entries of this key; else each key is a line of its own. */
  key?: string | undefined;
  label?: string | undefined;
  /** A number (1–8: the series tokens) or a CSS colour. */
  color?: string | undefined;
  unit?: string | undefined;
  /** Lengths of dash and gap in CSS pixels. */
  dash?: readonly number[] | undefined;
  hidden?: boolean | undefined;
  /** The field is a counter: show its growth per second. */
  rate?: boolean | undefined;
}

/** A line and its samples. */
export interface DataLine {
  spec: LineSpec;
  readonly key: string | undefined;
  readonly series: Series;
  hidden: boolean;
  /** Of a counter: its last reading. */
  reading: Reading | undefined;
}

/** What a line takes of an entry. */
export interface Sample {
  t: number;
  k?: string;
  d: unknown;
}

/** A payload must not flood the page with lines: past so many, new fields and keys are left out. */
const MAX_LINES = 32;
const MAX_SAMPLES = 200_000;

/** The samples of a chart, by line. Lives as long as the element; charts come and go. */
export class ChartData {
  readonly lines: DataLine[] = [];
  #specs: readonly LineSpec[] | undefined;

  /** The lines wanted, in order; undefined = one per numeric field that comes. Lines still wanted keep their samples. */
  setSpecs(specs: readonly LineSpec[] | undefined): void {
    this.#specs = specs;
    const kept = this.lines.filter((line) => {
      const spec = specs ? specs.find((each) => isOf(each, line)) : autoSpec(line.spec);
      if (spec && (spec.hidden ?? false) !== (line.spec.hidden ?? false))
        line.hidden = spec.hidden ?? false;
      if (spec) line.spec = spec;
      return spec !== undefined;
    });
    const order = (line: DataLine): number => specs?.indexOf(line.spec) ?? 0;
    kept.sort((a, b) => order(a) - order(b));
    this.lines.splice(0, Infinity, ...kept);
  }

  /** Takes samples of a channel ('' = the chart's own), oldest first. True where a line came with them. */
  take(channel: string, samples: readonly Sample[]): boolean {
    const before = this.lines.length;
    for (const sample of samples) this.#takeOne(channel, sample);
    return this.lines.length > before;
  }

  /** Forgets what came from a channel; the lines stay. */
  clear(channel: string): void {
    for (const line of this.lines) {
      if ((line.spec.channel ?? '') !== channel) continue;
      line.series.clear();
      line.reading = undefined;
    }
  }

  /** Time in ms of the newest sample; -Infinity without any. */
  get newestTime(): number {
    return this.lines.reduce((t, { series }) => Math.max(t, series.lastTime), -Infinity);
  }

  evict(t: number): void {
    for (const { series } of this.lines) series.evict(t);
  }

  #takeOne(channel: string, { t, k, d }: Sample): void {
    for (const spec of this.#specsFor(channel, d)) {
      if (spec.key !== undefined && spec.key !== k) continue;
      const value = numberAt(d, spec.field || undefined);
      if (value === undefined) continue;
      const line = this.#line(channel, spec, spec.key === undefined ? k : undefined);
      if (line) push(line, t, value);
    }
  }

  #specsFor(channel: string, d: unknown): readonly LineSpec[] {
    if (this.#specs) return this.#specs.filter((spec) => (spec.channel ?? '') === channel);
    if (channel !== '') return []; // followed for something else, its marks: nobody asked for lines of it
    if (!isRecord(d)) return [{ field: '' }];
    const known = this.lines.map((line) => line.spec.field);
    return Object.keys(d)
      .filter((field) => typeof d[field] === 'number' || known.includes(field))
      .map((field) => ({ field }));
  }

  #line(channel: string, spec: LineSpec, key: string | undefined): DataLine | undefined {
    const { field } = spec;
    const held = this.lines.find(
      ({ spec: own, key: ownKey }) =>
        own.field === field &&
        own.key === spec.key &&
        ownKey === key &&
        (own.channel ?? '') === channel,
    );
    if (held || this.lines.length >= MAX_LINES) return held;
    const series = new Series({ maxCapacity: MAX_SAMPLES });
    const line = { spec, key, series, hidden: spec.hidden ?? false, reading: undefined };
    this.lines.push(line);
    const order = ({ spec: own }: DataLine): number => this.#specs?.indexOf(own) ?? 0;
    this.lines.sort((a, b) => order(a) - order(b));
    return line;
  }
}

const autoSpec = ({ field }: LineSpec): LineSpec => ({ field });

const isOf = (spec: LineSpec, { spec: own }: DataLine): boolean =>
  spec.field === own.field &&
  (spec.channel ?? '') === (own.channel ?? '') &&
  spec.key === own.key &&
  (spec.rate ?? false) === (own.rate ?? false);

function push(line: DataLine, t: number, value: number): void {
  if (!line.spec.rate) {
    line.series.push(t, value);
    return;
  }
  const { reading: before } = line;
  // A late reading adds nothing: the reading after it has counted its growth already.
  if (before && t <= before.t) return;
  const rate = ratePerSecond(before, { t, v: value });
  // A fall that is no restart says nothing of the growth: no sample, and the line goes on to the next one.
  const isFall = before !== undefined && Number.isNaN(rate) && !Number.isNaN(value);
  if (before && !isFall) line.series.push(t, rate);
  if (!Number.isNaN(value))
    line.reading = { t, v: value, rate: rate >= 0 ? rate : (before?.rate ?? 0) };
}

/** A payload of Smashing's graph, `{points: [{x, y}]}` with `x` in seconds, as samples; undefined for any other. */
export function smashingPoints(d: Json | undefined): Sample[] | undefined {
  if (!isRecord(d) || !Array.isArray(d['points'])) return undefined;
  return d['points'].filter(isRecord).map((point): Sample => {
    const { x, y } = point as { x?: unknown; y?: unknown };
    const t = Number(x);
    return { t: t < 1e11 ? t * 1_000 : t, d: y };
  });
}
