import type { AttributeCheck } from './attribute-check.ts';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Longest duration in ms, a thousand years: an axis of more would have more days than can be counted. */
export const MOST_MS: number = 1_000 * 365.25 * 86_400_000;

/** Cache of parsed texts: attributes are read with every sample, and rarely change. */
const known = new Map<string, number | undefined>();
const MOST_KNOWN = 100;

/**
 * Parses a duration of an attribute into ms: `500ms`, `30s`, `5m`, `2h`, `1d`, a bare number of seconds, or `never`
 * (Infinity). A longer one than a thousand years is that long. Undefined for an absent or unreadable one.
 */
export function parseDurationMs(given: string | number | null | undefined): number | undefined {
  if (given === null || given === undefined || given === '') return undefined;
  const text = String(given); // a property may be a number of seconds
  if (known.has(text)) return known.get(text);
  if (known.size >= MOST_KNOWN) known.clear();
  const ms = readDurationMs(text.trim().toLowerCase());
  known.set(text, ms);
  return ms;
}

function readDurationMs(word: string): number | undefined {
  if (word === 'never') return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(word);
  if (!match) return undefined;
  return Math.min(MOST_MS, Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000));
}

/** A reactive property that takes one of these words, or a duration. @example compare: oneOrDuration(['previous', 'start']) */
export const oneOrDuration = (words: readonly string[]): AttributeCheck => ({
  cure: (text) =>
    words.includes(text) || parseDurationMs(text) !== undefined
      ? undefined
      : `write ${words.join(', ')}, or a duration such as 5m or 1d`,
});
