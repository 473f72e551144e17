import { type Format, FORMATS, type FormatOptions } from '../format/format-options.ts';
import type { RowSpec } from '../row/row-spec.ts';

/** How a cell is drawn: a value in one of the formats, a state with its level, or the course of the row's last values. */
export type CellKind = Format | 'state' | 'spark';

/** One column of a table. */
export interface Column {
  /**
   * Path in the payload (`total`, `labels.room`). `time` and `key` are those of the entry; an empty path is the payload's own
   * value.
   */
  field: string;
  /** Heading. Default: the last step of the path, with a capital letter. */
  label: string;
  /** undefined: numbers as numbers, states as states, everything else as text. */
  kind: CellKind | undefined;
  /** Unit or currency of the values. */
  options: FormatOptions;
  /** The `<lp-column>` that it comes from. */
  spec?: RowSpec;
}

/** The formats of a column. */
export const KINDS: ReadonlySet<string> = new Set<CellKind>([...FORMATS, 'state', 'spark']);
/** What to write in place of a format that does not exist. */
export const FORMATS_CURE: string = `use one of ${[...KINDS].join(', ')}`;
const STATE_FIELDS = new Set(['status', 'level', 'state']);

/**
 * Parses the attribute `columns`: a list of `field`, `field:format`, `field:format:option`, each with `=Heading` if needed,
 * separated by commas. The option is a currency (`currency`), a unit (`number`, `duration`) or the digits (a number).
 *
 * @example parseColumns('time,customer=Who,total:currency:EUR,status')
 * @throws Error with the column, its format and the known formats
 */
export function parseColumns(text: string): Column[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map(parseColumn);
}

function parseColumn(text: string): Column {
  const [spec = '', heading] = text.split('=', 2).map((part) => part.trim());
  const [field = '', kind, option] = spec.split(':').map((part) => part.trim());
  if (kind && !KINDS.has(kind))
    throw new Error(`columns: "${kind}" in "${text}" is not a format: ${FORMATS_CURE}`);
  return {
    field,
    label: heading || headingOf(field),
    kind: (kind || undefined) as CellKind | undefined,
    options: optionsOf(kind, option),
  };
}

function optionsOf(kind: string | undefined, option: string | undefined): FormatOptions {
  if (!option) return {};
  if (/^\d+$/.test(option)) return { digits: Number(option) };
  return kind === 'currency' ? { currency: option } : { unit: option };
}

/** `labels.room` → `Room`, `unitPrice` → `Unit price`. */
export function headingOf(field: string): string {
  const last = field.split('.').at(-1) ?? '';
  const words = last
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Returns the columns of a table without `columns`: time, key where there are keys, and the payload's own fields, at most
 * eight.
 */
export function columnsOf(payload: unknown, keyed: boolean): Column[] {
  const record = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  const fields = record
    ? Object.entries(payload)
        .filter(([, value]) => typeof value !== 'object' || value === null)
        .map(([name]) => name)
    : [''];
  const names = ['time', ...(keyed ? ['key'] : []), ...fields].slice(0, 8);
  return names.map((field) => ({
    field,
    label: field === '' ? 'Value' : headingOf(field),
    kind: undefined,
    options: {},
  }));
}

/** Whether a column shows states: asked for, or by the name of its field. */
export const isStateColumn = ({ kind, field }: Column): boolean =>
  kind === 'state' || (kind === undefined && STATE_FIELDS.has(field.split('.').at(-1) ?? ''));
