import { unexpectedErrors } from '../server/http/unexpected-errors.ts';
import { StoreError } from '../server/index.ts';

/** Different errors that are logged; of more, only the number is told. */
const LOGGED = 100;

/**
 * Keeps the server running after an error that nothing caught. Each different error is logged once, with its stack, and
 * all are counted (`lp_unexpected_errors_total`). Where the error may have left the store half changed, the process ends
 * with exit code 1 and the reason: what is acknowledged is on the disk, and a restart reads it.
 * Gives the function that removes the handlers.
 */
export function catchUnexpected(storeKind: string): () => void {
  const seen = new Set<string>();
  const caught = (error: unknown): void => {
    unexpectedErrors.count++;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!seen.has(text) && seen.size < LOGGED) {
      seen.add(text);
      console.error(`lp-kit: unexpected error: ${text}`);
    }
    if (!mayHarmStore(error, text, storeKind)) return;
    console.error(
      'lp-kit: the error came from the store, whose state is unsure now: the server ends',
    );
    process.exit(1);
  };
  process.on('unhandledRejection', caught).on('uncaughtException', caught);
  return () => {
    process.off('unhandledRejection', caught).off('uncaughtException', caught);
  };
}

/** Redis keeps its own state: an error in its store leaves nothing half changed. */
function mayHarmStore(error: unknown, stack: string, storeKind: string): boolean {
  if (error instanceof StoreError) return error.code === 'failed' || error.code === 'damaged';
  return storeKind !== 'redis' && /[\\/]server[\\/]stores[\\/]/.test(stack);
}
