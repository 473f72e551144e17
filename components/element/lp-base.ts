import type { PropertyDeclarations } from 'lit';
import { LitElement } from 'lit';
import type { Formatter } from '../format/format-options.ts';
import { timeZoneIn } from '../format/format-options.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import type { Words } from '../locale/messages.ts';
import { VERSION } from '../shared/version.ts';

export type * from '../data/events.ts';

/** When a widget speaks: never, when its level or the connection changes, or for news as well. */
export type Announce = 'off' | 'levels' | 'all';

/**
 * The attributes that all data widgets share, and the language they speak. No data, no pixels: see lp-element.ts.
 *
 * @attr {string} lang - language of words, numbers and times: its own, else the nearest ancestor's, else the browser's
 */
export abstract class LpBase extends LitElement {
  static readonly version: string = VERSION;
  static override properties: PropertyDeclarations = {
    channel: {},
    src: {},
    field: {},
    label: {},
    staleAfter: { attribute: 'stale-after' },
    paused: { type: Boolean, reflect: true },
    noHeader: { type: Boolean, attribute: 'no-header' },
    noFooter: { type: Boolean, attribute: 'no-footer' },
    noControls: { type: Boolean, attribute: 'no-controls' },
    headingLevel: { type: Number, attribute: 'heading-level' },
    announce: {},
    timeZone: { attribute: 'time-zone' },
    formatter: { attribute: false },
    transform: { attribute: false },
  };

  /** The channel to show. */
  declare channel: string;
  /** Base URL of a kit server, where it is not the enclosing source's. */
  declare src: string | undefined;
  /** Path in the payload: `load.1`. */
  declare field: string | undefined;
  /** Visible heading and accessible name. Default: the channel's label, then its name. */
  declare label: string | undefined;
  /** Age after which a value is old: `30s`, `5m`, `never`. Default: twice the channel's `ttl`, else never. */
  declare staleAfter: string | undefined;
  /** Stands still; updates wait. */
  declare paused: boolean;
  /** Without label and buttons. */
  declare noHeader: boolean;
  /** Without the age and the `footer` slot; a badge still says what is wrong. */
  declare noFooter: boolean;
  /** Without buttons. */
  declare noControls: boolean;
  /** 2 to 6: the label becomes a heading. */
  declare headingLevel: number | undefined;
  /** What screen readers are told unasked: nothing, levels and the connection, or news as well. Default `levels`. */
  declare announce: Announce;
  /** IANA name: `Europe/Berlin`. Default: the nearest ancestor's `time-zone`, else the browser's. */
  declare timeZone: string | undefined;
  /** Writes the values in place of `format`. */
  declare formatter: Formatter | undefined;
  /** Makes of each payload what the element shows. */
  declare transform: ((payload: unknown) => unknown) | undefined;

  protected readonly internals: ElementInternals;
  #locale = new LocaleController(this);

  constructor() {
    super();
    this.internals = this.attachInternals();
    this.channel = '';
    this.paused = false;
    this.noHeader = false;
    this.noFooter = false;
    this.noControls = false;
    this.announce = 'levels';
  }

  /** The language to write in: own or inherited `lang`, else the browser's. */
  protected get language(): string {
    return this.#locale.language;
  }

  /** The kit's words in that language. */
  protected get words(): Words {
    return this.#locale.words;
  }

  /** Own or inherited `time-zone`; undefined = the browser's. */
  protected get zone(): string | undefined {
    return timeZoneIn({ timeZone: this.timeZone }) ?? this.#locale.timeZone;
  }
}
