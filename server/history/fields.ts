import { isGap, numberFields, numberIn } from '../../components/data/number.ts';
import { isRecord, valueAt } from '../../components/data/payload.ts';
import { severityOf } from '../../components/data/states.ts';
import { OWN_VALUE } from './flat-entry.ts';

/** Maximum number of fields per key with a history; each counted word counts as one. */
export const MAX_FIELDS = 16;
/** Maximum length of a counted word; longer ones have no history. */
const MAX_WORD = 16;
/** Maximum nesting depth of objects and lists that are searched for numbers. */
const MAX_DEPTH = 4;
/** Fields whose words are counted: all of them, as far as there is room. */
const WORD_FIELDS = ['level', 'status'];
/** Fields that may also hold other text: words with a meaning are counted, or all if the meta names `states`. */
const STATE_FIELDS = ['state', OWN_VALUE, 'current', 'text'];

/** The fields of one key that have a history, in the order in which they first occurred. */
export class HistoryFields {
  readonly #numbers = new Set<string>();
  readonly #words = new Set<string>();
  readonly #ignored = new Set<string>();
  readonly #hasStates: boolean;

  /** `known`: fields of the newest block, which come first. `hasStates`: whether the meta names `states`. */
  constructor(known: Iterable<string> = [], hasStates = false) {
    this.#hasStates = hasStates;
    for (const field of known) (isWordField(field) ? this.#words : this.#numbers).add(field);
  }

  /**
   * Reads the numbers, gaps and words of a payload. Calls `number` with a field and its value (NaN for an explicit gap), and
   * `word` with a field such as `level=error`.
   */
  read(
    payload: unknown,
    number: (field: string, value: number) => void,
    word: (field: string) => void,
  ): void {
    if (!isRecord(payload)) {
      this.#readValue(OWN_VALUE, payload, number);
      return;
    }
    this.#addFields(payload);
    for (const field of this.#numbers) this.#readValue(field, valueAt(payload, field), number);
    for (const name of WORD_FIELDS) this.#readWord(name, payload[name], word);
    for (const name of STATE_FIELDS) this.#readWord(name, payload[name], word);
  }

  #readWord(name: string, value: unknown, word: (field: string) => void): void {
    if (typeof value !== 'string' || value === '' || value.length > MAX_WORD) return;
    if (numberIn(value) !== undefined) return;
    const isCounted = this.#hasStates || WORD_FIELDS.includes(name) || severityOf(value);
    if (isCounted && this.#take(this.#words, `${name}=${value}`)) word(`${name}=${value}`);
  }

  /**
   * Returns which fields of a payload that holds only numbers have a history, undefined for each that has none. Returns
   * undefined if some of the names are new: `read` has to add them first.
   */
  chosen(names: readonly string[]): (string | undefined)[] | undefined {
    const isNew = (name: string): boolean => !this.#numbers.has(name) && !DESCRIBING.has(name);
    if (!this.#full && names.some(isNew)) return undefined;
    return names.map((name) => (this.#numbers.has(name) ? name : undefined));
  }

  #readValue(field: string, value: unknown, number: (field: string, value: number) => void): void {
    if (value === undefined) return;
    const read = numberIn(value);
    if (read !== undefined) {
      if (this.#take(this.#numbers, field)) number(field, read);
    } else if (isGap(value) && this.#numbers.has(field)) number(field, Number.NaN);
  }

  /** Adds the numeric fields of a payload that are not known yet; first those that a chart draws by default. */
  #addFields(payload: Record<string, unknown>): void {
    if (!this.#hasNew(payload)) return;
    for (const field of numberFields(payload)) this.#take(this.#numbers, field);
    for (const [name, value] of Object.entries(payload)) {
      if (DESCRIBING.has(name)) continue;
      if (typeof value === 'object') this.#addNested(name, value, 1);
      else if (numberIn(value) !== undefined) this.#take(this.#numbers, name);
    }
    for (const [name, value] of Object.entries(payload))
      if (typeof value !== 'object') this.#ignored.add(name); // objects are searched each time
  }

  /** Whether a field of the payload is new, or contains more fields. */
  #hasNew(payload: Record<string, unknown>): boolean {
    if (this.#full) return false;
    for (const name in payload) {
      if (this.#numbers.has(name) || DESCRIBING.has(name)) continue;
      if (!this.#ignored.has(name) || numberIn(payload[name]) !== undefined) return true;
    }
    return false;
  }

  get #full(): boolean {
    return this.#numbers.size + this.#words.size >= MAX_FIELDS;
  }

  #addNested(path: string, value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null) {
      if (numberIn(value) !== undefined) this.#take(this.#numbers, path);
      return;
    }
    if (depth >= MAX_DEPTH) return;
    for (const [name, inner] of Object.entries(value)) {
      if (this.#full) return;
      this.#addNested(`${path}.${name}`, inner, depth + 1);
    }
  }

  /** Returns whether the field has a history; adds it if there is room for another field. */
  #take(fields: Set<string>, field: string): boolean {
    if (fields.has(field)) return true;
    if (this.#full) return false;
    fields.add(field);
    return true;
  }
}

/** True for a field such as `level=error`, which is counted and has no value. */
export const isWordField = (field: string): boolean =>
  /^(?:level|status|state|value|current|text)=/.test(field);

/** Fields that describe an entry: see `numberFields`. */
const DESCRIBING = new Set(['id', 'time', 't', 'ts', 'key']);
