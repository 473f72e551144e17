const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration as attributes write it: `500ms`, `30s`, `5m`, `2h`, `1d`, a bare number of seconds, or
 * `never` (Infinity). undefined for an absent or unreadable one.
 */
export function parseDurationMs(text: string | null | undefined): number | undefined {
  const word = text?.trim().toLowerCase();
  if (!word) return undefined;
  if (word === 'never') return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(word);
  if (!match) return undefined;
  return Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000);
}
