import type { Entry, Meta } from '../../protocol/lp1.ts';
import { addIncrease, addSample, type Carry, Columns } from './cells.ts';
import { HistoryFields } from './fields.ts';

/** Where the fold of a key's entries continues from. */
export interface FoldStart {
  /** ms. */
  step: number;
  /** Fields of the key's newest block, which come first. */
  fields?: Iterable<string>;
  /** Last readings of counters; the fold writes to it. */
  carry?: Carry;
  /** Says which fields are counters. */
  meta?: Meta | undefined;
}

/** Folds entries of one key, in version order, into buckets. */
export class Fold {
  readonly columns: Columns;
  readonly carry: Carry;
  readonly #fields: HistoryFields;
  readonly #isCounter: (field: string) => boolean;

  constructor({ step, fields, carry = new Map(), meta }: FoldStart) {
    this.columns = new Columns(step);
    this.carry = carry;
    this.#fields = new HistoryFields(fields);
    this.#isCounter = counterIn(meta);
  }

  /** Adds an entry, as it travels. Returns its time; undefined for meta, which adds nothing. */
  add(text: string): number | undefined {
    const { t, d } = JSON.parse(text) as Entry;
    if (d === undefined) return undefined;
    this.#fields.read(
      d,
      (field, value) => this.#addNumber(field, t, value),
      (field) => void this.columns.cell(field, t).n++,
    );
    return t;
  }

  #addNumber(field: string, t: number, value: number): void {
    const cell = this.columns.cell(field, t);
    if (Number.isNaN(value)) {
      cell.gaps++;
      return;
    }
    addSample(cell, value, t);
    if (this.#isCounter(field)) addIncrease(cell, this.carry, field, { t, v: value });
  }
}

/** Says of a field whether the meta calls it a counter: `kind`, or the field's own `kind` below `fields`. */
export function counterIn(meta: Meta | undefined): (field: string) => boolean {
  const isRoot = meta?.kind === 'counter';
  const fields = meta?.fields;
  if (!fields) return () => isRoot;
  return (field) => {
    const kind = Object.hasOwn(fields, field) ? fields[field]?.['kind'] : undefined;
    return kind === undefined ? isRoot : kind === 'counter';
  };
}
