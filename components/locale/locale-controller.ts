import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { loadWords } from './languages.ts';
import { languageOf, timeZoneOf, watchLocale } from './locale.ts';
import type { Words } from './messages.ts';
import { onWords, words } from './messages.ts';

/** The language and time zone of an element; it redraws when they, or the kit's words, change. */
export class LocaleController implements ReactiveController {
  /** BCP 47: own or inherited `lang`, else the browser's. */
  language = 'en';
  /** Own or inherited `time-zone`; undefined = the browser's. */
  timeZone: string | undefined;
  #host: ReactiveControllerHost & Element;
  #unwatch: (() => void)[] = [];

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
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
    if (language === this.language && timeZone === this.timeZone) return;
    this.language = language;
    this.timeZone = timeZone;
    void loadWords(language);
    this.#host.requestUpdate();
  };
}
