/**
 * Rows that a list or a table draws at most, whatever its `limit` says: nobody reads more, and each update of 15,000 rows
 * would stop the page for 10 s. The rest is counted below.
 */
export const MAX_ROWS = 1_000;

/** The rows to draw at most, by the attribute `limit`; `usual` where it says nothing, or nothing useful. */
export const rowLimit = (limit: number | undefined, usual: number): number =>
  typeof limit === 'number' && limit >= 0 ? Math.min(Math.floor(limit), MAX_ROWS) : usual;
