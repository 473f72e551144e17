import { formatValue } from '../format/format.ts';
import { ageText, momentName, SECOND, UNITS } from '../format/format-moment.ts';
import type { Format, FormatOptions } from '../format/format-options.ts';
import { relativeFormat } from '../format/intl-cache.ts';
import type { Words } from '../locale/messages.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { Sample } from '../sparkline/samples.ts';

/** The value to compare with: `previous`, `start`, `none`, or a duration for the value of that time ago. */
export type Compare = 'previous' | 'start' | 'none' | (string & {});

/** Notation of a difference. */
export type DeltaFormat = 'percent' | 'absolute' | 'both';

/** Values from which the value to compare with is chosen. */
export interface BaselineFacts {
  compare: Compare;
  /** In the order of time; the last is the value itself. */
  samples: readonly Sample[];
  /** The previous value in the payload (Smashing's `last`). */
  stated: number | null;
  /** The first received value. */
  start: number | null;
  /** The server's clock in ms, from which a duration counts back. */
  nowMs: number;
}

/** A value to compare with. */
export interface Baseline {
  value: number;
  /** Time of the baseline in ms, where the history does not reach back as far as requested. */
  sinceMs?: number;
}

/**
 * Returns the value to compare with; undefined if there is none. A duration takes the value of that time ago; where the
 * history does not reach back that far, its oldest value, with the time of that.
 */
export function baselineOf(facts: BaselineFacts): Baseline | undefined {
  const { compare, samples, stated, start } = facts;
  if (compare === 'none') return undefined;
  if (compare === 'start') return known(start);
  const spanMs = parseDurationMs(compare);
  if (spanMs === undefined) return known(stated ?? samples.at(-2)?.value ?? null);
  return longAgo(samples, facts.nowMs - spanMs);
}

const known = (value: number | null): Baseline | undefined =>
  value === null ? undefined : { value };

function longAgo(samples: readonly Sample[], atMs: number): Baseline | undefined {
  const stood = samples.findLast(({ t }) => t <= atMs);
  if (stood) return known(stood.value);
  const oldest = samples.slice(0, -1).find(({ value }) => value !== null);
  return oldest && { value: oldest.value as number, sinceMs: oldest.t };
}

/** A value, the value to compare with, and the notation of the difference. */
export interface DeltaFacts {
  value: number;
  baseline: number;
  /** See `Baseline`. */
  sinceMs?: number | undefined;
  compare: Compare;
  /** Default `percent`; of ratios `absolute`, in percentage points: a percentage of percentages misleads. */
  deltaFormat: DeltaFormat | undefined;
  options: FormatOptions;
  words: Words;
}

/** A change in words. `none`: both values read alike, or the change rounds to nothing; then there is no arrow either. */
export interface Delta {
  direction: 'up' | 'down' | 'none';
  text: string;
  /** Start of the comparison, as text; '' where it is obvious. */
  since: string;
  spoken: string;
}

/** Formats whose values have no meaningful difference. */
const NO_AMOUNT: (Format | undefined)[] = ['text', 'date', 'time', 'relative'];

/** Returns the change from the baseline to the value; undefined for values that are not amounts. */
export function deltaOf(facts: DeltaFacts): Delta | undefined {
  const { value, baseline, options, words } = facts;
  if (NO_AMOUNT.includes(options.format)) return undefined;
  const change = changeOf(facts);
  const since = sinceOf(facts);
  const isAlike = formatValue(value, options) === formatValue(baseline, options);
  if (isAlike || change.text === changeOf({ ...facts, value: baseline }).text) {
    const spoken = [words.noChange, since.spoken].filter(Boolean).join(' ');
    return { direction: 'none', text: words.noChange, since: since.text, spoken };
  }
  const isUp = value > baseline;
  const spoken = isUp ? words.changedUp(change.spoken) : words.changedDown(change.spoken);
  return {
    direction: isUp ? 'up' : 'down',
    text: change.text,
    since: since.text,
    spoken: `${spoken} ${since.spoken}`,
  };
}

interface Telling {
  text: string;
  spoken: string;
}

function changeOf({ value, baseline, deltaFormat, options, words }: DeltaFacts): Telling {
  const by = Math.abs(value - baseline);
  const absolute = options.format === 'percent' ? points(by, options, words) : amount(by, options);
  const wanted = deltaFormat ?? (options.format === 'percent' ? 'absolute' : 'percent');
  if (wanted === 'absolute' || baseline === 0) return absolute;
  const { language } = options;
  const percent = formatValue(by / Math.abs(baseline), { format: 'percent', language });
  if (wanted === 'percent') return { text: percent, spoken: percent };
  const { bothChanges } = words;
  return {
    text: bothChanges(absolute.text, percent),
    spoken: bothChanges(absolute.spoken, percent),
  };
}

function amount(by: number, options: FormatOptions): Telling {
  const text = formatValue(by, options);
  return { text, spoken: text };
}

function points(by: number, { language, digits = 1 }: FormatOptions, words: Words): Telling {
  const count = Number((by * 100).toFixed(Math.min(Math.max(0, digits), 20)));
  return {
    text: words.shortPoints(formatValue(count, { language })),
    spoken: words.percentagePoints(count),
  };
}

function sinceOf({ compare, sinceMs, options, words }: DeltaFacts): Telling {
  if (sinceMs !== undefined) {
    const text = words.sinceAgo(momentName(sinceMs, options));
    return { text, spoken: text };
  }
  if (compare === 'start') return { text: words.sinceStart, spoken: words.sinceStart };
  const spanMs = parseDurationMs(compare);
  if (spanMs === undefined) return { text: '', spoken: words.sincePrevious };
  const language = options.language ?? 'en';
  return {
    text: words.sinceAgo(ageText(-spanMs, language)),
    spoken: words.sinceAgo(longAge(spanMs, language)),
  };
}

function longAge(spanMs: number, language: string): string {
  const [unit, sizeMs] = UNITS.find(([, each]) => spanMs >= each) ?? SECOND;
  const format = relativeFormat(language, { style: 'long', numeric: 'always' });
  return format.format(-Math.round(spanMs / sizeMs), unit);
}
