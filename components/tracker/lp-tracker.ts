import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Update } from '../client/index.ts';
import { staleAfterMs } from '../data/data-status.ts';
import { updateOfList } from '../data/entry-list.ts';
import { isRecord } from '../data/payload.ts';
import { ClockController } from '../element/clock-controller.ts';
import { cssProperty } from '../element/css-property.ts';
import { icon } from '../shared/icons.ts';
import { LpElement } from '../element/lp-element.ts';
import { countText } from '../format/plural.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { TimeOptions } from './bucket-text.ts';
import { axisTime, bucketText } from './bucket-text.ts';
import type { Bucket, Check } from './buckets.ts';
import { bucketIndex, bucketsOf, checkLevel, tally } from './buckets.ts';
import { trackerStyles } from './tracker-styles.ts';

const DEFAULT_WINDOW_MS = 3_600_000;
const DEFAULT_BUCKETS = 30;
const MOST_BUCKETS = 200;
const ICONS = { ok: 'check', warn: 'warn', danger: 'danger' } as const;

/**
 * `<lp-tracker channel="health" window="24h">`: how a thing has been, one bar per span of time, each as bad as the worst of it.
 * What is not known is hollow, never good. Time runs from left to right in every script.
 *
 * Keyboard: the bars are one stop; arrow keys, Home and End read them, Escape hides the tip.
 *
 * @csspart bars - the bars
 * @csspart bucket - one bar
 * @csspart tooltip - what is known of the bar under pointer or focus
 * @csspart start - the time at which the bars begin
 * @csspart end - and end
 * @csspart legend - the levels, with their counts
 * @cssprop --lp-tracker-height - of the bars
 */
export class LpTracker extends LpElement {
  static override historyEntries = 5000;
  static override styles: CSSResultGroup = [LpElement.styles, trackerStyles];
  static override properties: PropertyDeclarations = {
    window: {},
    buckets: { type: Number },
    warn: { type: Number },
    danger: { type: Number },
  };

  /** How far back. Default `1h`. */
  declare window: string | undefined;
  /** How many bars, at most 200. Default `30`. */
  declare buckets: number | undefined;
  /** From here on: a warning, where values are numbers. */
  declare warn: number | undefined;
  /** From here on: critical. Below `warn`, low values are the bad ones. */
  declare danger: number | undefined;

  #buckets: Bucket[] = [];
  #nowMs = 0;
  #index = 0;
  /** Start of the bar that is read. */
  #read: number | undefined;
  /** Start of the bar that a tab stop leads to. */
  #stop: number | undefined;
  #isTipHidden = false;

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
    const { held } = this;
    const { lostMs } = this.live;
    const knownUntilMs = lostMs === undefined ? nowMs : nowMs - lostMs;
    const holdMs = staleAfterMs(parseDurationMs(this.staleAfter), held.meta.ttl);
    const checks = held.history.map((entry) => this.#check(entry.t, entry.d, held.read(entry)));
    this.#buckets = bucketsOf(checks, { windowMs, buckets, nowMs, knownUntilMs, holdMs });
    this.#index = bucketIndex(nowMs, windowMs, buckets);
    const { payload, value } = held;
    this.setLevel(held.hasData ? this.#levelOf(payload, value) : undefined, value);
  }

  protected override renderBody(): TemplateResult {
    const { words, language } = this.locale;
    const { name } = this.held;
    const time = this.#time();
    const first = this.#buckets[0]?.fromMs ?? 0;
    return html`<div class="chart" @pointerleave=${this.#onLeave} @pointerover=${this.#onPoint}>
        ${this.#tip(time)}
        <div
          class="bars"
          part="bars"
          role="list"
          aria-label=${name || nothing}
          aria-description=${words.trackerHelp}
          @keydown=${this.#onKey}
          @focusin=${this.#onPoint}
          @focusout=${this.#onLeave}
        >${repeat(
          this.#buckets,
          ({ fromMs }) => fromMs,
          (bucket) => this.#bar(bucket, time),
        )}</div>
      </div>
      <div class="axis" aria-hidden="true">
        <span part="start">${axisTime(first, time)}</span><span part="end">${words.trackerNow}</span>
      </div>
      <ul class="legend" part="legend" role="list">${legend(this.#buckets).map(
        ({ kind, count }) => html`<li>
          <span class="swatch ${kind}" aria-hidden="true"></span
          ><span>${kind === 'none' ? words.trackerNone : words[kind]}</span> <strong>${countText(language, count)}</strong>
        </li>`,
      )}</ul>`;
  }

  // A bar that was read until it left the window hands the focus on.
  protected override update(changed: PropertyValues): void {
    const hadFocus = this.shadowRoot?.activeElement?.matches('.bucket') ?? false;
    super.update(changed);
    if (!hadFocus || this.shadowRoot?.activeElement) return;
    this.#focus(0);
  }

  #tick(): void {
    if (this.paused) return;
    const { windowMs, buckets } = this.#choices();
    if (bucketIndex(this.live.serverNow(), windowMs, buckets) !== this.#index) this.requestUpdate();
  }

  #bar(bucket: Bucket, time: TimeOptions): TemplateResult {
    const { fromMs, level } = bucket;
    const isShown = fromMs === this.#read;
    return html`<span
      class="bucket ${level ?? 'none'} ${isShown ? 'shown' : ''}"
      part="bucket"
      role="listitem"
      tabindex=${fromMs === this.#stopMs() ? 0 : -1}
      aria-label=${bucketText(bucket, this.locale.words, time).whole}
      data-from=${fromMs}
    ></span>`;
  }

  #tip(time: TimeOptions): TemplateResult {
    const at = this.#buckets.findIndex(({ fromMs }) => fromMs === this.#read);
    const bucket = this.#buckets[at];
    if (!bucket || this.#isTipHidden) return html`<div class="tip" part="tooltip" hidden></div>`;
    const { period, level, details } = bucketText(bucket, this.locale.words, time);
    const share = (at + 0.5) / this.#buckets.length;
    return html`<div class="tip" part="tooltip" role="tooltip" aria-hidden="true" ${cssProperty('--_at', share)}>
      <strong>${bucket.level ? icon(ICONS[bucket.level]) : nothing}${level}</strong>
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

  #check(t: number, payload: unknown, value: unknown): Check {
    const text = isRecord(payload) ? (payload['message'] ?? payload['text']) : undefined;
    const note = typeof text === 'string' && text !== '' ? text : undefined;
    return { t, level: this.#levelOf(payload, value), note };
  }

  #levelOf(payload: unknown, value: unknown): Check['level'] {
    const { warn, danger } = this;
    return checkLevel(payload, value, { warn, danger });
  }

  #stopMs(): number | undefined {
    const known = this.#buckets.some(({ fromMs }) => fromMs === this.#stop);
    return known ? this.#stop : this.#buckets.at(-1)?.fromMs;
  }

  #show(fromMs: number | undefined): void {
    this.#read = fromMs;
    this.#isTipHidden = false;
    this.requestUpdate();
  }

  #focus(index: number): void {
    this.renderRoot.querySelectorAll<HTMLElement>('.bucket')[index]?.focus();
  }

  #onPoint = (event: Event): void => {
    const bar = (event.target as Element).closest<HTMLElement>('.bucket');
    if (!bar) return;
    const fromMs = Number(bar.dataset['from']);
    const isFocus = event.type === 'focusin';
    if (isFocus) this.#stop = fromMs;
    if (isFocus || fromMs !== this.#read) this.#show(fromMs);
  };

  #onLeave = (): void => {
    const focused = this.shadowRoot?.activeElement as HTMLElement | null | undefined;
    this.#show(focused?.matches('.bucket') ? Number(focused.dataset['from']) : undefined);
  };

  #onKey = (event: KeyboardEvent): void => {
    const last = this.#buckets.length - 1;
    const at = this.#buckets.findIndex(({ fromMs }) => fromMs === this.#read);
    const steps: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape' && !this.#isTipHidden) {
      this.#isTipHidden = true;
      this.requestUpdate();
      return;
    }
    const to = steps[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#focus(Math.min(last, Math.max(0, to)));
  };
}

const KINDS = ['ok', 'warn', 'danger', 'none'] as const;

function legend(buckets: readonly Bucket[]): { kind: (typeof KINDS)[number]; count: number }[] {
  const counts = tally(buckets);
  return KINDS.map((kind) => ({ kind, count: counts[kind] }));
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-tracker': LpTracker;
  }
}
