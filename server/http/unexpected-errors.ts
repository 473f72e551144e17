/** Errors of this process that nothing caught: `serve` counts them, `/metrics` tells them. */
export const unexpectedErrors: { count: number } = { count: 0 };
