import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Error in the command line: exit code 2. */
export class UsageError extends Error {}

/** `parseArgs` that reports unknown options as usage errors, with the nearest known one. @throws UsageError */
export function readArgs<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { message } = error as Error;
    const unknown = /^Unknown option '(-[^']+)'/.exec(message)?.[1];
    if (unknown === undefined) throw new UsageError(message);
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    throw new UsageError(`there is no option ${printable(unknown)}${suggestion(unknown, known)}`);
  }
}

/** Returns “; did you mean …?” if one of the known words is similar, else ''. */
export function suggestion(word: string, known: readonly string[]): string {
  const [nearest] = known
    .map((each) => ({ each, edits: editsBetween(word, each) }))
    .filter(({ each, edits }) => edits <= (each.length > 3 ? 2 : 1))
    .toSorted((a, b) => a.edits - b.edits);
  return nearest ? `; did you mean ${nearest.each}?` : '';
}

/** Returns the Levenshtein distance: number of letters to insert, delete or replace. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/**
 * Text that is safe to print on a terminal: control characters, which could move the cursor or rename the window, and
 * marks that reverse the direction of text become `\u001b` and the like. JSON stays the same JSON.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Prints one line on stderr, preceded by the name of the program. */
export const warn = (text: string): void =>
  void process.stderr.write(`lp-kit: ${printable(text)}\n`);

const url: string = process.env['LP_URL'] ?? 'http://127.0.0.1:3000/lp';

/** Options of all commands that talk to a server. */
export const REMOTE_OPTIONS: {
  readonly url: { readonly type: 'string'; readonly default: string };
  readonly token: { readonly type: 'string' };
  readonly help: { readonly type: 'boolean'; readonly short: 'h'; readonly default: false };
} = {
  url: { type: 'string', default: url },
  token: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Returns the header with the token; no header without a token. */
export const authorization = (token: string | undefined): Record<string, string> =>
  token ? { Authorization: `Bearer ${token}` } : {};
