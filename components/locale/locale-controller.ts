import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { timeZoneIn } from '../format/format-options.ts';
import { loadWords } from './languages.ts';
import { languageOf, timeZoneOf, watchLocale } from './locale.ts';
import type { Words, WordsPatch } from './messages.ts';
import { addEnglish, onWords, words } from './messages.ts';

/** An element that has a language, and may have its own time zone. */
export type LocaleHost = ReactiveControllerHost & Element & { timeZone?: string | undefined };

/** The language and time zone of an element; it is redrawn when they, or the kit's words, change. */
export class LocaleController implements ReactiveController {
  /** BCP 47: own or inherited `lang`, else the browser's. */
  language = 'en';
  #host: LocaleHost;
  #inherited: string | undefined;
  #unwatch: (() => void)[] = [];

  /** `english`: the host's own words, beside those that all elements share. */
  constructor(host: LocaleHost, english: WordsPatch = {}) {
    addEnglish(english);
    this.#host = host;
    host.addController(this);
  }

  /** IANA name: the host's own `timeZone`, else an inherited `time-zone`; undefined = the browser's. */
  get timeZone(): string | undefined {
    return timeZoneIn({ timeZone: this.#host.timeZone }) ?? this.#inherited;
  }

  /** The kit's words in that language. */
  get words(): Words {
    return words(this.language);
  }

  hostConnected(): void {
    this.#look();
    this.#unwatch.push(
      watchLocale(this.#host, this.#look),
      onWords(() => this.#host.requestUpdate()),
    );
  }

  hostDisconnected(): void {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
  }

  #look = (): void => {
    const language = languageOf(this.#host);
    const timeZone = timeZoneOf(this.#host);
    if (language === this.language && timeZone === this.#inherited) return;
    this.language = language;
    this.#inherited = timeZone;
    void loadWords(language);
    this.#host.requestUpdate();
  };
}
