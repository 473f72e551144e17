/**
 * Maximum number of rows that a list or a table draws, whatever its `limit`: an update of 15,000 rows would block the page
 * for 10 s. The number of further rows is shown below.
 */
export const MAX_ROWS = 1_000;

/** Returns the maximum number of rows by the attribute `limit`; `usual` where it is absent or invalid. */
export const rowLimit = (limit: number | undefined, usual: number): number =>
  typeof limit === 'number' && limit >= 0 ? Math.min(Math.floor(limit), MAX_ROWS) : usual;
