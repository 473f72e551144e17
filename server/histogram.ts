/** Counts values by size: two additions on a hot path, told to Prometheus when it asks. */
export class Histogram {
  /** Values of at most `edges[i]`, and more than the edge before; the last counts those past all edges. */
  readonly counts: number[];
  count = 0;
  sum = 0;
  /** Upper edges, ascending, in the unit of the values. */
  readonly edges: readonly number[];

  constructor(edges: readonly number[]) {
    this.edges = edges;
    this.counts = Array.from({ length: edges.length + 1 }, () => 0);
  }

  observe(value: number): void {
    this.count++;
    this.sum += value;
    let i = 0;
    while (i < this.edges.length && value > (this.edges[i] as number)) i++;
    (this.counts[i] as number)++;
  }
}
