import { shown } from '../protocol.ts';

const DAY_MS = 86_400_000;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * ms since 1970 from RFC 3339 text or whole ms (also as digits in text); else a sentence that says what is wrong.
 * Never guesses a unit: seconds, µs and ns are refused by their size.
 */
export function parseTime(time: unknown, now: number): number | string {
  const ms = toMs(time);
  if (typeof ms === 'string') return ms;
  if (ms < 1e11)
    return `${shown(time)} looks like seconds: give whole milliseconds since 1970, or RFC 3339`;
  if (ms > 1e14)
    return `${shown(time)} looks like µs or ns: give whole milliseconds since 1970, or RFC 3339`;
  if (ms > now + DAY_MS) return `${shown(time)} is more than a day ahead of the server's clock`;
  return ms;
}

function toMs(time: unknown): number | string {
  if (typeof time === 'number' && Number.isInteger(time)) return time;
  if (typeof time === 'string' && /^\d{1,16}$/.test(time)) return Number(time);
  const parsed = typeof time === 'string' && RFC3339.test(time) ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  return `${shown(time)} is not a time: give RFC 3339 (2026-11-20T16:00:00Z) or whole milliseconds since 1970`;
}
