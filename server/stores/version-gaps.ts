/**
 * Versions `from` to `to` of one tag that are not retained although they are above the trim floor. `edge`: the version
 * before them ends its record, because they are no longer retained.
 */
export type Gap = [from: number, to: number, tag: string, edge: boolean];

/**
 * Gaps of a channel above its trim floor, ascending: versions of meta that newer meta replaced. They keep cursors at such
 * versions valid, and let a client skip them; raising the floor would reset every client behind it.
 */
export class VersionGaps {
  #gaps: Gap[];

  constructor(gaps: Gap[] = []) {
    this.#gaps = gaps;
  }

  get count(): number {
    return this.#gaps.length;
  }

  /** The oldest one. */
  get first(): Gap | undefined {
    return this.#gaps[0];
  }

  /** Adds a version above all others; `edge` where it was the last of its record. */
  add(v: number, tag: string, edge: boolean): void {
    const last = this.#gaps.at(-1);
    if (last && last[1] === v - 1 && last[2] === tag) last[1] = v;
    else this.#gaps.push([v, v, tag, edge]);
  }

  /** Returns the gap that contains a version. */
  at(v: number): Gap | undefined {
    let [low, high] = [0, this.#gaps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#gaps[middle] as Gap)[1] < v) low = middle + 1;
      else high = middle;
    }
    const gap = this.#gaps[low];
    return gap && gap[0] <= v ? gap : undefined;
  }

  /** Drops the gaps below the trim floor. */
  trim(floor: number): void {
    if (this.first && this.first[1] <= floor)
      this.#gaps = this.#gaps.filter(([, to]) => to > floor);
  }

  /** The gaps, ascending. */
  toJSON(): readonly Gap[] {
    return this.#gaps;
  }
}
