/** Number of uncaught errors of this process: `serve` counts them, `/metrics` reports them. */
export const unexpectedErrors: { count: number } = { count: 0 };
