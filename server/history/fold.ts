import type { Entry, Meta } from '../../protocol/lp1.ts';
import { addIncrease, addSample, type Carry, Columns } from './cells.ts';
import { HistoryFields } from './fields.ts';

/** State from which the fold of a key's entries continues. */
export interface FoldStart {
  /** Length of a bucket, ms. */
  step: number;
  /** Fields of the key's newest block, which come first. */
  fields?: Iterable<string>;
  /** Last readings of counters; the fold updates them. */
  carry?: Carry;
  /** The channel's meta, which defines which fields are counters. */
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
    this.#fields = new HistoryFields(fields, typeof meta?.states === 'string');
    this.#isCounter = counterIn(meta);
  }

  /** Adds an entry, given as its JSON text. Returns its time; undefined for meta, which adds nothing. */
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

/** Returns a function that tests whether the meta declares a field as a counter, by `kind`, or by the field's own `kind` in `fields`. */
export function counterIn(meta: Meta | undefined): (field: string) => boolean {
  const isRoot = meta?.kind === 'counter';
  const fields = meta?.fields;
  if (!fields) return () => isRoot;
  return (field) => {
    const kind = Object.hasOwn(fields, field) ? fields[field]?.['kind'] : undefined;
    return kind === undefined ? isRoot : kind === 'counter';
  };
}
