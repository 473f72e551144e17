import type { Entry, Meta } from '../../protocol/lp1.ts';
import { add, type Carry, type Cells, Columns, increaseOf } from './cells.ts';
import { HistoryFields } from './fields.ts';
import { FlatEntry } from './flat-entry.ts';

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

/** A field of a payload, and where its numbers go. */
interface Target {
  field: string;
  cells: Cells;
  isCounter: boolean;
}

/** Folds entries of one key, in version order, into buckets. */
export class Fold {
  readonly columns: Columns;
  readonly carry: Carry;
  readonly #fields: HistoryFields;
  readonly #isCounter: (field: string) => boolean;
  readonly #flat = new FlatEntry();
  /** The names of the last flat entry, and where their numbers go; undefined for names that have no history. */
  #names: readonly string[] = [];
  #targets: (Target | undefined)[] = [];

  constructor({ step, fields, carry = new Map(), meta }: FoldStart) {
    this.columns = new Columns(step);
    this.carry = carry;
    this.#fields = new HistoryFields(fields, typeof meta?.states === 'string');
    this.#isCounter = counterIn(meta);
  }

  /** Adds an entry, given as its JSON text. Returns its time; undefined for meta, which adds nothing. */
  add(text: string): number | undefined {
    if (this.#addFlat(text)) return this.#flat.t;
    const { t, d } = JSON.parse(text) as Entry;
    if (d === undefined) return undefined;
    this.#fields.read(
      d,
      (field, value) => this.#addNumber(this.#targetOf(field), t, value),
      (field) => {
        const cells = this.columns.cells(field);
        add(cells.n, cells.place(this.columns.bucket(t)), 1);
      },
    );
    return t;
  }

  /** Adds an entry of nothing but numbers. Returns false if it is another one, or has a new field. */
  #addFlat(text: string): boolean {
    if (!this.#flat.read(text)) return false;
    const { names, values, t } = this.#flat;
    if (names !== this.#names) {
      const chosen = this.#fields.chosen(names);
      if (!chosen) return false;
      this.#targets = chosen.map((field) =>
        field === undefined ? undefined : this.#targetOf(field),
      );
      this.#names = names;
    }
    for (let i = 0; i < names.length; i++) {
      const target = this.#targets[i];
      if (target) this.#addNumber(target, t, values[i] as number);
    }
    return true;
  }

  #targetOf(field: string): Target {
    return { field, cells: this.columns.cells(field), isCounter: this.#isCounter(field) };
  }

  #addNumber({ field, cells, isCounter }: Target, t: number, value: number): void {
    const place = cells.place(this.columns.bucket(t));
    if (Number.isNaN(value)) {
      add(cells.gaps, place, 1);
      return;
    }
    cells.addSample(place, value, t);
    if (isCounter) add(cells.increase, place, increaseOf(this.carry, field, { t, v: value }));
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
