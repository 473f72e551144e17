import { formatValue } from '../format/format.ts';
import { ageText } from '../format/format-moment.ts';
import type { Format, FormatOptions } from '../format/format-options.ts';
import { relativeFormat } from '../format/intl-cache.ts';
import type { Words } from '../locale/messages.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { Sample } from '../sparkline/samples.ts';

/** What a value is compared with: `previous`, `start`, `none`, or a duration: the value that stood so long before. */
export type Compare = 'previous' | 'start' | 'none' | (string & {});

export type DeltaFormat = 'percent' | 'absolute' | 'both';

export interface BaselineFacts {
  compare: Compare;
  /** In the order of time; the last is the value itself. */
  samples: readonly Sample[];
  /** What the publisher itself names as the value before (Smashing's `last`). */
  stated: number | null;
  /** The first value that was seen. */
  start: number | null;
}

/** The value to compare with; null where there is none, as when the history does not reach back so far. */
export function baselineOf({ compare, samples, stated, start }: BaselineFacts): number | null {
  if (compare === 'none') return null;
  if (compare === 'start') return start;
  const newest = samples.at(-1);
  const spanMs = parseDurationMs(compare);
  if (spanMs === undefined) return stated ?? samples.at(-2)?.value ?? null;
  if (!newest) return null;
  return samples.findLast(({ t }) => t <= newest.t - spanMs)?.value ?? null;
}

export interface DeltaFacts {
  value: number;
  baseline: number;
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
  /** Since when; '' where that goes without saying. */
  since: string;
  spoken: string;
}

/** Formats whose values have no difference that means anything. */
const NO_AMOUNT: (Format | undefined)[] = ['text', 'date', 'time', 'relative'];

/** The change from the baseline to the value; undefined for what is no amount. */
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

function sinceOf({ compare, options, words }: DeltaFacts): Telling {
  if (compare === 'start') return { text: words.sinceStart, spoken: words.sinceStart };
  const spanMs = parseDurationMs(compare);
  if (spanMs === undefined) return { text: '', spoken: words.sincePrevious };
  const language = options.language ?? 'en';
  return {
    text: words.sinceAgo(ageText(-spanMs, language)),
    spoken: words.sinceAgo(longAge(spanMs, language)),
  };
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function longAge(spanMs: number, language: string): string {
  const [unit, sizeMs] = UNITS.find(([, each]) => spanMs >= each) ?? (['second', 1000] as const);
  const format = relativeFormat(language, { style: 'long', numeric: 'always' });
  return format.format(-Math.round(spanMs / sizeMs), unit);
}
