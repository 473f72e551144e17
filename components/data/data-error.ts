/** Reasons why existing data cannot be shown. */
export type DataErrorCode = 'several-series' | 'unreadable' | 'no-numbers';

/** Error for data that exist but cannot be shown; the card shows it instead of "No data". */
export class DataError extends Error {
  readonly code: DataErrorCode;
  /** Number of series, or shape of the payload, as the card shows it. */
  readonly detail: string;

  constructor(code: DataErrorCode, detail: string, message: string) {
    super(message);
    this.name = 'DataError';
    this.code = code;
    this.detail = detail;
  }
}

/** Names in an error for the console. */
const MOST_NAMES = 20;

/** Returns the error of a single-value element on a channel with several series. The message does not change when series are added or removed. */
export function severalSeries(keys: readonly string[]): DataError {
  const names = keys.slice(0, MOST_NAMES).map((key) => JSON.stringify(key));
  const more = keys.length > MOST_NAMES ? ' and others' : '';
  return new DataError(
    'several-series',
    String(keys.length),
    `the channel holds several series: choose one by key="…" or labels="name=value" from ${names.join(', ')}${more}`,
  );
}

/** Returns the error of a payload without anything that the element can show. */
export function unreadable(shape: string, cure: string): DataError {
  return new DataError('unreadable', shape, `cannot read ${shape}: ${cure}`);
}

/** Returns the error of payloads without a number to draw. */
export function noNumbers(shape: string): DataError {
  const cure =
    'name the fields that hold numbers by fields="…", or make numbers of them by transform';
  return new DataError('no-numbers', shape, `no number in ${shape}: ${cure}`);
}

/** Returns the error if it concerns data that cannot be shown; undefined for others, with which the value stays. */
export const dataErrorOf = (error: Error | undefined): DataError | undefined =>
  error instanceof DataError ? error : undefined;
