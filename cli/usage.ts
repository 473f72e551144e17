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

const url: string = process.env['LP_URL'] ?? 'http://127.0.0.1:3000/lp';

/** Options that `post` and `tail` share. */
export const REMOTE_OPTIONS: {
  readonly url: { readonly type: 'string'; readonly default: string };
  readonly token: { readonly type: 'string' };
  readonly help: { readonly type: 'boolean'; readonly short: 'h'; readonly default: false };
} = {
  url: { type: 'string', default: url },
  token: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

/** The token as a header; none without one. */
export const authorization = (token: string | undefined): Record<string, string> =>
  token ? { Authorization: `Bearer ${token}` } : {};
