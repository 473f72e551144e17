import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { css, html } from 'lit';
import type { Update } from '../client/index.ts';
import { staleAfterMs } from '../data/data-status.ts';
import { updateOfList } from '../data/entry-list.ts';
import { LpDataElement } from '../element/lp-data-element.ts';
import { base, tokens } from '../element/theme.ts';
import { isMissing } from '../format/format.ts';
import type { FormatAttributes } from '../format/format-attributes.ts';
import { formatOptions, formatProperties, written } from '../format/format-attributes.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { Sample } from './samples.ts';
import { lastOf, samplesOf } from './samples.ts';
import { spark, sparkStyles } from './spark.ts';
import { sparkPaths } from './spark-path.ts';

const DEFAULT_WINDOW_MS = 300_000;

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
 * `<lp-sparkline channel="cpu" format="percent">`: the course of a number, as small as a word. For screen readers it is a
 * picture with its figures. Time runs from left to right, in every script.
 *
 * @csspart base - the picture
 */
export class LpSparkline extends LpDataElement {
  static override historyEntries = 2000;
  static override styles: CSSResultGroup = [tokens, base, sparkStyles, styles];
  static override properties: PropertyDeclarations = {
    ...formatProperties,
    window: {},
    min: { type: Number },
    max: { type: Number },
  };

  /** A list is a history of its own: numbers, or records with their time. */
  protected override updateOf(payload: unknown): Update {
    return updateOfList(payload, this.live.serverNow()) ?? super.updateOf(payload);
  }

  protected override render(): TemplateResult {
    const { held } = this;
    const samples = samplesOf(held.history, (entry) => held.read(entry));
    const windowMs = parseDurationMs(this.window) ?? DEFAULT_WINDOW_MS;
    const isList = Array.isArray(held.value);
    const seen = isList ? samples : lastOf(samples, windowMs);
    const gapMs = isList ? undefined : staleAfterMs(undefined, held.meta.ttl);
    const { min, max } = this;
    const paths = sparkPaths(seen, { gapMs, min: min ?? undefined, max: max ?? undefined });
    return html`<div class="base" part="base" role="img" aria-label=${this.#description(seen, windowMs)}
      >${spark(paths)}</div>`;
  }

  #description(samples: Sample[], windowMs: number): string {
    const { status } = this;
    const { name } = this.held;
    const { words, language } = this.locale;
    const duration = { format: 'duration', language } as const;
    const span = words.chartSpan(name, written(windowMs / 1000, duration, undefined).text);
    const values = samples.flatMap(({ value }) => (value === null ? [] : [value]));
    const trouble = status === 'stale' || status === 'offline' ? words[status] : '';
    return words.listed(
      [span, this.#figures(values, samples.at(-1)?.value), trouble].filter(Boolean),
    );
  }

  #figures(values: number[], now: number | null | undefined): string {
    const { words, language, timeZone } = this.locale;
    const { meta } = this.held;
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
