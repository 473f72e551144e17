import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, nothing, unsafeCSS } from 'lit';
import type { Update } from '../client/index.ts';
import { unreadable } from '../data/data-error.ts';
import { updateOfList } from '../data/entry-list.ts';
import type { DataEntry } from '../data/held.ts';
import type { Judgement } from '../data/level-watch.ts';
import { levelOnly } from '../data/states.ts';
import { solidDangerStyles } from '../element/card/card-styles.ts';
import { type ElementStep, type HoldsOptions, statedIn } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import type { LimitAttributes } from '../element/limits.ts';
import { limitProperties, limitsOf } from '../element/limits.ts';
import { LpElement } from '../element/lp-element.ts';
import { WholeRows } from '../element/whole-rows.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { TRACKER } from '../locale/words/en/tracker.ts';
import { RowChildren } from '../row/row-children.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { repeat } from '../shared/repeat.ts';
import { bucketsOf } from './buckets.ts';
import { LanePast } from './lane-past.ts';
import { LaneReader } from './lane-reader.ts';
import type { LaneScene } from './lane-view.ts';
import { axisOf, chartOf, factsOf, laneRow, wordOf } from './lane-view.ts';
import type { Lane, LaneOptions } from './lanes.ts';
import { checkOf, laneOfRow, lanesOf, unreadOf } from './lanes.ts';
import { courseOf } from './runs.ts';
import { trackerStyles } from './tracker-styles.ts';

export type * from '../element/element-types.ts';

const DEFAULT_WINDOW_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DEFAULT_BUCKETS = 30;
const MOST_BUCKETS = 200;
/** Maximum number of lanes; of further series only the number is shown. */
const MOST_LANES = 24;
/** In windows up to this length, ms, durations include seconds. */
const SHORT_MS = 600_000;
/** Number of steps per window in which a time line moves. */
const TIMELINE_STEPS = 400;
/** A critical state fills the card only if there is a single series. */
const solidIfSingle = unsafeCSS(
  solidDangerStyles.cssText.replaceAll(
    ':state(level-danger)',
    ':state(level-danger):not(:state(several))',
  ),
);

/** Attributes of `lp-tracker`. */
export interface TrackerAttributes extends LimitAttributes {
  /** `bars`: one bar per span of time, coloured by the worst check in it; `timeline`: each state from its beginning to its end. Default `bars`. */
  variant: 'bars' | 'timeline' | undefined;
  /** Time span that is shown, up to now by the server's clock. Default `1h`. */
  window: string | undefined;
  /** Number of bars, at most 200. Default: one a day for a window of 14 to 200 days, else `30`. */
  buckets: number | undefined;
}

export interface LpTracker extends TrackerAttributes {}

/**
 * `<lp-tracker channel="health" window="24h">`: the history of a state, the current state and since when it has lasted, and the
 * share of good time; one lane for each series. A check is valid until the next one, at most for twice the channel's `ttl`, or
 * without a `ttl` for four usual intervals of the checks. Unknown time is hollow and never good. Time runs from left to right in
 * every script.
 *
 * Keyboard: the lanes are one tab stop; arrow keys, Home and End read them, Escape hides the tooltip.
 *
 * @csspart lane - name of a series
 * @csspart bars - the bars, or the time line
 * @csspart bucket - one bar, or one state of a time line
 * @csspart tooltip - details of the span under pointer or focus
 * @csspart state - state of a series now
 * @csspart since - start of the current state; for a bad one, its duration
 * @csspart share - share of good time, or time in a state that is neither good nor bad
 * @csspart start - the time at which the lanes begin
 * @csspart end - the time at which the lanes end
 * @cssprop --lp-tracker-height - height of the bars
 * @cssState several - shows several series
 */
export class LpTracker extends LpElement {
  static override holds: HoldsOptions = { entries: 5000, single: false };
  static override words: WordsPatch = TRACKER;
  static override styles: CSSResultGroup = [LpElement.styles, trackerStyles, solidIfSingle];
  static override properties: PropertyDeclarations = {
    variant: oneOf(['bars', 'timeline']),
    window: {},
    buckets: { type: Number },
    ...limitProperties,
  };

  #lanes: Lane[] = [];
  #drawn: Lane[] = [];
  #nowMs = 0;
  #index = 0;
  #newest: DataEntry | undefined;
  #children = new RowChildren(this, 'lp-row', () => undefined);
  #past = new LanePast(this, { live: this.live, locale: this.locale, held: this.held });
  #reader = new LaneReader(this, () => this.#drawn);
  #whole = new WholeRows(this, {
    frame: () => this.renderRoot.querySelector('.lanes'),
    rows: () => this.renderRoot.querySelectorAll('.lane'),
  });

  constructor() {
    super();
    new ClockController(this, () => {
      if (!this.paused && this.#step(this.live.serverNow()) !== this.#index) this.requestUpdate();
    });
  }

  protected override get example(): unknown {
    return { status: 'up' };
  }

  /** A list of words, numbers, or records with their time is a history. */
  protected override updateOf(payload: unknown): Update {
    return updateOfList(payload, this.live.serverNow()) ?? super.updateOf(payload);
  }

  /** The current state, in the publisher's word. */
  protected override get levelWord(): string | undefined {
    const [lane] = this.#lanes;
    const current = this.#lanes.length === 1 ? lane?.course.current : undefined;
    return current && (current.word || wordOf(current.level, this.locale.words));
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#advance(changed.size > 0 || this.#children.specs.length > 0);
    this.#lanes = this.#lanesAt(this.#nowMs);
    this.#drawn = worstOf(this.#lanes, this.#whole.of(Math.min(this.#lanes.length, MOST_LANES)));
    const { states } = this.internals;
    if (this.#lanes.length > 1) states.add('several');
    else states.delete('several');
    const { value } = this.held;
    this.setLevels(
      this.#lanes.map(({ key, name, level }) => ({ key, name, level: levelOnly(level), value })),
      true,
    );
    this.state.attempt('choose', () => {
      const shape = unreadOf(this.#lanes);
      if (shape !== undefined)
        throw unreadable(shape, 'no state, and no number with warn or danger');
    });
  }

  /** Advances the time of the bars if that is visible: an update without new data changes nothing. */
  #advance(isChanged: boolean): void {
    const { newest } = this.held;
    const nowMs = this.live.serverNow();
    const index = this.#step(nowMs);
    const isSame = !isChanged && newest === this.#newest && index === this.#index;
    if (this.#nowMs !== 0 && (this.paused || isSame)) return;
    this.#nowMs = nowMs;
    this.#newest = newest;
    this.#index = index;
  }

  #lanesAt(nowMs: number): Lane[] {
    const { held } = this;
    const { lostMs } = this.live;
    const { windowMs, buckets } = this.#choices();
    const isTimeline = this.variant === 'timeline';
    const past = this.#past.of({ windowMs, buckets, nowMs, isTimeline });
    const span = { windowMs, buckets, nowMs, edges: past.edges };
    const options: LaneOptions = {
      ...span,
      ...past,
      isTimeline,
      knownUntilMs: lostMs === undefined ? nowMs : nowMs - lostMs,
      limits: limitsOf(this, held.valueMeta),
      staleAfterMs: parseDurationMs(this.staleAfter),
      ttl: held.meta.ttl,
      read: (entry) => statedIn(entry, held, this),
    };
    const { specs, data } = this.#children;
    const lanes =
      specs.length > 0
        ? data.map((row, n) => laneOfRow(row, n, { ...options, around: this }))
        : lanesOf(held.series, options);
    if (lanes.length > 0) return lanes;
    const none = { ...span, holdMs: 0 };
    const spans = isTimeline ? [] : bucketsOf([], none);
    return [{ key: '', name: '', spans, level: undefined, course: courseOf([], none) }];
  }

  protected override judge({ entries }: Pick<ElementStep, 'entries'>): Judgement[] {
    if (this.#children.specs.length > 0) return []; // their rows are judged when they are drawn
    const limits = limitsOf(this, this.held.valueMeta);
    const read = (entry: DataEntry): { payload: unknown; value: unknown } =>
      statedIn(entry, this.held, this);
    return entries.map((entry) => {
      const level = levelOnly(checkOf(entry, { limits, read }).level);
      return { key: entry.k ?? '', level, value: read(entry).value, t: entry.t };
    });
  }

  protected override renderBody(): TemplateResult {
    const scene = this.#scene();
    const shown = this.#drawn;
    const [only] = shown;
    const isNamed = this.#lanes.length > 1;
    const more = this.#lanes.length - shown.length;
    const { reader } = scene;
    return html`<div
        class="lanes ${isNamed ? 'named' : ''}"
        @pointerleave=${reader.onLeave}
        @pointerover=${reader.onPoint}
        @keydown=${reader.onKey}
        @focusin=${reader.onPoint}
        @focusout=${reader.onLeave}
      >${
        isNamed || !only
          ? repeat(
              shown,
              ({ key }) => key,
              (lane) => laneRow(lane, scene),
            )
          : chartOf(only, scene)
      }</div>
      ${more > 0 ? html`<p class="more">${scene.words.moreRows(more)}</p>` : nothing}
      ${scene.isTimeline || isNamed ? axisOf(scene) : nothing}
      ${!isNamed && only ? factsOf(only, scene) : nothing}`;
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="bones"></div>`;
  }

  #scene(): LaneScene {
    const { language, timeZone } = this.locale;
    const { windowMs, buckets } = this.#choices();
    const sizeMs = this.variant === 'timeline' ? 60_000 : windowMs / buckets;
    return {
      lanes: this.#lanes,
      name: this.held.name,
      words: this.locale.words,
      time: { windowMs, sizeMs, language, timeZone },
      nowMs: this.#nowMs,
      isTimeline: this.variant === 'timeline',
      reader: this.#reader,
    };
  }

  /** Returns the number of the current step of time. Bars move by one bar, a time line by small steps; durations are written to the minute. */
  #step(nowMs: number): number {
    const { windowMs, buckets } = this.#choices();
    const steps = this.variant === 'timeline' ? TIMELINE_STEPS : buckets;
    const stepMs = Math.min(windowMs / steps, windowMs > SHORT_MS ? 60_000 : 5_000);
    return Math.floor(nowMs / stepMs);
  }

  #choices(): { windowMs: number; buckets: number } {
    const parsedMs = parseDurationMs(this.window) ?? DEFAULT_WINDOW_MS;
    const windowMs = parsedMs > 0 && Number.isFinite(parsedMs) ? parsedMs : DEFAULT_WINDOW_MS;
    const wanted = Math.floor(this.buckets ?? 0);
    const buckets = wanted > 0 ? Math.min(wanted, MOST_BUCKETS) : usualBuckets(windowMs / DAY_MS);
    return { windowMs, buckets };
  }
}

/** Returns the number of bars of a window: one a day where that is few enough. */
const usualBuckets = (days: number): number =>
  Number.isInteger(days) && days >= 14 && days <= MOST_BUCKETS ? days : DEFAULT_BUCKETS;

/** Returns the given number of lanes in their order; where there are more, those with the worst level. */
function worstOf(lanes: readonly Lane[], count: number): Lane[] {
  const rank = ({ level }: Lane): number => (level === 'danger' ? 0 : level === 'warn' ? 1 : 2);
  const worst = lanes.toSorted((a, b) => rank(a) - rank(b)).slice(0, count);
  return lanes.filter((lane) => worst.includes(lane));
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-tracker': LpTracker;
  }
}
