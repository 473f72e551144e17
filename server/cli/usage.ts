import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line cannot be read: exit code 2. */
export class UsageError extends Error {}

/** `parseArgs` with unknown options told as usage errors. @throws UsageError */
export function readArgs<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Options that `post` and `tail` share. */
export const REMOTE_OPTIONS = {
  url: { type: 'string', default: process.env['LP_URL'] ?? 'http://127.0.0.1:3000/lp' },
  token: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The token as a header; none without one. */
export const authorization = (token: string | undefined): Record<string, string> =>
  token ? { Authorization: `Bearer ${token}` } : {};
