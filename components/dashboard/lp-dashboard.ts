import type { CSSResult, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { css, html, isServer, nothing } from 'lit';
import { LpCommandEvent } from '../data/events.ts';
import { cssProperty } from '../element/css-property.ts';
import { hostStyles } from '../element/host-styles.ts';
import { controlStyles, tokens } from '../element/theme.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import { DASHBOARD } from '../locale/words/en/dashboard.ts';
import { type AttributeCheck, headingCure, oneOf } from '../shared/attribute-check.ts';
import { mendTranslated } from '../shared/translated.ts';
import type { Address } from '../source/connection.ts';
import { LpSource } from '../source/lp-source.ts';
import { onSourcesChange, openConnections } from '../source/registry.ts';
import { parseCredentials, resolveAddress } from '../source/resolve.ts';
import { Columns } from './columns.ts';
import type { ConfigValue } from './config-source.ts';
import { Configured } from './configured.ts';
import { adoptPageStyles, dashboardStyles } from './dashboard-styles.ts';
import { FullScreen } from './full-screen.ts';
import { Kiosk } from './kiosk.ts';
import { lengthCure, parseColumnCount, parseLength } from './layout.ts';
import { pageButtons, pageName, Rotation } from './rotation.ts';
import { StillHeader } from './still-header.ts';

export type {
  ConnectionOptions,
  HistoryOptions,
  LpAuthRequiredEvent,
  LpCommandEvent,
  LpConnectionEvent,
  LpResetEvent,
  Update,
} from '../source/lp-source.ts';
export type { LpErrorEvent } from '../data/events.ts';
export type { ConfigValue } from './config-source.ts';

/** The attributes of a dashboard, besides those of a source. */
export interface DashboardAttributes {
  /** Heading, and accessible name of the region. */
  label: string | undefined;
  /** 1 to 6: the label becomes a heading. */
  headingLevel: number | undefined;
  /** Without label, status and buttons. */
  noHeader: boolean;
  /** Least width of a column, a CSS length. Default `16rem`. */
  minColumn: string | undefined;
  /**
   * Fixed count of columns, 1 to 12, instead of as many as fit: tiles keep their share of them. Fewer on narrow
   * screens.
   */
  columns: number | undefined;
  /**
   * With `kiosk`: all tiles on one `screen` without scrolling, with text that grows with it, or as high as their
   * `content`. Default `screen`.
   */
  fit: 'screen' | 'content' | undefined;
  /** Space between tiles, a CSS length. Default: `--lp-space`. */
  gap: string | undefined;
  /** For a wall screen: offers full screen, keeps the screen awake, hides the controls while nobody uses it. */
  kiosk: boolean;
  /** With `kiosk`: reloads the page at this interval (`24h`), while nobody uses it and the server answers. */
  reloadEvery: string | undefined;
  /**
   * Shows the `<section>` children in turn, each for so long (`30s`); their `aria-label` names them. It stays while
   * somebody uses the board, and on a page with a critical widget, which it goes to.
   */
  rotate: string | undefined;
  /**
   * Builds widgets from JSON: a URL of this origin, `#id` of a `<script type="application/json">`, or the value itself.
   * Such a script as a child needs no attribute. Tags and attributes by allow-list; `src` of own origins only.
   */
  config: ConfigValue;
}

export interface LpDashboard extends DashboardAttributes {}

/**
 * `<lp-dashboard label="web-1" src="/lp">`: widgets in a grid that adapts to its width. Tiles take `cols` and `rows`;
 * screen readers read them in document order. With `src`, or any other attribute of `<lp-source>`, it is their source.
 *
 * @slot header - replaces the label
 * @slot alerts - beside the label: `lp-alerts`
 * @slot actions - more buttons in the header
 * @slot - the widgets
 * @slot footer - below the grid
 * @csspart header - label, status and buttons
 * @csspart grid - the tiles
 * @csspart pages - with `rotate`: the buttons of the pages
 * @csspart fullscreen-button - with `kiosk`
 * @csspart message - what is wrong with the configuration
 * @cssprop --lp-color-ground - behind the tiles, in full screen
 * @fires {LpCommandEvent} lp-command - `reload`, also for `reload-every`; cancelable
 * @fires {LpErrorEvent} lp-error - the configuration cannot be read
 * @cssState fitted - with `kiosk`: all tiles are fitted to the screen
 * @cssState unattended - with `kiosk`: nobody uses it, the controls are hidden
 * @attr {string} lang - language of its texts. Default: that of the nearest ancestor, else the browser's
 */
export class LpDashboard extends LpSource {
  static override styles: CSSResult = css`${tokens}${hostStyles}${controlStyles}${dashboardStyles}`;
  static override properties: PropertyDeclarations = {
    label: {},
    headingLevel: {
      type: Number,
      attribute: 'heading-level',
      cure: headingCure,
    } as AttributeCheck,
    noHeader: { type: Boolean, attribute: 'no-header' },
    minColumn: { attribute: 'min-column', cure: lengthCure } as AttributeCheck,
    columns: { type: Number },
    fit: oneOf(['screen', 'content']),
    gap: { cure: lengthCure } as AttributeCheck,
    kiosk: { type: Boolean, reflect: true },
    reloadEvery: { attribute: 'reload-every' },
    rotate: { reflect: true },
    config: {},
  };

  #internals: ElementInternals;
  #locale = new LocaleController(this, DASHBOARD);
  #kiosk = new Kiosk(this, () => this.#reload());
  #columns = new Columns(this, () => this.#kiosk.fits);
  #rotation = new Rotation(this);
  #configured = new Configured(this);
  #stillHeader = new StillHeader(this);
  #fullScreen = new FullScreen(this);
  #isSource = false;
  #unlisten: () => void = () => {};

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.noHeader = false;
    this.kiosk = false;
  }

  /** Without any attribute of a source the dashboard is no source: its widgets use the next enclosing one. */
  override get address(): Address | undefined {
    if (this.src) return super.address;
    this.#isSource ||= this.#hasSourceOptions();
    const address = this.#isSource ? resolveAddress(this).address : undefined;
    if (!address || !this.credentials) return address;
    return { ...address, credentials: parseCredentials(this.credentials) };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unlisten = onSourcesChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlisten();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    const { states } = this.#internals;
    if (this.#kiosk.idle) states.add('unattended');
    else states.delete('unattended');
    if (this.#kiosk.fits) states.add('fitted');
    else states.delete('fitted');
    if (this.rotate && this.isConnected)
      adoptPageStyles(this.getRootNode() as Document | ShadowRoot);
    if (changed.has('config')) void this.#configured.look();
  }

  protected override updated(): void {
    const name = this.#name;
    this.#internals.role = name ? 'region' : null; // a region without a name is no landmark
    this.#internals.ariaLabel = name ?? null;
  }

  protected override render(): TemplateResult {
    const gap = parseLength(this.gap ?? this.#configured.plans?.gap) ?? 'var(--_space)';
    const min = parseLength(this.minColumn ?? this.#configured.plans?.minColumn) ?? '16rem';
    const columns = parseColumnCount(this.columns);
    const { count, rowPx } = this.#columns;
    const narrow = columns && count <= 2 && count < columns ? 'narrow' : '';
    const kind = `base ${columns ? 'fixed' : ''} ${this.#kiosk.fits ? 'fit' : narrow}`;
    return html`<div class=${kind} ${cssProperty('--_gap', gap)} ${cssProperty('--_row', `${rowPx}px`)}>
      <div class="header" part="header" ?hidden=${this.noHeader}>${this.#header()}</div>
      <p class="trouble" part="message" role="alert" ?hidden=${!this.#configured.broken}>${
        this.#configured.broken ? this.#locale.words.badConfig : nothing
      }</p>
      <div class="grid" part="grid" ${cssProperty('--_columns', count)} ${cssProperty('--_of', columns ?? count)}>
        <div class="probe" aria-hidden="true"><div class="ruler" ${cssProperty('--_min', min)}></div></div>
        <slot @slotchange=${this.#onSlot}></slot>
      </div>
      <slot name="footer"></slot>
    </div>`;
  }

  #hasSourceOptions(): boolean {
    const { share, wait, minInterval, suspendAfter, background, credentials, headers, fetch } =
      this;
    const options = [
      share,
      wait,
      minInterval,
      suspendAfter,
      background,
      credentials,
      headers,
      fetch,
    ];
    return this.paused || this.allowCommands || options.some((each) => each != null);
  }

  get #name(): string | undefined {
    return (this.label ?? this.#configured.plans?.label) || undefined;
  }

  #header(): TemplateResult {
    const level = this.headingLevel ?? 0;
    const isHeading = level >= 1 && level <= 6;
    const status = this.#stillHeader.status(this.#kiosk.idle);
    return html`<div
        class="title"
        role=${isHeading ? 'heading' : nothing}
        aria-level=${isHeading ? level : nothing}
      ><slot name="header">${this.#name}</slot>${pageName(this.#rotation)}</div>
      ${this.#stillHeader.alerts()}
      ${this.#hasActions ? [status, this.#controls()] : [this.#controls(), status]}`;
  }

  #controls(): TemplateResult {
    return html`<div class="controls" ?hidden=${!this.#hasActions && !this.#fullScreen.isOffered}>
      ${pageButtons(this.#rotation, this.#locale.words)}${this.#fullScreen.button(this.#locale.words)}<slot
        name="actions"
        @slotchange=${() => this.requestUpdate()}
      ></slot>
    </div>`;
  }

  /** Without any, the header ends with the status, and not with the space of a button that is hidden most of the time. */
  get #hasActions(): boolean {
    if (isServer || this.rotate) return true;
    return this.querySelector(':scope > [slot=actions]') !== null;
  }

  #onSlot = (): void => {
    this.#columns.measure();
    if (this.config === undefined || this.config === null) void this.#configured.look();
  };

  // A page that reloads while its server is away would show the browser's error page permanently.
  #reload(): void {
    const used = openConnections().filter(({ members }) => members.size > 0);
    const states = used.map(({ status }) => status.state);
    if (states.length > 0 && !states.includes('live')) return;
    if (this.dispatchEvent(new LpCommandEvent('reload', null))) location.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-dashboard': LpDashboard;
  }
}
