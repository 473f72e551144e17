import { numberFields, numberIn } from '../../data/number.ts';
import { isRecord } from '../../data/payload.ts';

/** Specification of one line: how its samples are taken from a channel's entries. */
export interface LineSpec {
  /** Channel. Default: the chart's own. */
  channel?: string | undefined;
  /** Path in the payload; '' = the payload's own value. */
  field: string;
  /** Exact key of the entries; without it each key is a separate line. */
  key?: string | undefined;
  /** Name of the line. Default: field and key. */
  label?: string | undefined;
  /** Number of a series token (1–8) or a CSS colour. Default: the next of the eight. */
  color?: string | undefined;
  /** Unit of the values. Default: the chart's. */
  unit?: string | undefined;
  /** Side of its value axis. Default `left`. */
  axis?: 'left' | 'right' | undefined;
  /** Lengths of dash and gap in CSS pixels. */
  dash?: readonly number[] | undefined;
  /** The line is hidden at first. */
  hidden?: boolean | undefined;
  /** The field is a counter: its growth per second is shown. */
  rate?: boolean | undefined;
  /** The samples of this many ms earlier are shown, from the channel's history. */
  offsetMs?: number | undefined;
}

/** Maximum number of lines of one chart: the fields and keys of a hostile publisher must not fill the page's memory. */
export const MOST_LINES = 500;

/** Finds the fields of payloads that become lines if the page names none: `numberFields`, cached by field. */
export class AutoFields {
  /** The fields are counters. */
  readonly rate: boolean;
  #specs = new Map<string, LineSpec>();
  /** Numeric fields that are not drawn by default: `time`, flags beside measurements. */
  #undrawn = new Set<string>();

  constructor(rate: boolean) {
    this.rate = rate;
  }

  /** The specs of the fields that were drawn so far. */
  get known(): LineSpec[] {
    return [...this.#specs.values()];
  }

  /**
   * Returns the specs for a payload, in its order. A field that was drawn before is included, even if it holds no number.
   */
  specsFor(payload: unknown): readonly LineSpec[] {
    if (!isRecord(payload)) return [this.specOf('')];
    const specs: LineSpec[] = [];
    for (const field in payload) {
      const spec = this.#specs.get(field);
      if (spec) specs.push(spec);
      else if (!this.#undrawn.has(field) && numberIn(payload[field]) !== undefined)
        return this.#newSpecsFor(payload);
    }
    return specs;
  }

  /** The spec of a field: always the same object. */
  specOf(field: string): LineSpec {
    let spec = this.#specs.get(field);
    if (!spec) {
      spec = this.rate ? { field, rate: true } : { field };
      if (this.#specs.size < MOST_LINES) this.#specs.set(field, spec);
    }
    return spec;
  }

  /** The specs for a payload that has a numeric field not seen before. */
  #newSpecsFor(payload: Record<string, unknown>): readonly LineSpec[] {
    const drawn = new Set(numberFields(payload));
    const fields = Object.keys(payload).filter(
      (field) => drawn.has(field) || this.#specs.has(field),
    );
    for (const [field, value] of Object.entries(payload)) {
      if (!fields.includes(field) && numberIn(value) !== undefined) this.#undrawn.add(field);
    }
    return fields.map((field) => this.specOf(field));
  }
}
