/**
 * Reports an error of a listener without stopping the next one: by `reportError` where it exists (the page's `error` event),
 * else on the console. Throwing it later would end a Node process.
 */
export function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void };
  if (reportError) return reportError(error);
  console.error(error);
}
