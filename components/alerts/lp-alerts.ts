import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { html, noChange, nothing } from 'lit';
import { staleAfterMs } from '../data/data-status.ts';
import { type HoldsOptions, statedIn } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import type { LimitAttributes } from '../element/limits.ts';
import { limitProperties, limitsOf } from '../element/limits.ts';
import { LpDataElement } from '../element/lp-data-element.ts';
import { hostStyles } from '../element/host-styles.ts';
import { controlStyles, tokens } from '../element/theme.ts';
import { roughSpan } from '../format/format-duration.ts';
import { ageText } from '../format/format-moment.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { ALERTS } from '../locale/words/en/alerts.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { icon } from '../shared/icons.ts';
import { repeat } from '../shared/repeat.ts';
import type { Alert, Situation } from './alert-rows.ts';
import { situationOf } from './alert-rows.ts';
import { alertStyles } from './alert-styles.ts';

export type * from '../element/element-types.ts';
export type { Alert } from './alert-rows.ts';

const LIMIT = 3;
/** Durations are mostly minutes, so they are updated at intervals of this many ms. */
const STEP_MS = 10_000;

/** Attributes of `lp-alerts`. */
export interface AlertsAttributes extends LimitAttributes {
  /** Maximum number of alerts shown; for the others only their number is shown. Default `3`. */
  limit: number | undefined;
}

export interface LpAlerts extends AlertsAttributes {}

/**
 * `<lp-alerts slot="alerts" channel="services">` in a dashboard: the series of a channel with a warning or a critical level, worst
 * first, with the time that it has lasted; without any, "All 12 up". While the connection is lost or the data are old, that is
 * shown instead.
 *
 * @csspart base - the whole element
 * @csspart count - number of series in a good state
 * @csspart alert - one alert
 * @csspart what - what is wrong
 * @csspart for - how long it has lasted
 * @csspart detail - the publisher's text about it
 */
export class LpAlerts extends LpDataElement {
  static override holds: HoldsOptions = { entries: 500, single: false };
  static override words: WordsPatch = ALERTS;
  static override styles: CSSResultGroup = [tokens, hostStyles, controlStyles, alertStyles];
  static override properties: PropertyDeclarations = {
    limit: { type: Number },
    ...limitProperties,
  };

  #nowMs = 0;

  constructor() {
    super();
    new ClockController(this, () => this.#tick());
  }

  /** Current alerts, worst first; empty while they are unknown. */
  get alerts(): readonly Alert[] {
    return this.#situation().alerts;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.internals.role = 'group';
  }

  protected override willUpdate(): void {
    if (this.#isDue) this.#nowMs = this.live.serverNow();
    this.internals.ariaLabel = this.held.name || null;
  }

  protected override render(): TemplateResult {
    const body = this.state.attempt('draw', () => ({ drawn: this.#body() }));
    return html`<div class="base" part="base">${body ? body.drawn : noChange}</div>`;
  }

  #body(): unknown {
    const { words } = this.locale;
    if (!this.held.hasData) return nothing;
    const situation = this.#situation();
    const { alerts } = situation;
    const shown = alerts.slice(0, this.limit && this.limit > 0 ? Math.floor(this.limit) : LIMIT);
    const more = alerts.length - shown.length;
    return html`${this.#count(situation)}${
      shown.length === 0
        ? nothing
        : html`<ul class="strip" role="list">${repeat(
            shown,
            ({ key }) => key,
            (alert) => this.#alert(alert),
          )}</ul>`
    }${more > 0 ? html`<span class="more">${words.moreRows(more)}</span>` : nothing}`;
  }

  #count({ alerts, good, judged, goodWord, unknown }: Situation): TemplateResult | typeof nothing {
    const { words } = this.locale;
    const { status } = this;
    if (this.state.old || status === 'offline' || status === 'stale')
      return html`<p class="count" part="count">${words[status === 'offline' ? 'offline' : 'stale']}</p>`;
    if (judged === 0) return nothing;
    const word = goodWord || words.ok;
    const isGood = alerts.length === 0 && unknown === 0;
    if (isGood)
      return html`<p class="count good" part="count">${icon('check')}<bdi>${words.alertsNone(good, word)}</bdi></p>`;
    return html`<p class="count" part="count"><bdi>${words.alertsCount(good, judged + unknown, word)}</bdi></p>`;
  }

  #alert({ level, what, sinceMs, detail }: Alert): TemplateResult {
    const { words, language } = this.locale;
    const ms = this.#nowMs - sinceMs;
    return html`<li class="alert ${level}" part="alert">${icon(level)}<span class="what" part="what" title=${what}
        ><span class="sr">${words[level]}: </span><bdi>${what}</bdi></span
      ><span class="for" part="for">${ms < STEP_MS ? ageText(0, language) : roughSpan(ms, language)}</span>${
        detail
          ? html`<span class="detail" part="detail" title=${detail}><bdi>${detail}</bdi></span>`
          : nothing
      }</li>`;
  }

  #situation(): Situation {
    const { held } = this;
    return situationOf(held.series, {
      name: held.name,
      limits: limitsOf(this, held.valueMeta),
      nowMs: this.#nowMs || this.live.serverNow(),
      staleAfterMs: staleAfterMs(parseDurationMs(this.staleAfter), held.meta.ttl),
      read: (entry) => statedIn(entry, held, this),
    });
  }

  get #isDue(): boolean {
    return Math.abs(this.live.serverNow() - this.#nowMs) >= STEP_MS;
  }

  #tick(): void {
    if (!this.paused && this.#isDue) this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-alerts': LpAlerts;
  }
}
