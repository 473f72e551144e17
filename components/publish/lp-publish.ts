import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { isServer, LitElement } from 'lit';
import type { Json } from '../../protocol/lp1.ts';
import { isChannel } from '../../protocol/lp1.ts';
import type { RequestHeaders } from '../client/index.ts';
import { announcer, prepareAnnouncements } from '../element/announcer.ts';
import { hostStyles } from '../element/host-styles.ts';
import { controlStyles, tokens } from '../element/theme.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import { PUBLISH } from '../locale/words/en/publish.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { checkAttributes } from '../shared/check-attributes.ts';
import { mendTranslated } from '../shared/translated.ts';
import { VERSION } from '../shared/version.ts';
import type { Draft } from './draft.ts';
import { formDraft, messageDraft } from './draft.ts';
import { LpBeforePublishEvent, LpPublishedEvent } from './publish-events.ts';
import { publishStyles } from './publish-styles.ts';
import { publishView } from './publish-view.ts';
import { Sender } from './sender.ts';
import { BoundValue } from './bound-value.ts';
import { messageFailure } from './send-failure.ts';
import { Typing } from './typing.ts';

export type { RequestHeaders } from '../client/index.ts';

export type { LpAuthRequiredEvent, LpErrorEvent } from '../data/events.ts';
export type { LpBeforePublishEvent, LpPublishedEvent } from './publish-events.ts';

/** The attributes of `lp-publish`. */
export interface PublishAttributes {
  /** The channel to publish to. */
  channel: string;
  /** Base URL of a kit server. Default: that of the enclosing source. */
  src: string | undefined;
  /** `append`: the field is cleared after sending. `replace`: the field shows the channel's value and keeps it. Default `append`. */
  mode: 'append' | 'replace' | undefined;
  /** Visible name of the field. Default: "Message", for screen readers. */
  label: string | undefined;
  /** Text of the empty field. */
  placeholder: string | undefined;
  /** Text of the button. Default: "Send". */
  buttonLabel: string | undefined;
  /** Several lines: Enter sends, Shift+Enter starts a new line. */
  multiline: boolean;
  /** Maximum number of characters. A longer text is refused with a message, not cut. */
  maxlength: number | undefined;
  /** Shows a field for the author's name. */
  author: boolean;
  /** Keeps the author's name in localStorage. */
  remember: boolean;
  /** Disables typing and sending. */
  disabled: boolean;
  /** `live`: sends only while the connection is live. Default: sends in every state. */
  requiredStatus: 'live' | undefined;
  /** The text of the built-in form. */
  value: string;
  /** Maps your own form to the payload. Default: its fields. */
  payload: ((form: FormData) => Json | Json[]) | undefined;
  /** Request headers, added to those of the source; where both have one, this one counts. */
  headers: RequestHeaders | undefined;
}

export interface LpPublish extends PublishAttributes {}

/**
 * `<lp-publish channel="chat">`: a form that posts to a channel. Its built-in form, or a `<form>` inside it, which becomes
 * the payload and also works without script where its `action` takes form posts. Text is never lost: the field is cleared
 * only once the server has stored it.
 *
 * @slot - your own `<form>`
 * @slot button - replaces the button's text
 * @slot hint - below the field
 * @slot error - more about a failure
 * @csspart form - the built-in form
 * @csspart input - the text field
 * @csspart author - the name field
 * @csspart button - the Send button
 * @csspart error - the error message
 * @csspart count - number of characters
 * @fires {LpBeforePublishEvent} lp-before-publish - before the payload is sent; cancelable, `payload` may be changed
 * @fires {LpPublishedEvent} lp-published - the server has stored the payload
 * @fires {LpErrorEvent} lp-error - sending failed
 * @fires {LpAuthRequiredEvent} lp-auth-required - the server requires a token; cancelable
 * @cssState sending - a request is under way
 * @cssState invalid - the input is invalid
 * @cssState failed - sending failed
 * @attr {string} lang - language of its texts. Default: that of the nearest ancestor, else the browser's
 */
export class LpPublish extends LitElement {
  static readonly version: string = VERSION;
  static override styles: CSSResultGroup = [tokens, hostStyles, controlStyles, publishStyles];
  static override properties: PropertyDeclarations = {
    channel: {},
    src: {},
    mode: oneOf(['append', 'replace']),
    label: {},
    placeholder: {},
    buttonLabel: { attribute: 'button-label' },
    multiline: { type: Boolean },
    maxlength: { type: Number },
    author: { type: Boolean },
    remember: { type: Boolean },
    disabled: { type: Boolean, reflect: true },
    requiredStatus: { attribute: 'required-status' },
    value: { attribute: false },
    payload: { attribute: false },
    headers: { attribute: false },
  };

  #internals: ElementInternals;
  #locale = new LocaleController(this, PUBLISH);
  #sender = new Sender(this, () => this.#follow());
  #typing = new Typing(this);
  #name = '';
  #boundValue = new BoundValue(this);

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.channel = '';
    this.multiline = false;
    this.author = false;
    this.remember = false;
    this.disabled = false;
    this.value = '';
    this.addEventListener('submit', this.#onSubmit);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    prepareAnnouncements();
  }

  /** A move within the document (`moveBefore`) keeps the connection; another source may enclose the element now. */
  connectedMoveCallback(): void {
    this.#sender.source.look();
  }

  protected override willUpdate(changed: PropertyValues): void {
    checkAttributes(this);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    if (changed.has('channel') || changed.has('mode')) this.#follow();
    if (changed.has('remember') && this.remember && !this.#name) this.#name = rememberedAuthor();
  }

  protected override render(): TemplateResult {
    const { value, label, placeholder, buttonLabel, multiline, disabled } = this;
    const { words, language } = this.#locale;
    const { failure, sending, waitMs } = this.#sender;
    return publishView({
      words,
      value,
      label,
      placeholder,
      buttonLabel,
      multiline,
      disabled,
      sending,
      ownForm: this.#ownForm !== null,
      maxLength: this.maxlength,
      author: this.author ? this.#name : undefined,
      failure,
      waitMs,
      language,
      waits: this.#waits,
      onInput: this.#onInput,
      onAuthor: this.#onAuthor,
      onSubmit: this.#onSubmit,
      onSlot: () => this.requestUpdate(),
    });
  }

  protected override updated(): void {
    const { sending, failure } = this.#sender;
    const { kind } = failure ?? {};
    const states = { sending, invalid: kind === 'invalid', failed: kind === 'failed' };
    for (const [state, holds] of Object.entries(states))
      this.#internals.states[holds ? 'add' : 'delete'](state);
  }

  async #submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    const { sending, waitMs } = this.#sender;
    if (sending || waitMs > 0 || this.#waits || this.disabled || this.#typing.composing) return;
    const draft = this.#draft(form, submitter);
    const event = draft && new LpBeforePublishEvent(this.channel, draft.payload);
    if (!event || !this.dispatchEvent(event)) return;
    const sent = this.value;
    const retry = (): void => void this.#submit(form, submitter);
    const receipt = await this.#sender.send(event.payload, retry);
    if (!receipt) return;
    if (this.mode === 'replace') this.#boundValue.sent(sent, receipt.first);
    else draft.clear();
    if (this.remember && this.author) rememberAuthor(this.#name);
    if (!this.#sender.heard) announcer().announce('sent', '', () => this.#locale.words.publishSent);
    await this.updateComplete;
    if (this.matches(':focus-within')) this.#focusField(form);
    this.dispatchEvent(new LpPublishedEvent(this.channel, event.payload, receipt));
  }

  /** Returns what is to be sent; undefined if it is invalid, which the form then shows. */
  #draft(form: HTMLFormElement, submitter: HTMLElement | null): Draft | undefined {
    try {
      if (form === this.#ownForm) return formDraft(form, submitter, this.payload);
    } catch (error) {
      this.#sender.fail(error);
      return undefined;
    }
    const failure = messageFailure(this.value, this.maxlength);
    this.#sender.failure = failure;
    if (!failure) return messageDraft(this, this.author ? this.#name : '');
    this.#focusField(form);
    return undefined;
  }

  #focusField(form: HTMLFormElement): void {
    const first = 'textarea, input:not([type=hidden]), select';
    (form.querySelector<HTMLElement>('#input') ?? form.querySelector<HTMLElement>(first))?.focus();
  }

  #follow(): void {
    const follows = this.mode === 'replace' && isChannel(this.channel);
    this.#boundValue.follow(follows ? this.#sender.source.connection : undefined, this.channel);
  }

  #onSubmit = (event: SubmitEvent): void => {
    if (event.defaultPrevented) return; // the page takes care
    event.preventDefault();
    void this.#submit(event.target as HTMLFormElement, event.submitter);
  };

  #onInput = (event: InputEvent): void => {
    this.value = (event.target as HTMLInputElement).value;
    if (this.#sender.failure?.kind === 'invalid') this.#sender.failure = undefined;
  };

  #onAuthor = (event: InputEvent): void => {
    this.#name = (event.target as HTMLInputElement).value;
  };

  get #ownForm(): HTMLFormElement | null {
    return isServer ? null : this.querySelector('form');
  }

  /** Whether sending has to wait for the connection. */
  get #waits(): boolean {
    return this.requiredStatus === 'live' && this.#sender.lost;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-publish': LpPublish;
  }
}

/** Key in localStorage, the same for all forms of a site. */
const KEY = 'lp-kit.author';

/** The name that was remembered; '' for none, also if storage is forbidden. */
export function rememberedAuthor(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return ''; // blocked, or a sandboxed frame: the form works without
  }
}

/** Stores a name for later visits; removes it if it is empty. */
export function rememberAuthor(name: string): void {
  try {
    if (name.trim() === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name.trim());
  } catch {
    // storage is blocked or full: the name has to be typed again next time
  }
}
