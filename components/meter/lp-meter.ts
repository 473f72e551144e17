import type { CSSResultGroup, PropertyDeclarations, SVGTemplateResult, TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { CURRENT_TAIL } from '../data/held.ts';
import { plainNumber } from '../data/number.ts';
import { cssProperty } from '../element/css-property.ts';
import { solidDangerStyles } from '../element/card/card-styles.ts';
import { LpElement } from '../element/lp-element.ts';
import { type PastAttributes, pastProperties } from '../element/past-attributes.ts';
import { PastController } from '../element/past-controller.ts';
import { refusesWords } from '../element/refusals.ts';
import type { HoldsOptions } from '../element/channel-data.ts';
import { LpFormatElement } from '../element/lp-format-element.ts';
import { longUnit } from '../format/long-unit.ts';
import type { Formatted } from '../format/format-options.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { meterStyles } from './meter-styles.ts';
import type { Scale } from './scale.ts';
import { fractionOf, scaleOf } from './scale.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { METER } from '../locale/words/en/meter.ts';

export type * from '../element/element-types.ts';

type Variant = 'arc' | 'bar' | 'ring';

// In a square of 100: from half past seven to half past four, and once around from the top.
const PATHS: Record<'arc' | 'ring', string> = {
  arc: 'M13.63 71A42 42 0 1 1 86.37 71',
  ring: 'M50 8A42 42 0 1 1 49.99 8',
};
const VIEWS: Record<'arc' | 'ring', string> = { arc: '0 0 100 78', ring: '0 0 100 100' };

export interface LpMeter extends PastAttributes {}

/**
 * `<lp-meter channel="memory" field="usedRatio" format="percent">`: a value on a scale. A value beyond an end is written as
 * it is, and drawn at the end. Thresholds are marks on the scale.
 *
 * @csspart track - the scale
 * @csspart fill - up to the value
 * @csspart needle - the mark at the value
 * @csspart value - the digits
 * @csspart unit - the unit beside them
 * @csspart min - the lower end
 * @csspart max - the upper end
 * @cssprop --lp-meter-size - largest width of the picture
 * @cssprop --lp-meter-thickness - of the scale; in arc and ring, 1px is a hundredth of the picture
 */
export class LpMeter extends LpFormatElement {
  static override holds: HoldsOptions = { entries: 500, single: true, refuses: refusesWords };
  static override words: WordsPatch = METER;
  static override styles: CSSResultGroup = [LpElement.styles, meterStyles, solidDangerStyles];
  static override properties: PropertyDeclarations = {
    ...pastProperties,
    min: { type: Number },
    max: { type: Number },
    variant: oneOf(['arc', 'bar', 'ring']),
  };

  /** Lower end of the scale. Default: the channel's, else 0. */
  declare min: number | undefined;
  /** Upper end. Default: the channel's, else 100, or 1 for `format="percent"`. */
  declare max: number | undefined;
  /** How it looks. Default `arc`. */
  declare variant: Variant | undefined;

  constructor() {
    super();
    new PastController(this, { live: this.live, held: this.held, locale: this.locale });
  }

  protected override get tail(): number {
    return CURRENT_TAIL;
  }

  protected override willUpdate(): void {
    const { value, payload: data } = this.held;
    this.setLevel(this.levelOf(data, value), value);
  }

  protected override renderBody(): TemplateResult {
    const { min, max } = this;
    const { value: own, valueMeta: meta, name, payload } = this.held;
    const value = plainNumber(own) ?? own;
    const { words } = this.locale;
    const variant = this.variant === 'bar' || this.variant === 'ring' ? this.variant : 'arc';
    const isRatio = this.format === 'percent';
    const scale = scaleOf({ value, min: [min, meta.min], max: [max, meta.max], isRatio });
    const options = this.formatOptions(payload);
    const written = this.written(value, options);
    const long = longUnit(written.parts);
    const bare = { ...options, unit: undefined, prefix: undefined, suffix: undefined };
    const end = (number: number): string =>
      this.written(number, long === undefined ? options : bare).text;
    const known = scale.now !== undefined;
    const text = this.#valueText(written, scale);
    return html`<div
      class="meter ${variant}"
      role=${known ? 'meter' : 'img'}
      aria-label=${known ? name || words.noValue : `${name} ${text}`.trim()}
      aria-valuemin=${known ? scale.min : nothing}
      aria-valuemax=${known ? scale.max : nothing}
      aria-valuenow=${known ? (scale.now ?? nothing) : nothing}
      aria-valuetext=${known ? text : nothing}
      ${cssProperty('--_fraction', scale.fraction)}
    >
      ${variant === 'bar' ? this.#bar(written, scale) : this.#dial(variant, written, scale)}
      <div class="scale" aria-hidden="true"><bdi part="min">${end(scale.min)}</bdi
        >${variant === 'ring' ? html`<span>–</span>` : nothing}<bdi part="max">${end(scale.max)}</bdi></div>
      ${long === undefined ? nothing : html`<div class="caption" aria-hidden="true"><bdi>${long}</bdi></div>`}
    </div>`;
  }

  #valueText({ text, missing }: Formatted, { beyond }: Scale): string {
    const { level } = this;
    const { words } = this.locale;
    const place = beyond && (beyond === 'above' ? words.aboveScale : words.belowScale);
    const parts = [missing ? words.noValue : text, place, level && words[level]];
    return words.listed(parts.filter((part) => part !== undefined));
  }

  #dial(variant: 'arc' | 'ring', written: Formatted, scale: Scale): TemplateResult {
    const path = PATHS[variant];
    return html`<div class="dial" aria-hidden="true">
      <svg class="picture" viewBox=${VIEWS[variant]} focusable="false">
        <path class="track" part="track" d=${path} pathLength="100"></path>
        <path class="fill" part="fill" d=${path} pathLength="100"></path>
        ${this.#limits(scale).map((at) => mark(at, scale))}
        ${
          scale.now === undefined
            ? nothing
            : svg`<path class="needle" part="needle" d="M86 50h12"></path>`
        }
      </svg>
      ${reading(written)}
    </div>`;
  }

  #bar(written: Formatted, scale: Scale): TemplateResult {
    return html`<div aria-hidden="true">${reading(written)}</div>
      <div class="rail" part="track" aria-hidden="true">
        <div class="fill" part="fill"></div>
        ${this.#limits(scale).map((at) => html`<div class=${limitClass(at, scale)} ${cssProperty('--_at', at)}></div>`)}
        ${scale.now === undefined ? nothing : html`<div class="needle" part="needle"></div>`}
      </div>`;
  }

  // At its ends a scale needs no marks.
  #limits(scale: Scale): number[] {
    const { warn, danger } = this.limits;
    const limits = [warn, danger].filter((each) => Number.isFinite(each)) as number[];
    return limits.map((each) => fractionOf(each, scale)).filter((at) => at > 0 && at < 1);
  }
}

const limitClass = (at: number, { fraction }: Scale): string =>
  `limit ${at < fraction ? 'passed' : ''}`;

const mark = (at: number, scale: Scale): SVGTemplateResult =>
  svg`<path class=${limitClass(at, scale)} d="M88 50h8" ${cssProperty('--_at', at)}></path>`;

/** A long unit is written below the scale. */
function reading({ parts }: Formatted): TemplateResult {
  const shown =
    longUnit(parts) === undefined ? parts : parts.filter(({ kind }) => kind === 'value');
  const chars = shown.reduce((sum, { text }) => sum + text.length, 0);
  return html`<div class="reading" ${cssProperty('--_chars', Math.max(4, chars))}
    ><span class="value" dir="auto">${shown.map(
      ({ kind, text }) => html`<span class=${kind} part=${kind}>${text}</span>`,
    )}</span></div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-meter': LpMeter;
  }
}
