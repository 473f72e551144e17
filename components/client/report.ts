/**
 * Tells the world of an error in somebody else's listener, without harm to the next one: `reportError` where there is
 * one (the page's `error` event), else the console. Throwing it in a later turn would end a Node process.
 */
export function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void };
  if (reportError) return reportError(error);
  console.error(error);
}
