import type { TemplateResult, nothing } from 'lit';
import { csvOf } from '../data/csv.ts';
import { dataErrorOf } from '../data/data-error.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import { DataParts, updateOf } from './data-parts.ts';
import type { DataHost } from './data-parts.ts';
import { statusNote, unreadNote } from './status-note.ts';
import { parseMomentMs } from '../format/format-moment.ts';
import { errorText } from '../locale/error-text.ts';
import { LocaleController } from '../locale/locale-controller.ts';

/** The code that a `LazyDataElement` loads: connection, data, status, and the texts for its errors. */
export class LazyData extends DataParts {
  readonly #locale: LocaleController;
  readonly #channel: () => string;

  constructor(host: DataHost, internals: ElementInternals) {
    const locale = new LocaleController(host);
    super(host, {
      internals,
      holds: {
        entries: 500,
        single: true,
        refuses: (value) =>
          parseMomentMs(value) === undefined ? 'a time is ISO 8601, or ms since 1970' : undefined,
      },
      words: () => locale.words,
      tail: () => CURRENT_TAIL,
      apply: () => true,
    });
    this.#locale = locale;
    this.#channel = (): string => host.channel;
  }

  /** Applies the `.data` that the page set. */
  give(payload: unknown): void {
    this.held.receive(updateOf(payload, (this.held.newest?.v ?? 0) + 1), false);
  }

  /** The history as CSV. */
  get csv(): string {
    return csvOf(this.held.history);
  }

  /** Value of the data; undefined if there is none. */
  get value(): unknown {
    return this.held.hasData ? this.held.value : undefined;
  }

  /** Shown in place of data that are no time, or of which one series has to be chosen; undefined for others. */
  get unread(): TemplateResult | undefined {
    const error = dataErrorOf(this.state.error);
    return error && unreadNote(errorText(error, this.#channel(), this.#locale.words));
  }

  /** Note about the status, for screen readers; undefined without data. */
  get note(): TemplateResult | typeof nothing | undefined {
    return this.held.hasData ? statusNote(this.state.word, this.#locale.words) : undefined;
  }
}
