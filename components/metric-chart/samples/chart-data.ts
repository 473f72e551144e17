import type { Json } from '../../../protocol/lp1.ts';
import { numberAt } from '../../data/number.ts';
import { isRecord } from '../../data/payload.ts';
import { AutoFields, type LineSpec, MOST_LINES } from './auto-fields.ts';
import { ratePerSecond, type Reading } from '../../data/counter.ts';
import { Series } from './series.ts';

/** The parts of an entry that lines use. */
export interface Sample {
  /** Time in ms since 1970. */
  t: number;
  /** Key. */
  k?: string;
  /** Payload. */
  d: unknown;
  /** Version, for samples of a channel. */
  v?: number;
}

/** Buckets of history that take live samples: those of versions after `after`, and any outside of [fromT, toT). */
export interface Layer {
  readonly series: Series;
  readonly after: number;
  readonly fromT: number;
  readonly toT: number;
}

/** A line and its samples. */
export interface DataLine {
  spec: LineSpec;
  /** Key of its entries, if the spec names none. */
  readonly key: string | undefined;
  /** The series that is drawn: `raw`, or that of a layer. */
  series: Series;
  /** The samples themselves. */
  readonly raw: Series;
  /** Buckets of history that live samples are added to. */
  layers: readonly Layer[];
  /** True if the line is not drawn: hidden by the viewer or by its spec, or beyond `maxLines`. */
  hidden: boolean;
  /** True if the line is beyond the first `maxLines`. */
  surplus: boolean;
  /** Last reading of a counter. */
  reading: Reading | undefined;
}

/** Called with each value that is added to a line: the line, the time in ms, the value. */
export type OnValue = (line: DataLine, t: number, value: number) => void;

const MAX_SAMPLES = 200_000;

/** The samples of a chart, by line. It exists as long as the element; plots are created and removed. */
export class ChartData {
  readonly lines: DataLine[] = [];
  /** True if lines were left out because there are too many. */
  overflowed = false;
  #specs: readonly LineSpec[] | undefined;
  #auto = new AutoFields(false);
  #maxLines = Infinity;
  /** Index of the last line found: samples usually arrive in the order of the lines. */
  #at = 0;
  #newest: unknown;
  #hasNumbers = false;

  /**
   * Sets the wanted lines, in order; undefined = one per numeric field and key that arrives. Lines that are still wanted
   * keep their samples. `rate`: without specs, the fields are counters.
   */
  setSpecs(specs: readonly LineSpec[] | undefined, rate = false): void {
    this.#specs = specs;
    if (rate !== this.#auto.rate) this.#auto = new AutoFields(rate);
    const kept = this.lines.filter((line) => {
      const spec = specs ? specs.find((each) => isOf(each, line)) : this.#autoSpecOf(line);
      if (spec && (spec.hidden ?? false) !== (line.spec.hidden ?? false))
        line.hidden = spec.hidden ?? false;
      if (spec) line.spec = spec;
      return spec !== undefined;
    });
    const order = (line: DataLine): number => specs?.indexOf(line.spec) ?? 0;
    kept.sort((a, b) => order(a) - order(b));
    this.#keep(kept);
  }

  /** Shows the first `count` lines; the others keep their samples, but are hidden until the viewer shows them. */
  showAtMost(count: number): void {
    this.#maxLines = count;
    for (const [n, line] of this.lines.entries()) {
      const surplus = n >= count;
      if (surplus !== line.surplus) line.hidden = surplus || (line.spec.hidden ?? false);
      line.surplus = surplus;
    }
  }

  /** Shows or hides a line. */
  toggle(index: number): void {
    const line = this.lines[index];
    if (line) line.hidden = !line.hidden;
  }

  /**
   * Adds samples of a channel ('' = the chart's own), oldest first. Returns whether a line was added. `onValue` is called with each
   * value that is added to a line; NaN is a gap.
   */
  take(channel: string, samples: readonly Sample[], onValue?: OnValue): boolean {
    const before = this.lines.length;
    for (const sample of samples) this.#takeOne(channel, sample, onValue);
    return this.lines.length > before;
  }

  /** Drops the samples of a channel; its lines stay. */
  clear(channel: string): void {
    if (channel === '') this.#newest = undefined;
    this.#hasNumbers = false;
    for (const line of this.lines) {
      if ((line.spec.channel ?? '') !== channel) {
        this.#hasNumbers ||= line.raw.length > 0;
        continue;
      }
      line.raw.clear();
      line.layers = [];
      line.reading = undefined;
    }
  }

  /**
   * Drops the lines of keys without samples for `afterMs` while others had some. If no key has any, all stay: then the
   * publisher is gone. Returns whether one was dropped.
   */
  dropSilent(afterMs: number, nowMs: number): boolean {
    const t = Math.min(this.newestTime, nowMs) - afterMs;
    const kept = this.lines.filter((line) => !(line.key !== undefined && line.series.lastTime < t));
    if (kept.length === this.lines.length) return false;
    this.#keep(kept);
    return true;
  }

  /** Time in ms of the newest sample; -Infinity without any. */
  get newestTime(): number {
    return this.lines.reduce((t, { series }) => Math.max(t, series.lastTime), -Infinity);
  }

  /** The lanes of all lines, the chart's own channel first. */
  get lanes(): Lane[] {
    const lanes: Lane[] = [];
    for (const spec of this.#specs ?? this.lines.map((line) => line.spec)) {
      const lane = laneOf(spec);
      if (!lanes.some((each) => isSameLane(each, lane))) lanes.push(lane);
    }
    const isOwn = (lane: Lane): boolean => isSameLane(lane, { channel: '', offsetMs: 0 });
    return lanes.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  }

  /** The newest payload of the chart's own channel, if no payload held a number; else undefined. */
  get unread(): unknown {
    return this.#hasNumbers ? undefined : this.#newest;
  }

  /** Drops samples that are older than `t`; of lines that are drawn from buckets, samples older than `rawT`. */
  evict(t: number, rawT: number = t): void {
    for (const { series, raw, layers } of this.lines) {
      raw.evict(series === raw ? t : Math.max(t, rawT));
      for (const layer of layers) layer.series.evict(t);
    }
  }

  /**
   * Returns the lines for the history of a field and key, if `field` is drawn; if the payload is not an object, the field is
   * `value`. A new key becomes a line.
   */
  linesFor(
    { channel, offsetMs }: Lane,
    { field, key }: { field: string; key?: string | undefined },
  ): DataLine[] {
    const isOfLane = (spec: LineSpec): boolean => isSameLane(laneOf(spec), { channel, offsetMs });
    return (this.#specs ?? this.#auto.known)
      .filter(isOfLane)
      .filter((spec) => (spec.field || 'value') === field)
      .filter((spec) => spec.key === undefined || spec.key === key)
      .flatMap((spec) => {
        this.#hasNumbers = true;
        const own = spec.key === undefined ? key : undefined;
        return this.#line(channel, spec, own, { make: true }) ?? [];
      });
  }

  #keep(lines: readonly DataLine[]): void {
    this.lines.splice(0, Infinity, ...lines);
    this.showAtMost(this.#maxLines);
  }

  #takeOne(channel: string, sample: Sample, onValue: OnValue | undefined): void {
    const { t, k, d } = sample;
    if (channel === '') this.#newest = d;
    for (const spec of this.#specsFor(channel, d)) {
      if (spec.key !== undefined && spec.key !== k) continue;
      const value = numberAt(d, spec.field || undefined);
      if (value === undefined) continue;
      if (!Number.isNaN(value)) this.#hasNumbers = true;
      // Text in a field that the page does not name is not a gap: it must not create a line that never had a number.
      const line = this.#line(channel, spec, spec.key === undefined ? k : undefined, {
        make: this.#specs !== undefined || !Number.isNaN(value),
      });
      const pushed = line && push(line, sample, value);
      if (pushed !== undefined) onValue?.(line as DataLine, t, pushed);
    }
  }

  #autoSpecOf({ spec: { field, rate } }: DataLine): LineSpec | undefined {
    return (rate ?? false) === this.#auto.rate ? this.#auto.specOf(field) : undefined;
  }

  #specsFor(channel: string, d: unknown): readonly LineSpec[] {
    if (this.#specs)
      return this.#specs.filter((spec) => !spec.offsetMs && (spec.channel ?? '') === channel);
    if (channel !== '') return []; // followed for its marks, not for lines
    return this.#auto.specsFor(d);
  }

  #line(
    channel: string,
    spec: LineSpec,
    key: string | undefined,
    { make }: { make: boolean },
  ): DataLine | undefined {
    const count = this.lines.length;
    for (let i = 0; i < count; i++) {
      const n = (this.#at + i) % count;
      const line = this.lines[n] as DataLine; // bounds: n < count
      const own = line.spec;
      if (own.field !== spec.field || own.key !== spec.key || line.key !== key) continue;
      if ((own.channel ?? '') !== channel || (own.offsetMs ?? 0) !== (spec.offsetMs ?? 0)) continue;
      this.#at = (n + 1) % count;
      return line;
    }
    if (!make) return undefined;
    if (count < MOST_LINES) return this.#newLine(spec, key);
    this.overflowed = true;
    return undefined;
  }

  #newLine(spec: LineSpec, key: string | undefined): DataLine {
    const series = new Series({ maxCapacity: MAX_SAMPLES });
    const hidden = spec.hidden ?? false;
    const line: DataLine = {
      spec,
      key,
      series,
      raw: series,
      layers: [],
      hidden,
      surplus: false,
      reading: undefined,
    };
    const order = ({ spec: own }: DataLine): number => this.#specs?.indexOf(own) ?? 0;
    this.#keep([...this.lines, line].sort((a, b) => order(a) - order(b)));
    return line;
  }
}

/** Whether a line shows the samples of an earlier time (`<lp-series offset>`). */
export const isEarlier = ({ spec }: DataLine): boolean => Boolean(spec.offsetMs);

/** The subject of one history request: a channel ('' = the chart's own), drawn `offsetMs` later. */
export interface Lane {
  readonly channel: string;
  readonly offsetMs: number;
}

/** The lane that a line belongs to. */
export const laneOf = ({ channel = '', offsetMs = 0 }: LineSpec): Lane => ({ channel, offsetMs });

/** Returns the newest value of a line: of its samples, or of its buckets if it has no samples; undefined if it has neither. */
export function newestOf({ raw, series }: DataLine): number | undefined {
  const own = raw.length > 0 ? raw : series;
  return own.length > 0 ? own.values[own.end - 1] : undefined;
}

/** Whether two lanes are equal. */
export const isSameLane = (a: Lane, b: Lane): boolean =>
  a.channel === b.channel && a.offsetMs === b.offsetMs;

const isOf = (spec: LineSpec, { spec: own }: DataLine): boolean =>
  spec.field === own.field &&
  (spec.channel ?? '') === (own.channel ?? '') &&
  spec.key === own.key &&
  (spec.offsetMs ?? 0) === (own.offsetMs ?? 0) &&
  (spec.rate ?? false) === (own.rate ?? false);

/** Adds a value to a line. Returns the value that the line shows (for a counter its growth); undefined if there is none. */
function push(line: DataLine, { t, v = Infinity }: Sample, value: number): number | undefined {
  const drawn = line.spec.rate ? rateOf(line, t, value) : { value, weight: 1 };
  if (!drawn) return undefined;
  line.raw.push(t, drawn.value);
  for (const { series, after, fromT, toT } of line.layers) {
    const isNew = v > after || t < fromT || t >= toT;
    if (isNew) series.push(t, drawn.value, drawn.weight);
  }
  return drawn.value;
}

/**
 * The growth per second up to a reading of a counter, and the seconds that it covers; undefined if the reading shows none.
 * Notes the reading at the line.
 */
export function rateOf(
  line: Pick<DataLine, 'reading'>,
  t: number,
  value: number,
): { value: number; weight: number } | undefined {
  const { reading: before } = line;
  // A late reading adds nothing: its growth is already included in that of the reading after it.
  if (before && t <= before.t) return undefined;
  const rate = ratePerSecond(before, { t, v: value });
  // The growth over a fall that is no restart is unknown: there is no sample, and the line continues to the next one.
  const isFall = before !== undefined && Number.isNaN(rate) && !Number.isNaN(value);
  if (!Number.isNaN(value))
    line.reading = { t, v: value, rate: rate >= 0 ? rate : (before?.rate ?? 0) };
  return before && !isFall ? { value: rate, weight: (t - before.t) / 1_000 } : undefined;
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
