import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { css, html } from 'lit';
import type { Update } from '../client/index.ts';
import { staleAfterMs } from '../data/data-status.ts';
import type { DataError } from '../data/data-error.ts';
import { dataErrorOf } from '../data/data-error.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import { updateOfList } from '../data/entry-list.ts';
import { numberIn } from '../data/number.ts';
import { ClockController } from '../element/clock-controller.ts';
import { LpDataElement } from '../element/lp-data-element.ts';
import { SHORT_MS } from '../element/past-attributes.ts';
import { PastController } from '../element/past-controller.ts';
import type { HoldsOptions } from '../element/channel-data.ts';
import { hostStyles } from '../element/host-styles.ts';
import { controlStyles, tokens } from '../element/theme.ts';
import { isMissing, NO_VALUE } from '../format/format.ts';
import { momentName } from '../format/format-moment.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { formatOptions, formatProperties, written } from '../format/format-attributes.ts';
import { errorText } from '../locale/error-text.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { Seen } from './samples.ts';
import { lastOf, samplesOf, usualGapMs, ownCourse, withPast } from './samples.ts';
import { spark, sparkStyles } from './spark.ts';
import { sparkPaths } from './spark-path.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { COURSE } from '../locale/words/en/course.ts';

export type * from '../element/element-types.ts';

const DEFAULT_WINDOW_MS = 300_000;
/** Number of distinguishable positions in the small image. */
const STEPS = 100;

const styles = css`
  :host {
    display: inline-block;
    inline-size: 7em;
    block-size: 1.5em;
    vertical-align: middle;
  }

  .base {
    box-sizing: border-box;
    block-size: 100%;
    padding: 3px;
  }

  .none {
    color: var(--_muted);
    line-height: 1.15;
    text-align: center;
  }
`;

/** Attributes of `lp-sparkline`. */
export interface SparklineAttributes extends FormatAttributes {
  /** Time span shown. Default `5m`. */
  window: string | undefined;
  /** Lower bound of the picture. Default: the lowest value in it. */
  min: number | undefined;
  /** Upper bound. Default: the highest value. */
  max: number | undefined;
}

export interface LpSparkline extends SparklineAttributes {
  prefix: string | null; // the platform's Element.prefix is read-only
}

/**
 * `<lp-sparkline channel="cpu" format="percent">`: the history of a number, as small as a word. For screen readers it is an
 * image with its figures. Time runs from left to right, in every script.
 *
 * @csspart base - the picture
 */
export class LpSparkline extends LpDataElement {
  static override holds: HoldsOptions = {
    entries: 5000,
    single: true,
    refuses: (value) =>
      Array.isArray(value) || numberIn(value) !== undefined
        ? undefined
        : 'a sparkline draws numbers',
  };
  static override words: WordsPatch = COURSE;
  static override styles: CSSResultGroup = [tokens, hostStyles, controlStyles, sparkStyles, styles];
  static override properties: PropertyDeclarations = {
    ...formatProperties,
    window: {},
    min: { type: Number },
    max: { type: Number },
  };

  readonly #past = new PastController(this, {
    live: this.live,
    held: this.held,
    locale: this.locale,
    courseMs: () => (this.#windowMs > SHORT_MS ? this.#windowMs : 0),
  });
  #drawnAt = 0;

  constructor() {
    super();
    new ClockController(this, () => this.#tick());
  }

  protected override get tail(): number | undefined {
    return this.#past.isWanted ? CURRENT_TAIL : undefined;
  }

  get #windowMs(): number {
    return parseDurationMs(this.window) ?? DEFAULT_WINDOW_MS;
  }

  /** A list is a whole history: numbers, or records with their time. */
  protected override updateOf(payload: unknown): Update {
    return updateOfList(payload, this.live.serverNow()) ?? super.updateOf(payload);
  }

  protected override render(): TemplateResult {
    const { value } = this.held;
    this.#drawnAt = this.live.serverNow();
    const error = dataErrorOf(this.error);
    if (error) return this.#error(error);
    const { held } = this;
    const past = this.#past.course;
    const own = samplesOf(held.course, (entry) => held.read(entry));
    const samples = past ? withPast(past, own, this.#drawnAt) : own;
    const windowMs = this.#windowMs;
    const isList = Array.isArray(value);
    const seen = isList
      ? ownCourse(samples)
      : this.channel
        ? lastOf(samples, windowMs, this.live.serverNow())
        : ownCourse(samples, windowMs);
    const { fromT, toT } = seen;
    const { ttl } = held.meta;
    const gapMs = isList
      ? undefined
      : ttl && !past
        ? staleAfterMs(undefined, ttl)
        : usualGapMs(samples);
    const { min, max } = this;
    const bounds = { min: min ?? undefined, max: max ?? undefined };
    const paths = sparkPaths(seen.samples, { gapMs, fromT, toT, ...bounds });
    return html`<div class="base" part="base" role="img" aria-label=${this.#description(seen, windowMs)}
      >${spark(paths)}</div>`;
  }

  /** The right edge is now: the picture moves with the clock, as finely as it can be seen. */
  #tick(): void {
    const windowMs = this.#windowMs;
    const passedMs = this.live.serverNow() - this.#drawnAt;
    if (this.channel && !this.paused && passedMs >= windowMs / STEPS) this.requestUpdate();
  }

  #error(error: DataError): TemplateResult {
    const text = errorText(error, this.channel, this.locale.words);
    const label = `${this.held.name}: ${text}`;
    return html`<div class="base none" part="base" role="img" aria-label=${label} title=${text}>${NO_VALUE}</div>`;
  }

  #description({ samples, fromT, sinceT }: Seen, windowMs: number): string {
    const { status } = this;
    const { name } = this.held;
    const { words, language, timeZone } = this.locale;
    const duration = { format: 'duration', language } as const;
    const span = words.chartSpan(name, written(windowMs / 1000, duration, undefined).text);
    const values = samples.flatMap(({ t, value }) => (value === null || t < fromT ? [] : [value]));
    const nowMs = this.live.serverNow();
    const since =
      sinceT === undefined ? '' : words.sinceAgo(momentName(sinceT, { language, timeZone, nowMs }));
    const problem = status === 'stale' || status === 'offline' ? words[status] : '';
    return words.listed(
      [span, since, this.#figures(values, samples.at(-1)?.value), problem].filter(Boolean),
    );
  }

  #figures(values: number[], now: number | null | undefined): string {
    const { words, language, timeZone } = this.locale;
    const { valueMeta: meta } = this.held;
    const nowMs = this.live.serverNow();
    if (values.length === 0) return words.noValue;
    const options = formatOptions(this, { language, timeZone, nowMs, meta });
    const text = (value: number | null | undefined): string =>
      isMissing(value) ? words.noValue : written(value, options, this.formatter).text;
    return words.chartFigures({
      now: text(now),
      low: text(Math.min(...values)),
      high: text(Math.max(...values)),
      mean: text(values.reduce((a, b) => a + b, 0) / values.length),
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-sparkline': LpSparkline;
  }
}
