import { type ItemError, ProtocolError } from '../../protocol/lp1.ts';

/** Maximum of bad items that one response lists; the others are only counted. */
const MAX_LISTED = 20;
const MAX_CHARS = 200;

/** Collects the bad items of a batch. The list is bounded, so that a response is not larger than its request. */
export class ItemErrors {
  readonly #listed: ItemError[] = [];
  #count = 0;

  add({ index, path, message }: ItemError): void {
    this.#count++;
    if (this.#listed.length >= MAX_LISTED) return;
    this.#listed.push({ index, path: cut(path), message: cut(message) });
  }

  /** @throws ProtocolError `bad-item` if there are errors: with the first one, a list of up to 20, and their number */
  check(): void {
    const [first] = this.#listed;
    if (!first) return;
    const where = `item ${first.index}${first.path && ` (${first.path})`}`;
    const others = this.#count > 1 ? ` (and ${this.#count - 1} more)` : '';
    throw new ProtocolError('bad-item', `${where}: ${first.message}${others}; nothing was stored`, {
      errors: this.#listed,
      errorCount: this.#count,
    });
  }
}

const cut = (text: string): string =>
  text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
