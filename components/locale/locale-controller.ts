import type { ReactiveController } from 'lit';
import { loadWords } from './languages.ts';
import type { Words, WordsPatch } from './messages.ts';
import { addEnglish, onWords, words } from './messages.ts';
import { type LocaleHost, PlaceController } from './place-controller.ts';

export type { LocaleHost } from './place-controller.ts';

/** The language, time zone and texts of an element, which is redrawn when they change. */
export class LocaleController implements ReactiveController {
  readonly #place: PlaceController;
  readonly #onWords: () => void;
  #unlisten: () => void = () => {};

  /** `english`: the host's own texts, in addition to those that all elements share. */
  constructor(host: LocaleHost, english: WordsPatch = {}) {
    addEnglish(english);
    this.#onWords = () => host.requestUpdate();
    this.#place = new PlaceController(host, (language) => void loadWords(language));
    host.addController(this);
  }

  /** BCP 47 tag: own or inherited `lang`, otherwise the browser's. */
  get language(): string {
    return this.#place.language;
  }

  /**
   * IANA name: the host's own `timeZone`, otherwise an inherited `time-zone`; undefined = the
   * browser's.
   */
  get timeZone(): string | undefined {
    return this.#place.timeZone;
  }

  /** The kit's texts in that language. */
  get words(): Words {
    return words(this.language);
  }

  hostConnected(): void {
    this.#unlisten();
    this.#unlisten = onWords(this.#onWords);
  }

  hostDisconnected(): void {
    this.#unlisten();
  }
}
