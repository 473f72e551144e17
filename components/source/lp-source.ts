import type { CSSResult, PropertyDeclarations, TemplateResult } from 'lit';
import { css, html, LitElement } from 'lit';
import type { Appended, Json } from '../../protocol/lp1.ts';
import type { HistoryAnswer, HistoryOptions, Update } from '../client/index.ts';
import type { ConnectionState } from '../data/events.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { VERSION } from '../shared/version.ts';
import type { Address } from './connection.ts';
import type { SourceChoices } from './connection-options.ts';
import { notifySources } from './registry.ts';
import type { LpSourceRequestEvent } from './resolve.ts';
import { defaultUrl, enclosingAddress, parseAddress } from './resolve.ts';
import { SourceConnection } from './source-connection.ts';

export type { HistoryOptions, Update } from '../client/index.ts';
export type {
  LpAuthRequiredEvent,
  LpCommandEvent,
  LpConnectionEvent,
  LpResetEvent,
} from '../data/events.ts';
export type { ConnectionOptions } from './connection.ts';

/** The attributes of a source. */
export interface SourceAttributes extends SourceChoices {
  /** Base URL of a kit server. Default: the enclosing source's, else the bundle's own server, else `/lp`. */
  src: string | undefined;
  /** Pauses all widgets of this source: no requests, no updates. */
  paused: boolean;
  /** Cookies of requests: `same-origin`, `include` or `omit`. Default `same-origin`. */
  credentials: RequestCredentials | undefined;
  /** Obeys the channel `command`: `reload` reloads this page. */
  allowCommands: boolean;
}

export interface LpSource extends SourceAttributes {}

/**
 * `<lp-source src="/lp">`: the connection of the elements inside it, and, as the document's first, of all others. It
 * shows nothing. If several sources have one address, each option is taken from the first of them that sets it.
 *
 * @slot - the elements that use this source
 * @fires {LpConnectionEvent} lp-connection-change - the state of the connection changed
 * @fires {LpAuthRequiredEvent} lp-auth-required - the server requires a token; cancelable
 * @fires {LpCommandEvent} lp-command - with `allow-commands`: the operator has sent a command; cancelable
 * @fires {LpResetEvent} lp-reset - a channel's history was replaced: the server restarted; once per channel
 */
export class LpSource extends LitElement {
  static readonly version: string = VERSION;
  static override styles: CSSResult = css`:host { display: contents }`;
  static override properties: PropertyDeclarations = {
    src: {},
    paused: { type: Boolean, reflect: true },
    wait: {},
    suspendAfter: { attribute: 'suspend-after' },
    background: oneOf(['keep']),
    minInterval: { attribute: 'min-interval' },
    share: oneOf(['tabs', 'page']),
    credentials: oneOf(['same-origin', 'include', 'omit']),
    allowCommands: { type: Boolean, attribute: 'allow-commands' },
    headers: { attribute: false },
    fetch: { attribute: false },
  };

  #source = new SourceConnection(this);

  constructor() {
    super();
    this.paused = false;
    this.allowCommands = false;
    this.addEventListener('lp-source-request', this.#answer);
  }

  /** Address of this source; undefined if its URL is invalid. */
  get address(): Address | undefined {
    const outer = this.src ? undefined : enclosingAddress(this);
    if (outer && !this.credentials) return outer;
    const url = outer?.url ?? this.src ?? defaultUrl();
    return parseAddress({ url, credentials: this.credentials });
  }

  /** The state of the connection. */
  get status(): ConnectionState {
    return this.#source.state;
  }

  /** When the last good response came, in ms of this machine's clock. */
  get lastContact(): number | undefined {
    return this.#source.connection?.status.lastContact;
  }

  /** Round trip in ms of the last response that was not held. */
  get latency(): number | undefined {
    return this.#source.connection?.status.latencyMs;
  }

  /** When the next try starts, in ms of this machine's clock, while there is one to come. */
  get nextRetryAt(): number | undefined {
    return this.#source.connection?.status.nextRetryAt;
  }

  /** Failed polls in a row. */
  get attempt(): number {
    return this.#source.connection?.status.attempt ?? 0;
  }

  /** The channels that the page listens to. */
  get channels(): string[] {
    return this.#source.connection?.client.channels ?? [];
  }

  /** Pauses all widgets of the source. */
  pause(): void {
    this.paused = true;
  }

  /** Resumes them. */
  resume(): void {
    this.paused = false;
  }

  /** Polls at once; also after `denied`. */
  refresh(): void {
    this.#source.connection?.client.refresh();
  }

  /** Publishes to a channel. @throws ClientError; Error when the source is not in a document. */
  publish(
    channel: string,
    payload: Json | Json[],
    options: { idempotencyKey?: string; signal?: AbortSignal } = {},
  ): Promise<Appended> {
    return this.#source.required.client.publish(channel, payload, options);
  }

  /** Requests a time range of a channel's history, once. @throws ClientError; Error when the source is not in a document. */
  async history(channel: string, options: HistoryOptions = {}): Promise<HistoryAnswer> {
    return this.#source.required.client.history(channel, options);
  }

  /**
   * Subscribes to a channel. Returns the end of the subscription. @throws Error when the source is not in a document
   */
  subscribe(channel: string, callback: (update: Update) => void): () => void {
    return this.#source.required.subscribe(channel, callback);
  }

  /** A move within the document (`moveBefore`) keeps the connection. */
  connectedMoveCallback(): void {
    this.#source.look();
    notifySources();
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  #answer = (event: LpSourceRequestEvent): void => {
    if (event.composedPath()[0] === this) return; // this source's own request, on its way to the enclosing source
    const address = this.address;
    if (!address) return;
    event.stopPropagation();
    event.callback(address);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-source': LpSource;
  }
}
