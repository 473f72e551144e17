import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { BadSample, type Collector, type Series, type Steps } from './collector.ts';
import { type Labels, MAX_LABELS, seriesOf, tooManyLabels } from './series.ts';
import { ucumUnit } from './units.ts';

/** Options of a body in line protocol. */
export interface LineProtocolOptions {
  /** Value of the request's `precision`; default nanoseconds. */
  precision?: string | undefined;
  /** Template for the channel's name from measurement, field and tags, such as `{domain}.{entity_id}`. */
  name?: string | undefined;
}

/** Number of final digits to remove, and the factor to multiply by, to convert a unit to milliseconds. */
const PRECISIONS: Readonly<Record<string, Precision>> = {
  n: { digits: 6, factor: 1 },
  u: { digits: 3, factor: 1 },
  ms: { digits: 0, factor: 1 },
  s: { digits: 0, factor: 1_000 },
};

const ALIASES: Readonly<Record<string, string>> = {
  '': 'n',
  ns: 'n',
  nanosecond: 'n',
  us: 'u',
  µs: 'u',
  microsecond: 'u',
  millisecond: 'ms',
  second: 's',
};

interface Precision {
  digits: number;
  factor: number;
}

/**
 * Reads InfluxDB line protocol: one `measurement,tag=value field=1.5 1796000000000000000` per line. Each numeric or boolean
 * field is a sample; text fields are ignored. Bad lines are recorded, and the others are stored.
 * Source: InfluxDB v2 documentation, "Line protocol".
 * @throws ProtocolError `bad-request` for an unknown precision, `too-large`
 */
export function* parseLineProtocol(
  text: string,
  collector: Collector,
  options: LineProtocolOptions = {},
): Steps<void> {
  const { precision = '', name } = options;
  const reader = new LineReader(text, collector, {
    precision: parsePrecision(precision),
    template: name === undefined ? undefined : parseTemplate(name),
  });
  while (reader.more) {
    for (let n = 0; n < 200 && reader.more; n++) reader.line();
    yield;
  }
}

function parsePrecision(word: string): Precision {
  const name = Object.hasOwn(ALIASES, word) ? (ALIASES[word] as string) : word;
  const known = Object.hasOwn(PRECISIONS, name) ? PRECISIONS[name] : undefined;
  if (known) return known;
  throw new ProtocolError(
    'bad-request',
    `precision ${shown(word)} does not exist: use ns, us, ms or s (or nanosecond, microsecond, millisecond, second)`,
  );
}

/** A template as alternating texts and names. */
type Template = readonly string[];

function parseTemplate(text: string): Template {
  const parts = text.split(/\{([^{}]*)\}/);
  if (parts.length > 1 && !/[{}]/.test(parts.filter((_, i) => i % 2 === 0).join(''))) return parts;
  throw new ProtocolError(
    'bad-request',
    `name ${shown(text)} is not a template: write tag names in braces, such as {domain}.{entity_id}`,
  );
}

interface ReaderOptions {
  precision: Precision;
  template: Template | undefined;
}

interface Field {
  name: string;
  value: string;
}

/** Maximum of characters of a part of a line and of a text, and of fields of a line. More could not be read without a pause. */
const MAX_PART = 65_536;
const MAX_TEXT = 1_048_576;
const MAX_FIELDS = 1_000;

const CURE = 'write measurement,tag=value field=1';

/** Reads one line at a time. Quoted text may contain line breaks, so the body cannot be split into lines first. */
class LineReader {
  readonly #text: string;
  readonly #collector: Collector;
  readonly #options: ReaderOptions;
  readonly #series = new Map<string, Series>();
  #at = 0;
  #line = 0;

  constructor(text: string, collector: Collector, options: ReaderOptions) {
    this.#text = text;
    this.#collector = collector;
    this.#options = options;
  }

  get more(): boolean {
    return this.#at < this.#text.length;
  }

  line(): void {
    this.#line++;
    const text = this.#text;
    let from = this.#at;
    while (text[from] === ' ' || text[from] === '\t' || text[from] === '\r') from++;
    if (from >= text.length || text[from] === '\n' || text[from] === '#') return this.#skip(from);
    const first = this.#line;
    this.#at = from;
    try {
      this.#read();
    } catch (error) {
      if (!(error instanceof BadSample)) throw error;
      this.#skip(this.#at);
      const part = text.slice(from, Math.min(this.#at, from + 200)).trimEnd();
      this.#collector.refuse({ at: first, message: error.message, part });
    }
  }

  /** Continues after the line that contains `from`. */
  #skip(from: number): void {
    const end = this.#text.indexOf('\n', from);
    this.#at = end < 0 ? this.#text.length : end + 1;
  }

  #read(): void {
    const head = this.#until(' ');
    if (this.#text[this.#at] !== ' ') throw new BadSample(`the line has no fields: ${CURE}`);
    const at = this.#line;
    this.#skipSpaces();
    const fields = this.#fields();
    const t = this.#time();
    for (const { name, value } of fields) {
      this.#collector.sample(this.#seriesOf(head, name), `"value":${value}`, { t, at });
    }
    this.#skip(this.#at);
  }

  /** Returns the text up to the next `stop` that is not escaped, or up to the end of the line. */
  #until(stop: string): string {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    for (; at < text.length; at++) {
      const c = text[at];
      if (c === stop || c === '\n') break;
      if (at - from > MAX_PART)
        throw new BadSample(`a part of the line is longer than ${MAX_PART} characters`);
      if (c === '\\' && at + 1 < text.length && text[at + 1] !== '\n') at++;
    }
    this.#at = at;
    return text.slice(from, at);
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  /** Returns the fields that have a number or a boolean. */
  #fields(): Field[] {
    const fields: Field[] = [];
    for (;;) {
      const name = this.#until('=');
      if (this.#text[this.#at] !== '=')
        throw new BadSample(`the field ${shown(name)} has no value: ${CURE}`);
      if (name === '') throw new BadSample(`a field has no name: ${CURE}`);
      if (fields.length >= MAX_FIELDS)
        throw new BadSample(
          `the line has more than ${MAX_FIELDS} fields: split it into several lines`,
        );
      this.#at++;
      if (this.#text[this.#at] === '"') this.#skipText();
      else fields.push({ name, value: numberOf(this.#bareValue()) });
      if (this.#text[this.#at] !== ',') return fields;
      this.#at++;
    }
  }

  #skipText(): void {
    const text = this.#text;
    const end = Math.min(text.length, this.#at + MAX_TEXT);
    for (let at = this.#at + 1; at < end; at++) {
      const c = text[at];
      if (c === '\\') at++;
      if (c === '\n' || (c === '\\' && text[at] === '\n')) this.#line++;
      if (c !== '"') continue;
      this.#at = at + 1;
      if (!/[, \r\n]/.test(text[this.#at] ?? '\n'))
        throw new BadSample(
          'the text of a field continues after its closing quote: write a quote within text as \\"',
        );
      return;
    }
    this.#at = end;
    throw new BadSample(
      `the text of a field has no closing quote, or is longer than ${MAX_TEXT} characters`,
    );
  }

  #bareValue(): string {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    while (at < text.length && !isEnd(text.charCodeAt(at))) at++;
    this.#at = at;
    return text.slice(from, at);
  }

  /** Returns the time at the end of the line, in ms; undefined if there is none. */
  #time(): number | undefined {
    const end = this.#text.indexOf('\n', this.#at);
    const digits = this.#text.slice(this.#at, end < 0 ? undefined : end).trim();
    if (digits === '') return undefined;
    if (!/^-?\d{1,19}$/.test(digits))
      throw new BadSample(`${shown(digits)} is not a time: write a whole number since 1970`);
    const { digits: cut, factor } = this.#options.precision;
    return cut === 0 ? Number(digits) * factor : Number(BigInt(digits) / 10n ** BigInt(cut));
  }

  #seriesOf(head: string, field: string): Series {
    const id = `${head} ${field}`;
    const known = this.#series.get(id);
    if (known) return known;
    const [measurement = '', ...tags] = splitPlain(head, ',', MAX_LABELS + 2);
    if (tags.length > MAX_LABELS) throw tooManyLabels(`more than ${MAX_LABELS}`);
    const labels = readTags(tags);
    const series = this.#newSeries(plain(measurement), plain(field), labels);
    this.#series.set(id, series);
    return series;
  }

  #newSeries(measurement: string, field: string, labels: Labels): Series {
    if (measurement === '') throw new BadSample(`the measurement has no name: ${CURE}`);
    const { prefix } = this.#collector.options;
    const { template } = this.#options;
    if (!template) {
      const name = field === 'value' ? measurement : `${measurement}.${field}`;
      return seriesOf({ prefix, name, labels, about: {} });
    }
    const filled = fill(template, { measurement, field, labels });
    const unit = template.includes('measurement') ? undefined : measuredUnit(measurement, labels);
    return seriesOf({ prefix, ...filled, about: unit === undefined ? {} : { unit } });
  }
}

/** True for a character that ends a bare value: comma, blank, line feed or carriage return. */
const isEnd = (c: number): boolean => c === 44 || c === 32 || c === 10 || c === 13;

interface Filled {
  measurement: string;
  field: string;
  labels: Labels;
}

/** Returns the name that a template gives, and the labels that it did not use. A field other than `value` is added to the name. */
function fill(
  template: Template,
  { measurement, field, labels }: Filled,
): { name: string; labels: Labels } {
  const rest = new Map(labels);
  const text = template.map((part, i) => {
    if (i % 2 === 0) return part;
    if (part === 'measurement') return measurement;
    if (part === 'field') return field;
    const value = labels.get(part);
    if (value === undefined)
      throw new BadSample(
        `the line has no tag ${shown(part)}, which the template in ?name= needs: add the tag, or change the template`,
      );
    rest.delete(part);
    return value;
  });
  const name = text.join('');
  const named = field === 'value' || template.includes('field');
  return { name: named ? name : `${name}.${field}`, labels: rest };
}

/** Returns the unit in a measurement: Home Assistant writes an entity's unit there, or another word where it has none. */
function measuredUnit(measurement: string, labels: Labels): string | undefined {
  if (/^(state|units)$/.test(measurement) || measurement.includes('.')) return undefined;
  return measurement === labels.get('domain') ? undefined : ucumUnit(measurement);
}

function readTags(tags: string[]): Labels {
  const labels: Labels = new Map();
  for (const tag of tags) {
    const [name = '', value = '', more] = splitPlain(tag, '=', 3);
    if (name === '') throw new BadSample(`a tag has no name: ${CURE}`);
    if (value === '' || more !== undefined)
      throw new BadSample(`the tag ${shown(name)} has no value, or two: ${CURE}`);
    const key = plain(name);
    if (labels.has(key)) throw new BadSample(`the tag ${shown(key)} is given twice: give it once`);
    labels.set(key, plain(value));
  }
  return labels;
}

/** Splits at each `at` that is not escaped, and returns the first `most` parts. */
const splitPlain = (text: string, at: string, most: number): string[] => {
  if (!text.includes('\\')) return text.split(at, most);
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (parts.length === most) return parts;
    if (text[i] === '\\') i++;
    else if (text[i] === at) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
};

/** Removes the backslashes that escape a comma, an equals sign or a space; other backslashes stay. */
const plain = (text: string): string =>
  text.includes('\\') ? text.replaceAll(/\\([,= ])/g, '$1') : text;

const INT64 = 2n ** 63n;
const TRUE = /^(t|T|true|True|TRUE)$/;
const FALSE = /^(f|F|false|False|FALSE)$/;

/** Returns a field's value as a JSON number. @throws BadSample */
function numberOf(text: string): string {
  const number = /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return String(number);
  if (/^-?\d{1,20}i$/.test(text)) {
    const n = BigInt(text.slice(0, -1));
    if (n >= -INT64 && n < INT64) return String(Number(n));
  }
  if (/^\d{1,20}u$/.test(text) && BigInt(text.slice(0, -1)) < 2n * INT64) {
    return String(Number(text.slice(0, -1)));
  }
  if (TRUE.test(text)) return '1';
  if (FALSE.test(text)) return '0';
  throw new BadSample(`${shown(text)} is not a field value: write a number, true, false or "text"`);
}
