import type { CSSResult, CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { css, html, noChange, nothing } from 'lit';
import type { DataError } from '../data/data-error.ts';
import { dataErrorOf } from '../data/data-error.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import type { Level } from '../data/levels.ts';
import { levelOnly, ownWords, statesOf } from '../data/states.ts';
import { type Case, inWords, isInWords, textOnly } from '../element/cases.ts';
import { ClockController } from '../element/clock-controller.ts';
import { asNumber } from '../element/limits.ts';
import type { HoldsOptions } from '../element/channel-data.ts';
import { inlineStyles } from '../element/inline-styles.ts';
import { LpDataElement } from '../element/lp-data-element.ts';
import { type PastAttributes, pastProperties } from '../element/past-attributes.ts';
import { PastController } from '../element/past-controller.ts';
import { refusesNested } from '../element/refusals.ts';
import { hostStyles } from '../element/host-styles.ts';
import { statusNote, unreadNote } from '../element/status-note.ts';
import { isMissing, NO_VALUE } from '../format/format.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { formatOptions, formatProperties, written } from '../format/format-attributes.ts';
import type { Formatted } from '../format/format-options.ts';
import { inMs, parseMomentMs } from '../format/format-moment.ts';
import { errorText } from '../locale/error-text.ts';

export type * from '../element/element-types.ts';

/** The colours of theme.ts. */
const levelStyles: CSSResult = css`
  .ok {
    color: var(--lp-color-ok, light-dark(#156b43, #6bcb9c));
  }

  .warn {
    color: var(--lp-color-warn, light-dark(#8a5200, #f5bd4f));
  }

  .danger {
    color: var(--lp-color-danger, light-dark(#b8241c, #ff8f84));
  }

  .warn,
  .danger {
    font-weight: 600;
  }
`;

/** Attributes of `lp-value`. */
export interface ValueAttributes extends FormatAttributes, PastAttributes {
  /** Words for states: `on:ok:Heating, off:none:Off`. Adds to the channel's. */
  states: string | undefined;
  /** Shown where there is no value. Default: "—". */
  fallback: string | undefined;
}

export interface LpValue extends ValueAttributes {
  prefix: string | null; // the platform's Element.prefix is read-only
}

/**
 * `<lp-value channel="memory" field="used" format="bytes">…</lp-value>`: a live value within a sentence. Its content is
 * shown until the first value arrives, and where scripts do not run.
 *
 * @slot - shown until the first value; `<lp-case>` children: what is shown where a value meets a rule
 * @csspart value - the value
 */
export class LpValue extends LpDataElement {
  static override holds: HoldsOptions = { entries: 500, single: true, refuses: refusesNested };
  static override styles: CSSResultGroup = [hostStyles, inlineStyles, levelStyles];
  static override properties: PropertyDeclarations = {
    ...formatProperties,
    ...pastProperties,
    states: {},
    fallback: {},
  };

  protected override get tail(): number {
    return CURRENT_TAIL;
  }

  constructor() {
    super();
    new PastController(this, { live: this.live, held: this.held, locale: this.locale });
    new ClockController(this, () => this.format === 'relative' && this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { hasData: held } = this.held;
    const value = this.state.attempt('draw', () => ({ drawn: held ? this.#value() : nothing }));
    return html`<span class="fallback" ?hidden=${held}
        ><slot>${this.fallback ?? NO_VALUE}</slot></span
      >${value ? value.drawn : noChange}${statusNote(this.status, this.locale.words)}`;
  }

  #value(): TemplateResult {
    const { value } = this.held;
    const error = dataErrorOf(this.error);
    if (error) return this.#error(error);
    if (isMissing(value) && !this.formatter) return this.#missing(this.locale.words.noValue);
    const found = this.formatter ? undefined : this.caseOf(value);
    const { text } = inWords(this.#written(value), found);
    const level = levelOnly(found?.sets);
    const { format } = this;
    const isMoment = format === 'date' || format === 'time' || format === 'relative';
    const unit = this.unit ?? this.held.valueMeta.unit;
    const moment = isMoment ? parseMomentMs(inMs(value, { unit })) : undefined;
    if (moment === undefined)
      return html`${this.#before(found, level)}<data class="value ${level ?? ''}" part="value" dir="auto" value=${machineText(value)}>${text}</data>`;
    return html`${this.#before(found, level)}<time class="value ${level ?? ''}" part="value" dir="auto" datetime=${new Date(moment).toISOString()}
      >${text}</time>`;
  }

  /** Icon of a case, and the word of its level where no text of the page tells it. */
  #before(found: Case | undefined, level: Level | undefined): unknown {
    const { words } = this.locale;
    const isTold = isInWords(found) || level === undefined || level === 'ok';
    return html`${found?.icon ? html`<span aria-hidden="true">${found.icon} </span>` : nothing}${
      isTold ? nothing : html`<span class="sr">${words[level]}: </span>`
    }`;
  }

  #written(value: unknown): Formatted {
    const { valueMeta: meta, payload } = this.held;
    const words = this.formatter ? undefined : ownWords(value, statesOf(this.states, meta.states));
    if (words !== undefined) return textOnly(words);
    const { language, timeZone } = this.locale;
    const nowMs = this.live.serverNow();
    const options = formatOptions(this, { meta, language, timeZone, nowMs, payload });
    return written(asNumber(value, options), options, this.formatter);
  }

  #error(error: DataError): TemplateResult {
    const text = errorText(error, this.channel, this.locale.words);
    return unreadNote(text);
  }

  #missing(words: string): TemplateResult {
    if (this.fallback !== undefined && this.fallback !== null)
      return html`<span class="value" part="value" dir="auto">${this.fallback}</span>`;
    return html`<span class="value" part="value"
      ><span aria-hidden="true">${NO_VALUE}</span><span class="sr">${words}</span></span>`;
  }
}

const machineText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

declare global {
  interface HTMLElementTagNameMap {
    'lp-value': LpValue;
  }
}
