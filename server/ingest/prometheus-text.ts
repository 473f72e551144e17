import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { type About, BadSample, type Collector, type Series, type Steps } from './collector.ts';
import {
  type Labels,
  longValue,
  MAX_LABEL_VALUE,
  MAX_LABELS,
  seriesOf,
  tooManyLabels,
} from './series.ts';
import { nameUnit, wordUnit } from './units.ts';

/**
 * Reads Prometheus text format 0.0.4, and OpenMetrics 1.0 (with times in seconds) where the body ends in `# EOF`. A
 * histogram or summary with a `# TYPE` is one sample per label set. `grouping`: labels that replace the samples' own.
 * Bad lines are recorded, and the others are stored. Source: Prometheus exposition formats; OpenMetrics specification.
 * @throws ProtocolError `too-large`
 */
export function* parsePrometheusText(
  text: string,
  collector: Collector,
  grouping: Labels = new Map(),
): Steps<void> {
  const reader = new TextReader(collector, grouping, /(^|\n)# EOF\s*$/.test(text.slice(-16)));
  let from = 0;
  for (let line = 1; from < text.length; line++) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    reader.line(text.slice(from, to), line);
    from = to + 1;
    if (line % 200 === 0) yield;
  }
  reader.end();
}

/**
 * Returns the labels of a Pushgateway path, `/job/{job}/{label}/{value}…`; a name ends in `@base64` where its value does.
 * Source: Pushgateway README. @throws ProtocolError `bad-request`
 */
export function parseGrouping(segments: string[]): Labels {
  const labels: Labels = new Map();
  if (segments.length % 2 !== 0)
    throw bad('the path has a label without a value: write /metrics/job/NAME/label/value');
  for (let i = 0; i < segments.length; i += 2) {
    const [, name = '', base64] =
      /^([A-Za-z_][A-Za-z0-9_]*)(@base64)?$/.exec(segments[i] ?? '') ?? [];
    if (name === '' || name.startsWith('__'))
      throw bad(
        `${shown(segments[i])} is not a label name: use letters, digits and _, and do not begin with a digit or __`,
      );
    const value = segments[i + 1] ?? '';
    labels.set(name, base64 ? Buffer.from(value, 'base64url').toString() : value);
  }
  return labels;
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);

interface Family {
  type: string | undefined;
  about: About;
}

/** A histogram or summary of which lines are still being collected. */
interface Parts {
  series: Series;
  at: number;
  t: number | undefined;
  count: string | undefined;
  sum: string | undefined;
  points: [number, string][];
}

/** Characters of a `# HELP` that are read; the meta keeps half of them. */
const MAX_HELP = 2_048;
const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL = /[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*"/y;
const KINDS: Readonly<Record<string, About['kind']>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
};
const SUFFIXES: Readonly<Record<string, RegExp>> = {
  histogram: /_(bucket|sum|count)$/,
  summary: /_(sum|count)$/,
  counter: /_(total|created)$/,
};

class TextReader {
  readonly #collector: Collector;
  readonly #grouping: Labels;
  readonly #seconds: boolean;
  readonly #families = new Map<string, Family>();
  /** Metrics without a comment. */
  readonly #unknown = new Map<string, Family>();
  readonly #parts = new Map<string, Parts>();
  readonly #series = new Map<string, Series>();

  constructor(collector: Collector, grouping: Labels, seconds: boolean) {
    this.#collector = collector;
    this.#grouping = grouping;
    this.#seconds = seconds;
  }

  line(line: string, at: number): void {
    const text = line.trim();
    if (text === '') return;
    if (text[0] === '#') return this.#comment(text);
    this.#collector.try(
      at,
      () => this.#sample(text, at),
      () => text.slice(0, 200),
    );
  }

  /** Adds the samples of all histograms and summaries, which are complete only at the end of the body. */
  end(): void {
    for (const { series, at, t, count, sum, points } of this.#parts.values()) {
      const sorted = points.sort(([a], [b]) => a - b);
      const list = sorted.map(([edge, n]) => `[${edge === Infinity ? '"+Inf"' : edge},${n}]`);
      const word = series.about.kind === 'histogram' ? 'buckets' : 'quantiles';
      const fields = [
        count !== undefined && `"count":${count}`,
        sum !== undefined && `"sum":${sum}`,
        list.length > 0 && `"${word}":[${list.join(',')}]`,
      ];
      const json = fields.filter(Boolean).join(',');
      this.#collector.try(at, () => this.#collector.sample(series, json, { t, at }));
    }
  }

  #comment(text: string): void {
    const [, what = '', name = '', rest = ''] =
      /^#\s*(TYPE|HELP|UNIT)\s+(\S+)\s*(.*)$/.exec(text) ?? [];
    if (name === '') return;
    const family = this.#families.get(name) ?? this.#newFamily(name);
    if (what === 'TYPE') {
      family.type = rest;
      family.about.kind = Object.hasOwn(KINDS, rest) ? KINDS[rest] : undefined;
    } else if (what === 'HELP')
      family.about.description = unescaped(rest.slice(0, MAX_HELP)) || undefined;
    else family.about.unit = wordUnit(rest);
  }

  #newFamily(name: string): Family {
    const { maxItems } = this.#collector.options;
    if (this.#families.size >= maxItems) {
      throw new ProtocolError(
        'too-large',
        `more than ${maxItems} metrics in one body: send at most ${maxItems} at a time`,
      );
    }
    const family: Family = { type: undefined, about: { unit: nameUnit(name) } };
    this.#families.set(name, family);
    return family;
  }

  #sample(text: string, at: number): void {
    NAME.lastIndex = 0;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) throw new BadSample('the line does not start with a metric name');
    const { labels, end } = this.#labels(text, name.length);
    const [value = '', time, ...more] =
      text
        .slice(end)
        .split(' # ', 1)[0]
        ?.trim()
        .split(/[ \t]+/, 3) ?? [];
    if (more.length > 0) throw new BadSample('the line continues after the value and the time');
    const number = jsonNumber(value);
    if (number === undefined) {
      throw new BadSample(`the value ${shown(value)} is not a number: write one, or NaN for a gap`);
    }
    const t = time === undefined ? undefined : this.#time(time);
    if (t !== undefined && !this.#collector.isTime(t)) {
      throw new BadSample(
        `the time ${shown(time)} is not between the year 2000 and one day from now: write ${this.#unit}`,
      );
    }
    const { base, family } = this.#familyOf(name);
    const { type } = family;
    if (type !== 'histogram' && type !== 'summary') {
      const series = this.#seriesOf(text.slice(0, end), name, labels, family.about);
      return this.#collector.sample(series, `"value":${number}`, { t, at });
    }
    this.#part({ base, family, suffix: name.slice(base.length + 1), labels, number, t, at });
  }

  /** Returns the labels in braces, and the position after them. */
  #labels(text: string, from: number): { labels: Labels; end: number } {
    const labels: Labels = new Map();
    let i = skipBlanks(text, from);
    if (text[i] !== '{') {
      if (i === from && from < text.length)
        throw new BadSample('the metric name has a character other than letters, digits, _ and :');
      return { labels, end: from };
    }
    i = skipBlanks(text, i + 1);
    while (text[i] !== '}') {
      LABEL.lastIndex = i;
      const [, name] = LABEL.exec(text) ?? [];
      if (name === undefined) throw new BadSample('a label is not written as name="value"');
      if (name === '__name__' || labels.has(name)) {
        throw new BadSample(
          `the label ${name} ${name === '__name__' ? 'must not be given' : 'is given twice: give it once'}`,
        );
      }
      const end = endOfText(text, LABEL.lastIndex);
      if (end < 0) throw new BadSample(`the value of the label ${name} has no closing quote`);
      if (end - LABEL.lastIndex > 2 * MAX_LABEL_VALUE) throw longValue(name); // longer even if each character is escaped
      labels.set(name, unescaped(text.slice(LABEL.lastIndex, end)));
      if (labels.size > MAX_LABELS + 1) throw tooManyLabels(`more than ${MAX_LABELS}`); // one more for `le`
      i = skipBlanks(text, end + 1);
      if (text[i] === ',') i = skipBlanks(text, i + 1);
      else if (text[i] !== '}')
        throw new BadSample('the labels have no closing brace, or no comma between two of them');
    }
    return { labels, end: i + 1 };
  }

  /** Unit of the format's times, for error messages. */
  get #unit(): string {
    return `${this.#seconds ? '' : 'milli'}seconds since 1970`;
  }

  #time(text: string): number {
    const pattern = this.#seconds ? /^-?\d+(\.\d*)?([eE][+-]?\d+)?$/ : /^-?\d{1,19}$/;
    if (!pattern.test(text)) {
      throw new BadSample(`${shown(text)} is not a time: write ${this.#unit}`);
    }
    return this.#seconds ? Math.round(Number(text) * 1_000) : Number(text);
  }

  /** Returns the metric family of a sample, by its name with or without a suffix such as `_bucket`. */
  #familyOf(name: string): { base: string; family: Family } {
    const own = this.#families.get(name);
    if (own) return { base: name, family: own };
    const [, base = ''] = /^(.*)_(?:bucket|sum|count|total|created)$/.exec(name) ?? [];
    const family = this.#families.get(base);
    const suffix = family?.type === undefined ? undefined : SUFFIXES[family.type];
    if (family && suffix?.test(name)) return { base, family };
    let unknown = this.#unknown.get(name);
    if (!unknown) {
      unknown = { type: undefined, about: { unit: nameUnit(name) } };
      this.#unknown.set(name, unknown);
    }
    return { base: name, family: unknown };
  }

  #part(part: Part): void {
    const { base, family, suffix, labels, number, t, at } = part;
    const edgeLabel = family.type === 'histogram' ? 'le' : 'quantile';
    const edge = suffix === 'bucket' || suffix === '' ? labels.get(edgeLabel) : undefined;
    if (edge === undefined && suffix !== 'sum' && suffix !== 'count') {
      throw new BadSample(`a ${family.type} needs the label ${edgeLabel}`);
    }
    labels.delete(edgeLabel);
    const id = `${base} ${JSON.stringify([...labels])} ${t}`;
    let parts = this.#parts.get(id);
    if (!parts) {
      const series = this.#newSeries(base, labels, family.about);
      parts = { series, at, t, count: undefined, sum: undefined, points: [] };
      this.#parts.set(id, parts);
    }
    if (suffix === 'count') parts.count = number;
    else if (suffix === 'sum') parts.sum = number;
    else parts.points.push([edgeOf(edge ?? ''), number]);
  }

  #seriesOf(id: string, name: string, labels: Labels, about: About): Series {
    let series = this.#series.get(id);
    if (!series) this.#series.set(id, (series = this.#newSeries(name, labels, about)));
    return series;
  }

  #newSeries(name: string, labels: Labels, about: About): Series {
    const { prefix } = this.#collector.options;
    return seriesOf({ prefix, name, labels: new Map([...labels, ...this.#grouping]), about });
  }
}

interface Part {
  base: string;
  family: Family;
  suffix: string;
  labels: Labels;
  number: string;
  t: number | undefined;
  at: number;
}

function edgeOf(text: string): number {
  if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
  const number = jsonNumber(text);
  if (number === undefined || number === 'null') {
    throw new BadSample(`${shown(text)} is not a number, as the labels le and quantile must be`);
  }
  return Number(number);
}

function skipBlanks(text: string, from: number): number {
  let i = from;
  while (text[i] === ' ' || text[i] === '\t') i++;
  return i;
}

/** Returns the index of the quote that closes a text; -1 where there is none. */
function endOfText(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '"') return i;
    if (text[i] === '\\') i++;
  }
  return -1;
}

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replaceAll(/\\([\\"n])/g, (_, c: string) => (c === 'n' ? '\n' : c))
    : text;

/** Without two parts that match the same digits: those would be tried in all combinations. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** Returns a number as JSON, `null` for NaN and the infinities; undefined for text that is not a number. */
function jsonNumber(text: string): string | undefined {
  if (NUMBER.test(text)) {
    const number = Number(text);
    return Number.isFinite(number) ? String(number) : 'null';
  }
  return /^[+-]?(nan|inf(inity)?)$/i.test(text) ? 'null' : undefined;
}
