import { isChannel, shown } from '../../protocol/lp1.ts';

/** A set of channel names: those listed, and those that begin with the part of a pattern before its final `*`. */
export class ChannelPatterns {
  /** Text that is equal for equal sets. */
  readonly id: string;
  readonly #names: Set<string>;
  readonly #beginnings: string[];

  /** @throws TypeError for an invalid pattern */
  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) checkPattern(pattern);
    this.id = [...new Set(patterns)].toSorted().join(',');
    this.#names = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
    this.#beginnings = patterns.flatMap((pattern) =>
      pattern.endsWith('*') ? [pattern.slice(0, -1)] : [],
    );
  }

  /** Whether the set is empty. */
  get empty(): boolean {
    return this.id === '';
  }

  /** Whether the set contains every channel. */
  get all(): boolean {
    return this.#beginnings.includes('');
  }

  allows(channel: string): boolean {
    return (
      this.#names.has(channel) ||
      this.#beginnings.some((beginning) => channel.startsWith(beginning))
    );
  }
}

function checkPattern(pattern: unknown): void {
  const name = typeof pattern === 'string' ? pattern.replace(/\*$/, '') : '';
  if (pattern === '*' || isChannel(name)) return;
  throw new TypeError(
    `${shown(pattern)} is not a channel name, nor the beginning of names with a final *`,
  );
}
