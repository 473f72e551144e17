import type { Entry } from '../../protocol/lp1.ts';
import { isRecord } from './payload.ts';

/**
 * Returns entries as CSV (RFC 4180): `time` (ISO 8601), `version`, `key` where there is one, then one column per field. Text that
 * a spreadsheet would run as a formula, also behind another separator, gets an apostrophe (OWASP, CSV injection).
 */
export function csvOf(entries: readonly Entry[]): string {
  const keyed = entries.some((entry) => entry.k !== undefined);
  const fields = [...new Set(entries.flatMap((entry) => Object.keys(fieldsOf(entry))))];
  const head = ['time', 'version', ...(keyed ? ['key'] : []), ...fields];
  const rows = entries.map((entry) => {
    const values = fieldsOf(entry);
    const key = keyed ? [entry.k] : [];
    const time = new Date(entry.t).toISOString();
    return [time, entry.v, ...key, ...fields.map((field) => values[field])];
  });
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

const fieldsOf = (entry: Entry): Record<string, unknown> =>
  isRecord(entry.d) ? entry.d : { value: entry.d };

/** Returns one cell: quoted if necessary, with an apostrophe before text that a spreadsheet would run as a formula. */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // After any separator: a spreadsheet that splits at ; or tabs ignores the quotes and would run the rest as a formula.
  // Spreadsheets of East Asian languages accept full-width signs as well.
  const safe = text.replace(/((?:^|[,;|\t\r\n]) *)(?=[=+\-@\t\r＝＋－＠])/g, "$1'");
  return /[",;\t|\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
