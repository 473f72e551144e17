import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import type { Update } from '../client/index.ts';
import { dataErrorOf } from '../data/data-error.ts';
import { staleAfterMs } from '../data/data-status.ts';
import { updateOfList } from '../data/entry-list.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import { plainNumber } from '../data/number.ts';
import { isRecord, valueAt } from '../data/payload.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import { cssProperty } from '../element/css-property.ts';
import { solidDangerStyles } from '../element/card/card-styles.ts';
import { LpElement } from '../element/lp-element.ts';
import { type PastAttributes, pastProperties, SHORT_MS } from '../element/past-attributes.ts';
import { PastController } from '../element/past-controller.ts';
import { refusesNested } from '../element/refusals.ts';
import type { HoldsOptions } from '../element/channel-data.ts';
import { LpFormatElement } from '../element/lp-format-element.ts';
import { isMissing } from '../format/format.ts';
import { momentName } from '../format/format-moment.ts';
import { longUnit } from '../format/long-unit.ts';
import type { FormatOptions, Formatted, Part } from '../format/format-options.ts';
import { anyOf, oneOf } from '../shared/attribute-check.ts';
import { oneOrDuration, parseDurationMs } from '../shared/duration.ts';
import type { Sample } from '../sparkline/samples.ts';
import {
  lastOf,
  numberOf,
  ownCourse,
  samplesOf,
  usualGapMs,
  withPast,
} from '../sparkline/samples.ts';
import { spark, sparkStyles } from '../sparkline/spark.ts';
import { sparkPaths } from '../sparkline/spark-path.ts';
import { CountUp } from './count-up.ts';
import type { Baseline, Compare, Delta, DeltaFormat } from './delta.ts';
import { baselineOf, deltaOf } from './delta.ts';
import { numberStyles } from './number-styles.ts';
import { extremesText, targetView } from './target.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { NUMBER } from '../locale/words/en/number.ts';

export type * from '../element/element-types.ts';

const DEFAULT_WINDOW_MS = 300_000;
/** Number of distinguishable positions in the sparkline. */
const STEPS = 100;
const ARROWS = { up: svg`<path d="M6 1 11 10H1z" />`, down: svg`<path d="M6 11 1 2h10z" />` };

/** The attributes of `lp-number`. */
export interface NumberAttributes extends PastAttributes {
  /**
   * What the value is compared with: the value before, that of a time ago (`5m`), the first one, nothing. If the history
   * does not reach back that far, its oldest value is used, and "since 14:02" is shown. Default `previous`.
   */
  compare: Compare | undefined;
  /** How the change is written. Default: `percent`, and `absolute` (percentage points) for `format="percent"`. */
  deltaFormat: DeltaFormat | undefined;
  /** Which direction is good. Default: neither. */
  good: 'up' | 'down' | 'none' | undefined;
  /** Shows a line of the value over time. */
  sparkline: boolean;
  /** Time span of that line, up to now by the server's clock. Default `5m`. */
  window: string | undefined;
  /** Target value: shows a bar, and the share of the target that is reached. */
  target: number | undefined;
  /** Shows the lowest or the highest value of the line: any of `min`, `max`. */
  marks: string | undefined;
  /** Makes the value as large as its tile allows, for a text that is alone in it: who is on call. */
  fit: boolean;
  /** Counts up to a new value instead of jumping; never where the viewer prefers reduced motion. */
  animated: boolean;
}

export interface LpNumber extends NumberAttributes {}

/**
 * `<lp-number channel="cpu" format="percent" warn="0.7" danger="0.9" sparkline>`: one large value, its change, and its
 * history. For screen readers it is one sentence.
 *
 * @slot icon - before the value
 * @slot trend - beside the change
 * @csspart value - the digits
 * @csspart unit - the unit beside them
 * @csspart delta - the change
 * @csspart info - the publisher's `moreinfo`
 * @csspart sparkline - the history
 * @csspart target - the share of `target`
 * @csspart extremes - lowest and highest value of the course
 * @csspart since - when the history begins, where it does not fill the window
 * @cssprop --lp-number-size - font size of the value; it still shrinks to fit. Default: by the tile's width
 */
export class LpNumber extends LpFormatElement {
  static override holds: HoldsOptions = {
    entries: 5000,
    single: true,
    refuses: (value, host) => (isCourse(value) ? undefined : refusesNested(value, host)),
  };
  static override words: WordsPatch = NUMBER;
  static override styles: CSSResultGroup = [
    LpElement.styles,
    sparkStyles,
    numberStyles,
    solidDangerStyles,
  ];
  static override properties: PropertyDeclarations = {
    ...pastProperties,
    compare: oneOrDuration(['previous', 'start', 'none']),
    deltaFormat: oneOf(['percent', 'absolute', 'both'], { attribute: 'delta-format' }),
    good: oneOf(['up', 'down', 'none']),
    sparkline: { type: Boolean },
    window: {},
    target: { type: Number },
    marks: anyOf(['min', 'max']),
    fit: { type: Boolean },
    animated: { type: Boolean, attribute: 'animate' }, // Element.animate() is a method of the platform
  };

  readonly #past = new PastController(this, {
    live: this.live,
    held: this.held,
    locale: this.locale,
    agoMs: () => this.#longAgoMs,
    courseMs: () => (this.sparkline && this.#windowMs > SHORT_MS ? this.#windowMs : 0),
  });
  #samples: Sample[] = [];
  #start: number | null = null;
  #drawnAt = 0;
  #count = new CountUp({ onStep: () => this.requestUpdate() });

  constructor() {
    super();
    this.sparkline = false;
    this.animated = false;
    this.fit = false;
    new ClockController(this, () => this.#tick());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#count.stop();
  }

  protected override get tail(): number | undefined {
    if (this.#past.isWanted) return CURRENT_TAIL;
    const isShort = !this.compare || this.compare === 'previous' || this.compare === 'none';
    return isShort && !this.sparkline ? CURRENT_TAIL : undefined;
  }

  /** A list is a history: numbers, or records with their time. */
  protected override updateOf(payload: unknown): Update {
    return updateOfList(payload, this.live.serverNow()) ?? super.updateOf(payload);
  }

  protected override apply({ kind, entries }: ElementStep): boolean {
    if (kind === 'reset') this.#start = null;
    for (const entry of entries) this.#start ??= numberOf(this.held.read(entry));
    return true;
  }

  protected override willUpdate(): void {
    this.#drawnAt = this.live.serverNow();
    const { value, payload: data, course } = this.held;
    const own = samplesOf(course, (entry) => this.held.read(entry));
    const past = dataErrorOf(this.error) ? [] : this.#past.course; // No sparkline without a current value.
    this.#samples = past ? withPast(past, own, this.#drawnAt) : own;
    this.setLevel(this.levelOf(data, value), value);
    const isCalm = !this.animated || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#count.aim(plainNumber(value), !isCalm);
  }

  protected override renderBody(): TemplateResult {
    const { payload: data, value: own } = this.held;
    const options = this.formatOptions(data);
    const value = this.format === 'text' ? own : (plainNumber(own) ?? own);
    const written = this.written(value, options);
    const moving = this.#count.shown;
    const shown =
      moving === undefined || moving === value ? written : this.written(moving, options);
    const found = this.caseOf(own);
    const isText = plainNumber(value) === undefined || Boolean(found?.words);
    const { target } = this;
    const { words } = this.locale;
    return html`<div class="number ${this.sparkline ? 'with-sparkline' : ''} ${this.fit ? 'fit' : ''}">
      <div class="figure">
        ${this.#main(shown, isText, found?.icon)}${this.#change(written, options)}${info(data)}${
          target === undefined || Number.isNaN(target)
            ? nothing
            : targetView({ value: plainNumber(own), target, options, words })
        }
      </div>
      ${this.sparkline ? this.#sparkline(options) : nothing}
    </div>`;
  }

  #main({ parts, text }: Formatted, isText: boolean, icon: string | undefined): TemplateResult {
    const long = isText ? undefined : longUnit(parts);
    const kind = `${isText ? 'words' : ''} ${long === undefined ? '' : 'long-unit'}`;
    const chars = room(long === undefined ? text : valueText(parts), isText) + (icon ? 2 : 0);
    return html`<p class="main ${kind}" ${cssProperty('--_chars', chars)}>
      <slot name="icon">${icon ? html`<span class="mark" aria-hidden="true">${icon}</span>` : nothing}</slot
      ><span class="value" aria-hidden="true"><bdi>${parts.map(
        ({ kind, text: part }) =>
          html`<span class=${kind} part=${kind}>${long === undefined ? part : part.trim()}</span>`,
      )}</bdi></span>
    </p>`;
  }

  #change(written: Formatted, options: FormatOptions): TemplateResult {
    const delta = this.#delta(options);
    return html`<p class="sr">${this.#sentence(written, delta)}</p>
      <div class="change" ?hidden=${this.compare === 'none' || this.format === 'text'}>
        ${delta ? this.#deltaText(delta) : nothing}<slot name="trend"></slot>
      </div>`;
  }

  #deltaText(delta: Delta): TemplateResult {
    const { direction, text, since } = delta;
    const news = this.#judgement(delta);
    return html`<span class="delta ${direction} ${news ?? ''}" part="delta" aria-hidden="true">${
      direction === 'none'
        ? nothing
        : html`<svg class="arrow" viewBox="0 0 12 12" focusable="false">${ARROWS[direction]}</svg>`
    }<bdi>${text}</bdi>${news ? html`<span>${this.locale.words[news]}</span>` : nothing}</span
      >${since ? html`<span aria-hidden="true">${since}</span>` : nothing}`;
  }

  #delta(options: FormatOptions): Delta | undefined {
    const value = plainNumber(this.held.value) ?? null;
    const { compare = 'previous', deltaFormat } = this;
    const { payload } = this.held;
    const { words } = this.locale;
    const stated = isRecord(payload) ? numberOf(payload['last']) : null;
    const nowMs = this.live.serverNow();
    // The value before is one that was published, not the mean of a bucket.
    const isPrevious = parseDurationMs(compare) === undefined;
    const samples = isPrevious
      ? samplesOf(this.held.course.slice(-2), (entry) => this.held.read(entry))
      : this.#samples;
    const found = this.aggregate
      ? spanBefore(this.#past, this.#longAgoMs)
      : baselineOf({ compare, samples, stated, start: this.#start, nowMs });
    if (value === null || found === undefined) return undefined;
    const { value: baseline, sinceMs } = found;
    return deltaOf({ value, baseline, sinceMs, compare, deltaFormat, options, words });
  }

  get #windowMs(): number {
    return parseDurationMs(this.window) ?? DEFAULT_WINDOW_MS;
  }

  /** The time that the value is compared with, if only the history reaches back to it; otherwise 0. */
  get #longAgoMs(): number {
    const ms = parseDurationMs(this.compare) ?? 0;
    return Number.isFinite(ms) && (this.aggregate || ms > SHORT_MS) ? ms : 0;
  }

  #judgement({ direction }: Delta): 'better' | 'worse' | undefined {
    const { good } = this;
    if (direction === 'none' || (good !== 'up' && good !== 'down')) return undefined;
    return direction === good ? 'better' : 'worse';
  }

  #sentence({ text, missing }: Formatted, delta: Delta | undefined): string {
    const { level } = this;
    const { name } = this.held;
    const { words } = this.locale;
    const news = delta && this.#judgement(delta);
    return words.listed(
      [
        `${name} ${missing ? words.noValue : text}`.trim(),
        delta?.spoken,
        news && words[news],
        level && words[level],
      ].filter((part) => part !== undefined),
    );
  }

  /** The right edge of the sparkline is now, and a comparison with a time ago moves on as well. */
  #tick(): void {
    const isMoving =
      this.sparkline || this.#past.isWanted || parseDurationMs(this.compare) !== undefined;
    if (!isMoving || !this.channel || this.paused) return;
    if (this.live.serverNow() - this.#drawnAt >= this.#windowMs / STEPS) this.requestUpdate();
  }

  #sparkline(options: FormatOptions): TemplateResult {
    const windowMs = this.#windowMs;
    const isList = Array.isArray(this.held.value);
    const { samples, fromT, toT, sinceT } =
      isList || !this.channel
        ? ownCourse(this.#samples, isList ? Infinity : windowMs)
        : lastOf(this.#samples, windowMs, this.live.serverNow());
    const { ttl } = this.held.meta;
    const gapMs =
      ttl && !this.#past.course ? staleAfterMs(undefined, ttl) : usualGapMs(this.#samples);
    const { words } = this.locale;
    const { sinceAgo } = words;
    const marks = this.marks?.split(/[\s,]+/) ?? [];
    const extremes = marks.length > 0 ? extremesText(samples, marks, { options, words }) : '';
    return html`<div class="course">
      <div class="sparkline" part="sparkline">${spark(sparkPaths(samples, { gapMs, fromT, toT }))}</div>
      ${
        sinceT === undefined
          ? nothing
          : html`<div class="since" part="since" aria-hidden="true">${sinceAgo(momentName(sinceT, options))}</div>`
      }${extremes ? html`<div class="extremes" part="extremes"><bdi>${extremes}</bdi></div>` : nothing}
    </div>`;
  }
}

/** Whether a value is a list with a number, which the sparkline draws. */
const isCourse = (value: unknown): boolean =>
  Array.isArray(value) && value.some((each) => numberOf(valueAt(each)) !== null);

/** Returns the result of the same span `agoMs` earlier. */
function spanBefore(past: PastController, agoMs: number): Baseline | undefined {
  const value = agoMs > 0 ? past.before(agoMs) : undefined;
  return value === undefined ? undefined : { value };
}

function info(payload: unknown): TemplateResult | typeof nothing {
  const text = isRecord(payload) ? payload['moreinfo'] : undefined;
  return isMissing(text) ? nothing : html`<p class="info" part="info"><bdi>${text}</bdi></p>`;
}

const valueText = (parts: readonly Part[]): string =>
  parts.map(({ kind, text }) => (kind === 'value' ? text : '')).join('');

// In steps of two, and never fewer than a usual value has, so that 9 → 10 does not resize. Words may break into lines.
const room = (text: string, isText: boolean): number =>
  isText
    ? Math.min(12, Math.max(5, Math.ceil((text.length + 1) / 2) * 2))
    : Math.max(5, Math.ceil(text.length / 2) * 2);

declare global {
  interface HTMLElementTagNameMap {
    'lp-number': LpNumber;
  }
}
