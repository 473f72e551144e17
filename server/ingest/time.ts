import { shown } from '../../protocol/lp1.ts';

const DAY_MS = 86_400_000;
const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Returns ms since 1970 from RFC 3339 text or whole ms (also as digits in text); for other values a sentence that
 * explains the error. Never guesses a unit: numbers that look like seconds, µs or ns are refused.
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
  const ms = typeof time === 'string' ? rfc3339Ms(time) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  return `${shown(time)} is not a time: give RFC 3339 (2026-11-20T16:00:00Z) or whole milliseconds since 1970`;
}

/** Returns NaN for an invalid time; `Date.parse` alone takes February 30 for March 2. */
function rfc3339Ms(text: string): number {
  const [, date, time, zone] = RFC3339.exec(text) ?? [];
  if (!date || !zone) return Number.NaN;
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return Number.NaN;
  return Date.parse(`${date}T${time}${zone.toUpperCase()}`);
}
