import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { LitElement } from 'lit';
import { ClockController } from '../element/clock-controller.ts';
import { hostStyles } from '../element/host-styles.ts';
import { controlStyles, tokens } from '../element/theme.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import { STATUS } from '../locale/words/en/status.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { checkAttributes } from '../shared/check-attributes.ts';
import { mendTranslated } from '../shared/translated.ts';
import { VERSION } from '../shared/version.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { ConnectionWord } from './connection-view.ts';
import { isProblem, statusView } from './status-view.ts';
import { statusStyles } from './styles.ts';

/** The attributes of `lp-status`. */
export interface StatusAttributes {
  /** Base URL of the kit server whose connection is shown. Default: that of a widget in the same place. */
  src: string | undefined;
  /** How it looks. Default `pill`. */
  variant: 'pill' | 'bar' | 'dot' | undefined;
  /** Without the buttons Pause and Retry now. */
  noControls: boolean;
  /** Shows a disclosure: server, last contact, latency, channels. */
  details: boolean;
}

export interface LpStatus extends StatusAttributes {}

/**
 * `<lp-status>`: the state of the connection in a word, and one Pause button for all widgets of the source (WCAG 2.2.2).
 * Text that changes with time (countdown, ages) is outside the live region.
 *
 * @slot live - replaces "Live"
 * @slot reconnecting - replaces "Connection lost"
 * @slot offline - replaces "Offline"
 * @slot paused - replaces "Paused"
 * @slot denied - replaces "Sign-in needed"
 * @csspart base - the whole
 * @csspart icon - the icon before the word
 * @csspart text - the word
 * @csspart pause-button - Pause
 * @csspart retry-button - Retry now
 * @csspart details - the disclosure
 * @cssprop --lp-status-gap - between its parts
 * @cssState none - no source yet
 * @cssState connecting - no response yet
 * @cssState live - the server answers
 * @cssState reconnecting - lost; it is tried again
 * @cssState offline - the machine has no network
 * @cssState paused - the viewer paused it
 * @cssState denied - the server requires a token
 * @cssState refused - the server will not answer the page's request
 * @attr {string} lang - language of its texts. Default: that of the nearest ancestor, else the browser's
 */
export class LpStatus extends LitElement {
  static readonly version: string = VERSION;
  static override styles: CSSResultGroup = [tokens, hostStyles, controlStyles, statusStyles];
  static override properties: PropertyDeclarations = {
    src: {},
    variant: oneOf(['pill', 'bar', 'dot'], { reflect: true }),
    noControls: { type: Boolean, attribute: 'no-controls' },
    details: { type: Boolean },
  };

  #internals: ElementInternals;
  #locale = new LocaleController(this, STATUS);
  #watch = new ConnectionWatch(this);
  #retryHadFocus = false;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.noControls = false;
    this.details = false;
    new ClockController(this, () => this.requestUpdate());
  }

  /** The state that is shown. */
  get status(): ConnectionWord {
    return this.#watch.word;
  }

  /** Pauses all widgets of the source. */
  pause(): void {
    this.#watch.connection?.pause();
  }

  /** Resumes them. */
  resume(): void {
    this.#watch.connection?.resume();
  }

  /** Polls at once. */
  refresh(): void {
    this.#watch.connection?.client.refresh();
  }

  connectedMoveCallback(): void {
    this.#watch.source.look();
  }

  protected override willUpdate(): void {
    checkAttributes(this);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    this.#retryHadFocus = this.hasUpdated && this.#retryIsFocused();
    const { states } = this.#internals;
    states.delete(this.status);
    states.add(this.#watch.look());
  }

  protected override render(): TemplateResult {
    const { words, language } = this.#locale;
    return statusView({
      variant: this.variant ?? 'pill',
      word: this.status,
      connection: this.#watch.connection,
      controls: !this.noControls,
      details: this.details,
      words,
      language,
      onRetry: this.#onRetry,
      onPause: this.#onPause,
    });
  }

  protected override updated(): void {
    // The retry button is removed once the connection is back: the focus must not move to the start of the page.
    if (!this.#retryHadFocus || isProblem(this.status)) return;
    this.renderRoot.querySelector<HTMLElement>('[part=pause-button]')?.focus();
  }

  #retryIsFocused(): boolean {
    const focused = (this.renderRoot as ShadowRoot).activeElement;
    return focused?.getAttribute('part') === 'retry-button';
  }

  #onRetry = (): void => this.refresh();
  #onPause = (): void => {
    if (this.status === 'paused') this.resume();
    else this.pause();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-status': LpStatus;
  }
}
