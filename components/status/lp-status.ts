import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, LitElement, nothing } from 'lit';
import type { IconName } from '../shared/icons.ts';
import { icon } from '../shared/icons.ts';
import { base, tokens } from '../element/theme.ts';
import { durationText } from '../format/format-duration.ts';
import { ageText } from '../format/format-moment.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import { everySecond } from '../shared/clock.ts';
import { VERSION } from '../shared/version.ts';
import type { Connection } from '../source/connection.ts';
import { LostSince } from '../source/lost-since.ts';
import { SourceController } from '../source/source-controller.ts';
import type { ConnectionWord } from './connection-view.ts';
import { connectionWord, stalenessOf } from './connection-view.ts';
import { details } from './details.ts';
import { statusStyles } from './styles.ts';

export type { LpStatusEvent } from '../data/events.ts';

/** Own words may be slotted for these. */
const SLOTS = ['live', 'reconnecting', 'offline', 'paused', 'denied'] as const;
const TROUBLES: ConnectionWord[] = ['reconnecting', 'offline', 'denied', 'refused'];
const ICONS: Partial<Record<ConnectionWord, IconName>> = {
  reconnecting: 'offline',
  offline: 'offline',
  refused: 'warn',
  paused: 'pause',
  denied: 'lock',
};

/**
 * `<lp-status>`: the connection, for people, and one pause for all its widgets (WCAG 2.2.2). Its state is always a word; what
 * ticks (countdown, ages) stands outside the live region.
 *
 * @slot live - in place of "Live"
 * @slot reconnecting - in place of "Connection lost"
 * @slot offline - in place of "Offline"
 * @slot paused - in place of "Paused"
 * @slot denied - in place of "Sign-in needed"
 * @csspart base - the whole
 * @csspart icon - the mark before the word
 * @csspart text - the word
 * @csspart pause-button - Pause
 * @csspart retry-button - Retry now
 * @csspart details - the disclosure
 * @cssprop --lp-status-gap - between its pieces
 * @cssState none - no source yet
 * @cssState connecting - no answer yet
 * @cssState live - the server answers
 * @cssState reconnecting - lost; it is tried again
 * @cssState offline - the machine has no network
 * @cssState paused - the viewer paused it
 * @cssState denied - the server wants a token
 * @cssState refused - the server will not answer what the page asks
 * @attr {string} lang - language of its words: its own, else the nearest ancestor's, else the browser's
 */
export class LpStatus extends LitElement {
  static readonly version: string = VERSION;
  static override styles: CSSResultGroup = [tokens, base, statusStyles];
  static override properties: PropertyDeclarations = {
    src: {},
    variant: { reflect: true },
    controls: { type: Boolean },
    details: { type: Boolean },
  };

  /** Base URL of the kit server to tell of. Default: as a widget in this place. */
  declare src: string | undefined;
  /** How it looks. Default `pill`. */
  declare variant: 'pill' | 'bar' | 'dot' | undefined;
  /** Shows Pause, and Retry now while there is something to retry. */
  declare controls: boolean;
  /** Shows a disclosure: server, last contact, latency, channels. */
  declare details: boolean;

  #internals: ElementInternals;
  #locale = new LocaleController(this);
  #source = new SourceController(this, (connection) => this.#join(connection));
  #lost = new LostSince();
  #word: ConnectionWord = 'none';
  #joined: Connection | undefined;
  #unwatch: () => void = () => {};
  #endClock: () => void = () => {};
  #retryHadFocus = false;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.controls = false;
    this.details = false;
  }

  /** What it tells. */
  get status(): ConnectionWord {
    return this.#word;
  }

  /** Pauses all widgets of the source. */
  pause(): void {
    this.#source.connection?.pause();
  }

  /** Lets them go on. */
  resume(): void {
    this.#source.connection?.resume();
  }

  /** Polls at once. */
  refresh(): void {
    this.#source.connection?.client.refresh();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#endClock();
    this.#endClock = everySecond(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endClock();
  }

  connectedMoveCallback(): void {
    this.#source.look();
  }

  protected override willUpdate(): void {
    const status = this.#source.connection?.status;
    const word = connectionWord(status, this.#lost.ms, this.#word);
    this.#retryHadFocus = this.renderRoot instanceof ShadowRoot && this.#retryIsFocused();
    const { states } = this.#internals;
    states.delete(this.#word);
    states.add(word);
    this.#word = word;
  }

  protected override render(): TemplateResult {
    const variant = this.variant ?? 'pill';
    return html`<div class="base ${variant}" part="base">
      <span class="state">
        <span class="mark" part="icon">${this.#mark()}</span>
        <span part="text" role="status">${this.#sentence()}</span>
      </span>
      ${this.#aside()}${this.controls ? this.#buttons() : nothing}${this.details ? this.#disclosure() : nothing}
    </div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    // The button that brought the connection back goes away: its focus must not fall to the page's start.
    if (!this.#retryHadFocus || TROUBLES.includes(this.#word)) return;
    this.renderRoot.querySelector<HTMLElement>('[part=pause-button]')?.focus();
  }

  #retryIsFocused(): boolean {
    const focused = (this.renderRoot as ShadowRoot).activeElement;
    return focused?.getAttribute('part') === 'retry-button';
  }

  #join(connection: Connection | undefined): void {
    this.#unwatch();
    this.#joined?.tellers.delete(this);
    this.#joined = connection;
    this.#lost.forget();
    connection?.tellers.add(this);
    const end = connection?.onStatus((status) => {
      this.#lost.see(status);
      this.requestUpdate();
    });
    this.#unwatch = end ?? ((): void => {});
    this.requestUpdate();
  }

  #mark(): TemplateResult | typeof nothing {
    const name = ICONS[this.#word];
    if (name) return icon(name);
    return html`<span class=${this.#word === 'live' ? 'lamp' : 'lamp hollow'}></span>`;
  }

  #sentence(): unknown {
    const { words } = this.#locale;
    const texts: Record<ConnectionWord, string> = {
      none: words.statusNone,
      connecting: words.statusConnecting,
      live: words.statusLive,
      reconnecting: words.statusReconnecting,
      offline: words.statusOffline,
      paused: words.statusPaused,
      denied: words.statusDenied,
      refused: words.refused,
    };
    const slotted = SLOTS.map(
      (slot) => html`<slot name=${slot} ?hidden=${slot !== this.#word}>${texts[slot]}</slot>`,
    );
    const isSlotted = (SLOTS as readonly string[]).includes(this.#word);
    return html`${slotted}${isSlotted ? nothing : texts[this.#word]}`;
  }

  #aside(): TemplateResult | typeof nothing {
    const text = this.#countdown() ?? this.#staleness();
    return text ? html`<span class="aside">${text}</span>` : nothing;
  }

  #countdown(): string | undefined {
    const { language, words } = this.#locale;
    const at = this.#source.connection?.status.nextRetryAt;
    if (this.#word !== 'reconnecting' || at === undefined) return undefined;
    const seconds = Math.ceil((at - Date.now()) / 1000);
    if (seconds < 1) return undefined;
    return words.retryIn(durationText(seconds, { language }));
  }

  #staleness(): string | undefined {
    const connection = this.#source.connection;
    if (!connection) return undefined;
    const { language, words } = this.#locale;
    const { all, stale, oldest } = stalenessOf(connection.members);
    if (stale === 0 || !oldest) return undefined;
    const age = ageText(oldest.updatedAt - connection.client.serverNow(), language);
    return words.listed([words.staleChannels(stale, all), words.oldest(age)]);
  }

  #buttons(): TemplateResult {
    const { words } = this.#locale;
    const isPaused = this.#word === 'paused';
    const retry = TROUBLES.includes(this.#word);
    return html`<span class="controls">${
      retry
        ? html`<button type="button" part="retry-button" @click=${this.#onRetry}>${icon('retry')}${words.retryNow}</button>`
        : nothing
    }<button type="button" part="pause-button" aria-pressed=${isPaused} @click=${this.#onPause}>${icon(isPaused ? 'play' : 'pause')}${words.pause}</button></span>`;
  }

  #disclosure(): TemplateResult {
    return details(this.#source.connection, this.#locale);
  }

  #onRetry = (): void => this.refresh();
  #onPause = (): void => {
    if (this.#word === 'paused') this.resume();
    else this.pause();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-status': LpStatus;
  }
}
