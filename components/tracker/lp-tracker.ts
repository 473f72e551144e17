import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Update } from '../client/index.ts';
import { unreadable } from '../data/data-error.ts';
import { updateOfList } from '../data/entry-list.ts';
import type { DataEntry } from '../data/held.ts';
import { levelOnly } from '../data/states.ts';
import { isOwnValue } from '../data/value-meta.ts';
import { ClockController } from '../element/clock-controller.ts';
import { cssProperty } from '../element/css-property.ts';
import { solidDangerStyles } from '../element/card/card-styles.ts';
import { LpElement } from '../element/lp-element.ts';
import type { HoldsOptions } from '../element/channel-data.ts';
import type { LimitAttributes } from '../element/limits.ts';
import { limitProperties, limitsOf } from '../element/limits.ts';
import { countText } from '../format/plural.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { Words } from '../locale/messages.ts';
import { icon } from '../shared/icons.ts';
import { repeat } from '../shared/repeat.ts';
import { BarReader } from './bar-reader.ts';
import type { TimeOptions } from './bucket-text.ts';
import { axisTime, bucketText } from './bucket-text.ts';
import type { Bucket } from './buckets.ts';
import { bucketIndex, bucketsOf, tally } from './buckets.ts';
import type { Lane } from './lanes.ts';
import { lanesOf, unreadOf, worstOf } from './lanes.ts';
import { trackerStyles } from './tracker-styles.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { TRACKER } from '../locale/words/en/tracker.ts';

const DEFAULT_WINDOW_MS = 3_600_000;
const DEFAULT_BUCKETS = 30;
const MOST_BUCKETS = 200;
/** Rows of bars at most; further series are counted. */
const MOST_LANES = 24;
const ICONS = { ok: 'check', warn: 'warn', danger: 'danger' } as const;

/** Attributes of `lp-tracker`. */
export interface TrackerAttributes extends LimitAttributes {
  /** Time span of the bars, up to now by the server's clock. Default `1h`. */
  window: string | undefined;
  /** Number of bars, at most 200. Default `30`. */
  buckets: number | undefined;
}

export interface LpTracker extends TrackerAttributes {}

/**
 * `<lp-tracker channel="health" window="24h">`: how a thing has been, one bar per span of time, each as bad as the worst check in
 * it; a row of bars for each series. A check holds until the next one, at most for twice the channel's `ttl`, without one for
 * four usual steps of the checks. What is not known is hollow, never good. Time runs from left to right in every script.
 *
 * Keyboard: the bars are one stop; arrow keys, Home and End read them, Escape hides the tip.
 *
 * @csspart lane - name of a series
 * @csspart bars - the bars
 * @csspart bucket - one bar
 * @csspart tooltip - what is known of the bar under pointer or focus
 * @csspart start - the time at which the bars begin
 * @csspart end - and end
 * @csspart legend - the levels, with their counts
 * @cssprop --lp-tracker-height - of the bars
 */
export class LpTracker extends LpElement {
  static override holds: HoldsOptions = { entries: 5000, single: false };
  static override words: WordsPatch = TRACKER;
  static override styles: CSSResultGroup = [LpElement.styles, trackerStyles, solidDangerStyles];
  static override properties: PropertyDeclarations = {
    window: {},
    buckets: { type: Number },
    ...limitProperties,
  };

  #lanes: Lane[] = [];
  #nowMs = 0;
  #index = 0;
  readonly #reader = new BarReader(this, () => this.#lanes);

  /** A list is a history: words, numbers, or records with their time. */
  protected override updateOf(payload: unknown): Update {
    return updateOfList(payload, this.live.serverNow()) ?? super.updateOf(payload);
  }

  constructor() {
    super();
    new ClockController(this, () => this.#tick());
  }

  protected override willUpdate(): void {
    const { windowMs, buckets } = this.#choices();
    if (!this.paused || this.#nowMs === 0) this.#nowMs = this.live.serverNow();
    const nowMs = this.#nowMs;
    this.#lanes = this.#lanesAt(nowMs);
    this.#index = bucketIndex(nowMs, windowMs, buckets);
    this.setLevel(levelOnly(worstOf(this.#lanes)), this.held.value);
    this.state.attempt('choose', () => {
      const shape = unreadOf(this.#lanes);
      if (shape !== undefined)
        throw unreadable(shape, 'no state, and no number with warn or danger');
    });
  }

  #lanesAt(nowMs: number): Lane[] {
    const { held } = this;
    const { lostMs } = this.live;
    const { windowMs, buckets } = this.#choices();
    const span = { windowMs, buckets, nowMs };
    const lanes = lanesOf(held.series, {
      ...span,
      knownUntilMs: lostMs === undefined ? nowMs : nowMs - lostMs,
      limits: limitsOf(this, held.valueMeta),
      staleAfterMs: parseDurationMs(this.staleAfter),
      ttl: held.meta.ttl,
      read: (entry) => this.#readEntry(entry),
    });
    if (lanes.length > 0) return lanes;
    const hollow = bucketsOf([], { ...span, holdMs: 0 });
    return [{ key: '', name: '', buckets: hollow, level: undefined }];
  }

  /** A payload's own `status` says nothing of another field. */
  #readEntry(entry: DataEntry): { payload: unknown; value: unknown } {
    const value = this.held.read(entry);
    return { payload: isOwnValue(this.field) && !this.transform ? entry.d : value, value };
  }

  protected override renderBody(): TemplateResult {
    const { words, language } = this.locale;
    const time = this.#time();
    const lanes = this.#lanes.slice(0, MOST_LANES);
    const more = this.#lanes.length - lanes.length;
    const first = lanes[0]?.buckets[0]?.fromMs ?? 0;
    return html`<div
        class="lanes ${lanes.length > 1 ? 'named' : ''}"
        @pointerleave=${this.#reader.onLeave}
        @pointerover=${this.#reader.onPoint}
        @keydown=${this.#reader.onKey}
        @focusin=${this.#reader.onPoint}
        @focusout=${this.#reader.onLeave}
      >${repeat(
        lanes,
        ({ key }) => key,
        (lane) => this.#lane(lane, time),
      )}</div>
      ${more > 0 ? html`<p class="more">${words.moreRows(more)}</p>` : nothing}
      <div class="axis" aria-hidden="true">
        <span part="start">${axisTime(first, time)}</span><span part="end">${words.trackerNow}</span>
      </div>
      <ul class="legend" part="legend" role="list">${legend(this.#lanes).map(
        ({ kind, count }) => html`<li>
          <span class="swatch ${kind}" aria-hidden="true"></span
          ><span>${kindText(kind, words)}</span> <strong>${countText(language, count)}</strong>
        </li>`,
      )}</ul>`;
  }

  #lane(lane: Lane, time: TimeOptions): TemplateResult {
    const { words } = this.locale;
    const { name } = this.held;
    const label = words.listed([name, lane.name].filter(Boolean));
    return html`<div class="lane">
      ${this.#lanes.length > 1 ? html`<span class="name" part="lane" aria-hidden="true"><bdi>${breakable(lane.name)}</bdi></span>` : nothing}
      <div class="chart">
        ${this.#tip(lane, time)}
        <div
          class="bars"
          part="bars"
          role="list"
          aria-label=${label || nothing}
          aria-description=${words.trackerHelp}
        >${repeat(
          lane.buckets,
          ({ fromMs }) => fromMs,
          (bucket) => this.#bar(lane, bucket, time),
        )}</div>
      </div>
    </div>`;
  }

  #tick(): void {
    if (this.paused) return;
    const { windowMs, buckets } = this.#choices();
    if (bucketIndex(this.live.serverNow(), windowMs, buckets) !== this.#index) this.requestUpdate();
  }

  #bar({ key }: Lane, bucket: Bucket, time: TimeOptions): TemplateResult {
    const { fromMs, level } = bucket;
    const place = { key, fromMs };
    return html`<span
      class="bucket ${level ?? 'unknown'} ${this.#reader.isRead(place) ? 'shown' : ''}"
      part="bucket"
      role="listitem"
      tabindex=${this.#reader.isStop(place) ? 0 : -1}
      aria-label=${bucketText(bucket, this.locale.words, time).whole}
      data-key=${key}
      data-from=${fromMs}
    ></span>`;
  }

  #tip({ key, buckets }: Lane, time: TimeOptions): TemplateResult {
    const at = buckets.findIndex(({ fromMs }) => this.#reader.isTipShown({ key, fromMs }));
    const bucket = buckets[at];
    if (!bucket) return html`<div class="tip" part="tooltip" hidden></div>`;
    const { period, level, details } = bucketText(bucket, this.locale.words, time);
    const share = (at + 0.5) / buckets.length;
    const sign = bucket.level && bucket.level !== 'none' ? icon(ICONS[bucket.level]) : nothing;
    return html`<div class="tip" part="tooltip" role="tooltip" aria-hidden="true" ${cssProperty('--_at', share)}>
      <strong>${sign}${level}</strong>
      <span>${period}</span>${details.map((detail) => html`<span dir="auto">${detail}</span>`)}
    </div>`;
  }

  #choices(): { windowMs: number; buckets: number } {
    const windowMs = parseDurationMs(this.window) ?? DEFAULT_WINDOW_MS;
    const wanted = Math.floor(this.buckets ?? 0);
    return {
      windowMs: windowMs > 0 && Number.isFinite(windowMs) ? windowMs : DEFAULT_WINDOW_MS,
      buckets: wanted > 0 ? Math.min(wanted, MOST_BUCKETS) : DEFAULT_BUCKETS,
    };
  }

  #time(): TimeOptions {
    const { language, timeZone } = this.locale;
    const { windowMs, buckets } = this.#choices();
    return { windowMs, sizeMs: windowMs / buckets, language, timeZone };
  }
}

/** Names of hosts and the like break after their punctuation, not within words. */
const breakable = (name: string): unknown[] =>
  name.split(/(?<=[-._/:@])/).map((part, n) => (n === 0 ? part : html`<wbr>${part}`));

type Kind = 'ok' | 'warn' | 'danger' | 'none' | 'unknown';

/** States without a level have their place in the legend only where there are some. */
function legend(lanes: readonly Lane[]): { kind: Kind; count: number }[] {
  const counts = tally(lanes.flatMap(({ buckets }) => buckets));
  const judged = counts.ok + counts.warn + counts.danger;
  const kinds: Kind[] = judged > 0 || counts.none === 0 ? ['ok', 'warn', 'danger'] : [];
  if (counts.none > 0) kinds.push('none');
  return [...kinds, 'unknown' as const].map((kind) => ({ kind, count: counts[kind] }));
}

function kindText(kind: Kind, words: Words): string {
  if (kind === 'unknown') return words.trackerNone;
  return kind === 'none' ? words.trackerNeutral : words[kind];
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-tracker': LpTracker;
  }
}
