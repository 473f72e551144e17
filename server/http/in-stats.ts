/** Counters of the requests below `/in`, for the server's metrics. */
export class InStats {
  readonly #requests = new Map<string, number>();
  readonly #items = new Map<string, number>();
  readonly #dropped = new Map<string, number>();

  request(format: string, status: number): void {
    add(this.#requests, `${format} ${status}`, 1);
  }

  items(format: string, count: number): void {
    add(this.#items, format, count);
  }

  dropped(format: string, reason: string, count: number): void {
    if (count > 0) add(this.#dropped, `${format} ${reason}`, count);
  }

  /** Returns the numbers of requests by format and status. */
  get requests(): Counted[] {
    return counted(this.#requests, ['format', 'status']);
  }

  /** Returns the numbers of stored entries by format. */
  get kept(): Counted[] {
    return counted(this.#items, ['format']);
  }

  /** Returns the numbers of items that were not stored although the response was a success, by format and reason. */
  get drops(): Counted[] {
    return counted(this.#dropped, ['format', 'reason']);
  }
}

/** A count with its labels. */
export type Counted = readonly [labels: Record<string, string>, count: number];

const add = (counts: Map<string, number>, name: string, count: number): void =>
  void counts.set(name, (counts.get(name) ?? 0) + count);

const counted = (counts: Map<string, number>, names: string[]): Counted[] =>
  [...counts].map(([words, count]) => {
    const values = words.split(' ');
    return [Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])), count] as const;
  });
