import type { CSSResult, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { css, html, LitElement } from 'lit';
import type { Appended, Json } from '../../protocol/lp1.ts';
import type { ClientStatus, LiveClientOptions, Update } from '../client/index.ts';
import { type ConnectionState, LpStatusEvent } from '../data/events.ts';
import { VERSION } from '../shared/version.ts';
import { obeyCommands } from './commands.ts';
import type { Address, Connection } from './connection.ts';
import { connectionOptions } from './connection-options.ts';
import { addSource, connectionTo, tellSources } from './registry.ts';
import type { LpSourceRequestEvent } from './resolve.ts';
import { defaultUrl, enclosingAddress, parseAddress } from './resolve.ts';

export type {
  LpAuthRequiredEvent,
  LpCommandEvent,
  LpResetEvent,
  LpStatusEvent,
} from '../data/events.ts';

/**
 * `<lp-source src="/lp">`: the connection of the elements inside it, and, as the document's first, of all others. No pixels.
 *
 * @slot - the elements that use this source
 * @fires {LpStatusEvent} lp-status - the connection's state changed
 * @fires {LpAuthRequiredEvent} lp-auth-required - the server asks for a token; cancelable
 * @fires {LpCommandEvent} lp-command - with `allow-commands`: the operator asks for something; cancelable
 * @fires {LpResetEvent} lp-reset - a channel's history was replaced: the server restarted
 */
export class LpSource extends LitElement {
  static readonly version: string = VERSION;
  static override styles: CSSResult = css`:host { display: contents }`;
  static override properties: PropertyDeclarations = {
    src: {},
    paused: { type: Boolean, reflect: true },
    wait: { type: Number },
    background: {},
    minInterval: { attribute: 'min-interval' },
    share: {},
    credentials: {},
    allowCommands: { type: Boolean, attribute: 'allow-commands' },
    headers: { attribute: false },
    fetch: { attribute: false },
  };

  /** Base URL of a kit server. Default: the enclosing source's, else the bundle's own server, else `/lp`. */
  declare src: string | undefined;
  /** Stands still: no requests, no updates, for all widgets of this source. */
  declare paused: boolean;
  /** Seconds that the server may hold a poll. Default `25`. */
  declare wait: number | undefined;
  /** In a hidden tab: `suspend` at once, after a time, or `keep` polling. Default `suspend-after 5m`. */
  declare background: string | undefined;
  /** Apply updates at most once in this time: `500ms`, `10s`. */
  declare minInterval: string | undefined;
  /**
   * `tabs`: all tabs of the browser share one held poll, where the page is https or localhost; requests with different
   * `headers` are never shared, but a `fetch` of your own then serves other tabs too. `page`: one poll a page. Default `page`.
   */
  declare share: 'page' | 'tabs' | undefined;
  /** Of requests: `same-origin`, `include` or `omit`. Default `same-origin`. */
  declare credentials: RequestCredentials | undefined;
  /** Obeys the channel `command`: `reload` reloads this page. */
  declare allowCommands: boolean;
  /** Headers of every request, or an async function that gives them: tokens need never stand in HTML. */
  declare headers: LiveClientOptions['headers'];
  /** Replaces `fetch` for this source. */
  declare fetch: LiveClientOptions['fetch'];

  #connection: Connection | undefined;
  #undo: (() => void)[] = [];
  #leave: (() => void) | undefined;
  #stopCommands: (() => void) | undefined;
  #state: ConnectionState = 'connecting';
  #wasPaused = false;

  constructor() {
    super();
    this.paused = false;
    this.allowCommands = false;
    this.addEventListener('lp-source-request', this.#answer);
  }

  /** Where this source points; undefined for an address that is none. */
  get address(): Address | undefined {
    const outer = this.src ? undefined : enclosingAddress(this);
    if (outer && !this.credentials) return outer;
    const url = outer?.url ?? this.src ?? defaultUrl();
    return parseAddress({ url, credentials: this.credentials });
  }

  /** The state of the connection. */
  get status(): ConnectionState {
    return this.#state;
  }

  /** When the last good answer came, in ms of this machine's clock. */
  get lastContact(): number | undefined {
    return this.#connection?.status.lastContact;
  }

  /** Round trip in ms of the last answer that was not held. */
  get latency(): number | undefined {
    return this.#connection?.status.latencyMs;
  }

  /** When the next try starts, in ms of this machine's clock, while there is one to come. */
  get nextRetryAt(): number | undefined {
    return this.#connection?.status.nextRetryAt;
  }

  /** Failed polls in a row. */
  get attempt(): number {
    return this.#connection?.status.attempt ?? 0;
  }

  /** The channels that the page listens to. */
  get channels(): string[] {
    return this.#connection?.client.channels ?? [];
  }

  /** Stands still, with all its widgets. */
  pause(): void {
    this.paused = true;
  }

  /** Goes on where it stood. */
  resume(): void {
    this.paused = false;
  }

  /** Polls at once; also after `denied`. */
  refresh(): void {
    this.#connection?.client.refresh();
  }

  /** Publishes to a channel. @throws ClientError; Error when the source is not in a document. */
  publish(
    channel: string,
    payload: Json | Json[],
    options: { idempotencyKey?: string; signal?: AbortSignal } = {},
  ): Promise<Appended> {
    return this.#connected().client.publish(channel, payload, options);
  }

  /** Listens to a channel. Returns its end. @throws Error when the source is not in a document */
  subscribe(channel: string, callback: (update: Update) => void): () => void {
    return this.#connected().subscribe(channel, callback);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leave ??= addSource(this);
    this.#settle();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (this.isConnected) return; // only moved
      this.#leave?.();
      this.#leave = undefined;
      this.#take(undefined);
    });
  }

  /** A move within the document (`moveBefore`) breaks nothing off. */
  connectedMoveCallback(): void {
    this.#settle();
    tellSources();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = this.#connection;
    this.#settle();
    const connection = this.#connection;
    if (connection !== before) tellSources();
    if (!connection) return;
    connection.configure(this, connectionOptions(this));
    if (changed.has('paused')) this.#applyPaused(connection);
    if (changed.has('allowCommands')) this.#listenToCommands(connection);
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  #answer = (event: LpSourceRequestEvent): void => {
    if (event.composedPath()[0] === this) return; // our own question, on the way to who encloses us
    const address = this.address;
    if (!address) return;
    event.stopPropagation();
    event.callback(address);
  };

  #settle(): void {
    const address = this.isConnected ? this.address : undefined;
    this.#take(address && connectionTo(address));
  }

  #take(connection: Connection | undefined): void {
    if (connection === this.#connection) return;
    const undo = this.#undo;
    this.#connection = connection;
    this.#undo = connection ? this.#join(connection) : [];
    for (const each of undo) each();
  }

  #join(connection: Connection): (() => void)[] {
    connection.configure(this, connectionOptions(this));
    if (this.paused) connection.pause();
    this.#listenToCommands(connection);
    return [
      connection.speakThrough(this),
      connection.onStatus((status) => this.#onStatus(status)),
      (): void => this.#stopCommands?.(),
      connection.hold(),
    ];
  }

  #onStatus({ state, pausedBy = [], error }: ClientStatus): void {
    const previous = this.#state;
    this.#state = state;
    const isPaused = pausedBy.includes('viewer');
    if (isPaused !== this.#wasPaused) this.paused = this.#wasPaused = isPaused; // other news undo nothing that the page set
    if (state !== previous) this.dispatchEvent(new LpStatusEvent(state, previous, error));
  }

  #applyPaused(connection: Connection): void {
    const isPaused = connection.status.pausedBy?.includes('viewer') ?? false;
    if (this.paused && !isPaused) connection.pause();
    if (!this.paused && isPaused) connection.resume();
  }

  #listenToCommands(connection: Connection): void {
    this.#stopCommands?.();
    this.#stopCommands = this.allowCommands ? obeyCommands(connection, this) : undefined;
  }

  #connected(): Connection {
    if (this.#connection) return this.#connection;
    throw new Error('lp-source: not connected: put the element into a document first');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-source': LpSource;
  }
}
