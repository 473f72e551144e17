import type { Json } from '../../../protocol/lp1.ts';
import { numberAt } from '../../data/number.ts';
import { isRecord } from '../../data/payload.ts';
import { AutoFields, type LineSpec, MOST_LINES } from './auto-fields.ts';
import { ratePerSecond, type Reading } from '../../data/counter.ts';
import { Series } from './series.ts';

/** What a line takes of an entry. */
export interface Sample {
  /** Time in ms since 1970. */
  t: number;
  /** Key. */
  k?: string;
  /** Payload. */
  d: unknown;
}

/** A line and its samples. */
export interface DataLine {
  spec: LineSpec;
  /** Key of its entries, where the spec names none. */
  readonly key: string | undefined;
  readonly series: Series;
  /** Not drawn: by the viewer, by its spec, or as one of more than `maxLines`. */
  hidden: boolean;
  /** The line is beyond the first `maxLines`. */
  surplus: boolean;
  /** Last reading of a counter. */
  reading: Reading | undefined;
}

/** Told of a value that a line takes: the line, its time in ms, the value. */
export type OnValue = (line: DataLine, t: number, value: number) => void;

const MAX_SAMPLES = 200_000;

/** The samples of a chart, by line. Lives as long as the element does; plots come and go. */
export class ChartData {
  readonly lines: DataLine[] = [];
  /** There are more lines than are held. */
  overflowed = false;
  #specs: readonly LineSpec[] | undefined;
  #auto = new AutoFields();
  #maxLines = Infinity;
  /** Index of the last line found: samples mostly come in the order of the lines. */
  #at = 0;
  #newest: unknown;
  #hasNumbers = false;

  /**
   * Sets the lines wanted, in order; undefined = one per numeric field and key that comes. Lines that are still wanted
   * keep their samples.
   */
  setSpecs(specs: readonly LineSpec[] | undefined): void {
    this.#specs = specs;
    const kept = this.lines.filter((line) => {
      const spec = specs
        ? specs.find((each) => isOf(each, line))
        : this.#auto.specOf(line.spec.field);
      if (spec && (spec.hidden ?? false) !== (line.spec.hidden ?? false))
        line.hidden = spec.hidden ?? false;
      if (spec) line.spec = spec;
      return spec !== undefined;
    });
    const order = (line: DataLine): number => specs?.indexOf(line.spec) ?? 0;
    kept.sort((a, b) => order(a) - order(b));
    this.#keep(kept);
  }

  /** Shows the first `count` lines; the others are held, but hidden until the viewer wants them. */
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
   * Takes samples of a channel ('' = the chart's own), oldest first. Returns whether a line was added. `onValue` gets each value
   * that a line takes; NaN is a gap.
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
        this.#hasNumbers ||= line.series.length > 0;
        continue;
      }
      line.series.clear();
      line.reading = undefined;
    }
  }

  /**
   * Drops the lines of keys without samples for `afterMs` while others had some. Where no key has any, all stay: then the
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

  /** The newest payload of the chart's own channel, if no payload held a number; else undefined. */
  get unread(): unknown {
    return this.#hasNumbers ? undefined : this.#newest;
  }

  /** Drops samples that are older than `t`. */
  evict(t: number): void {
    for (const { series } of this.lines) series.evict(t);
  }

  #keep(lines: readonly DataLine[]): void {
    this.lines.splice(0, Infinity, ...lines);
    this.showAtMost(this.#maxLines);
  }

  #takeOne(channel: string, { t, k, d }: Sample, onValue: OnValue | undefined): void {
    if (channel === '') this.#newest = d;
    for (const spec of this.#specsFor(channel, d)) {
      if (spec.key !== undefined && spec.key !== k) continue;
      const value = numberAt(d, spec.field || undefined);
      if (value === undefined) continue;
      if (!Number.isNaN(value)) this.#hasNumbers = true;
      // Text in a field that the page does not name is no gap of a line that never had a number.
      const line = this.#line(channel, spec, spec.key === undefined ? k : undefined, {
        make: this.#specs !== undefined || !Number.isNaN(value),
      });
      const pushed = line && push(line, t, value);
      if (pushed !== undefined) onValue?.(line as DataLine, t, pushed);
    }
  }

  #specsFor(channel: string, d: unknown): readonly LineSpec[] {
    if (this.#specs) return this.#specs.filter((spec) => (spec.channel ?? '') === channel);
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
      if ((own.channel ?? '') !== channel) continue;
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
    const line = { spec, key, series, hidden, surplus: false, reading: undefined };
    const order = ({ spec: own }: DataLine): number => this.#specs?.indexOf(own) ?? 0;
    this.#keep([...this.lines, line].sort((a, b) => order(a) - order(b)));
    return line;
  }
}

const isOf = (spec: LineSpec, { spec: own }: DataLine): boolean =>
  spec.field === own.field &&
  (spec.channel ?? '') === (own.channel ?? '') &&
  spec.key === own.key &&
  (spec.rate ?? false) === (own.rate ?? false);

/** Adds a value to a line. Returns what the line shows of it; undefined where that is nothing. */
function push(line: DataLine, t: number, value: number): number | undefined {
  if (!line.spec.rate) {
    line.series.push(t, value);
    return value;
  }
  const { reading: before } = line;
  // A late reading adds nothing: the reading after it has counted its growth already.
  if (before && t <= before.t) return undefined;
  const rate = ratePerSecond(before, { t, v: value });
  // A fall that is no restart tells no growth: there is no sample, and the line continues to the next one.
  const isFall = before !== undefined && Number.isNaN(rate) && !Number.isNaN(value);
  if (before && !isFall) line.series.push(t, rate);
  if (!Number.isNaN(value))
    line.reading = { t, v: value, rate: rate >= 0 ? rate : (before?.rate ?? 0) };
  return before && !isFall ? rate : undefined;
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
