import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { timeZoneIn } from '../format/format-options.ts';
import { languageOf, timeZoneOf, watchLocale } from './locale.ts';

/** An element that has a language, and may have a time zone of its own. */
export type LocaleHost = ReactiveControllerHost & Element & { timeZone?: string | undefined };

/** The language and time zone of an element, which is redrawn when they change. */
export class PlaceController implements ReactiveController {
  /** BCP 47 tag: own or inherited `lang`, otherwise the browser's. */
  language = 'en';
  readonly #host: LocaleHost;
  readonly #onLanguage: (language: string) => void;
  #inherited: string | undefined;
  #unwatch: () => void = () => {};

  /** `onLanguage` is called when the language has changed. */
  constructor(host: LocaleHost, onLanguage: (language: string) => void = () => {}) {
    this.#host = host;
    this.#onLanguage = onLanguage;
    host.addController(this);
  }

  /**
   * IANA name: the host's own `timeZone`, otherwise an inherited `time-zone`; undefined = the
   * browser's.
   */
  get timeZone(): string | undefined {
    return timeZoneIn({ timeZone: this.#host.timeZone }) ?? this.#inherited;
  }

  hostConnected(): void {
    this.#update();
    this.#unwatch = watchLocale(this.#host, this.#update);
  }

  hostDisconnected(): void {
    this.#unwatch();
  }

  #update = (): void => {
    const language = languageOf(this.#host);
    const timeZone = timeZoneOf(this.#host);
    if (language === this.language && timeZone === this.#inherited) return;
    this.language = language;
    this.#inherited = timeZone;
    this.#onLanguage(language);
    this.#host.requestUpdate();
  };
}
