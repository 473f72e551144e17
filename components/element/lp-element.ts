/**
 * How to write a widget. Extend `LpElement` (a card) or `LpDataElement` (no card, with its own `render`) and implement
 *
 *   renderBody()   Returns the inside of the card. It is also called without a value: then show "—" in the final size (the
 *                  card covers it with a skeleton or a message). Compute in `willUpdate`, and only render here.
 *   apply(step)    Receives new data, before the update in which `willUpdate` and `renderBody` use them. `step.kind` is
 *                  `reset` (replace all entries with `step.entries`: the channel's history, oldest first, may be empty),
 *                  `append` (`step.entries` are new, oldest first, at least one) or `none`; `step.meta` is set when it
 *                  changed. Return false where you draw the data yourself and need no update.
 *
 * `apply` receives only entries with data (`{v, t, k?, d}`), and none while paused (afterwards all in one step). If it or
 * `renderBody` throws, the status becomes `error` and the drawing stays. For the newest value alone, use `this.held.value`.
 *
 * Optional: `renderControls()` (buttons of the header), `renderSkeleton()`, `updateOf(payload)` (the update for
 * `.data = payload`; default: one more entry, null = no data), `get tail()` (entries per key to request of the history),
 * `static holds` (number of entries kept for `history` and `toCSV()`; 0 = you keep your own and override both).
 * Available: `this.held` (`value`, `payload`, `read(entry)`, `meta`, `name`, `history`, `hasData`), `this.state` (`word`,
 * `old`, `error`, `attempt('apply', () => …)`, `render({live: () => …, other: () => …})`), `this.live` (`serverNow()`,
 * `connection?.client`, which publishes), `this.locale` (`words`, `language`, `timeZone`), `this.internals`,
 * `this.setLevel(level, value)` (call it in `willUpdate`; custom state, event, announcement and badge follow), and
 * `new ClockController(this, () => …)` for text that changes with time.
 * `static properties` are added to the shared ones; `static styles = [LpElement.styles, css`…`]`. In CSS: `--_text`, `--_muted`,
 * `--_track`, `--_accent`, `--_series-1…8`, `--_space`, `--_radius`, `--_level` (the level's colour), `--_duration`;
 * `@container lp (inline-size > …)`; class `sr` for hidden text. Overridden callbacks call super.
 * lp-x.ts has no side effect; define.ts defines. Elements that are not data widgets use `SourceController` (source/) for the
 * connection and `LocaleController` for the words.
 */

import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, isServer, noChange, nothing } from 'lit';
import type { Judgement } from '../data/level-watch.ts';
import type { Level } from '../data/levels.ts';
import { prepareAnnouncements } from './announcer.ts';
import { card } from './card/card.ts';
import { cardMediaStyles, cardStyles, skeletonStyles } from './card/card-styles.ts';
import { ageLine, type StatementFacts, statement } from './card/card-text.ts';
import { ageText } from '../format/format-moment.ts';
import type { ElementStep } from './channel-data.ts';
import { safeLink } from '../shared/safe-url.ts';
import { ClockController } from './clock-controller.ts';
import { EmptyState } from './empty-state.ts';
import { LevelController } from './level-controller.ts';
import { type AttributeCheck, headingCure } from '../shared/attribute-check.ts';
import { LpDataElement } from './lp-data-element.ts';
import { hostStyles } from './host-styles.ts';
import { controlStyles, tokens } from './theme.ts';

/** Returns the checked address of the label; undefined for one with fields in braces (`/hosts/{id}`), which is for rows. */
const linkOf = (href: string | undefined): string | undefined =>
  isServer || href?.includes('{') ? undefined : safeLink(href, document.baseURI);

/** Why there is no value. */
type Absence = Pick<StatementFacts, 'missing' | 'dueIn'>;

/** Delay before "Waiting for data" is shown. */
const SLOW_MS = 5000;

/** The attributes of a card. */
export interface CardAttributes {
  /** Without label and buttons. */
  noHeader: boolean;
  /** Without the `footer` slot, and without the age unless the data are old. */
  noFooter: boolean;
  /** Without buttons. */
  noControls: boolean;
  /** 1 to 6: the label becomes a heading. */
  headingLevel: number | undefined;
  /** Address that the label leads to, for more about it: `/hosts/web-1`. */
  href: string | undefined;
  /** How long a level has to last until it counts: `30s`. Default: it counts at once. */
  levelFor: string | number | undefined;
}

/** Base class of the elements with a card. */
export interface LpElement extends CardAttributes {}

/**
 * A widget in a card.
 *
 * @slot label - replaces the label
 * @slot actions - more buttons in the header
 * @slot footer - beside the age
 * @slot empty - shown while there is no data
 * @slot error - shown while there is an error
 * @csspart base - the card
 * @csspart header - label, controls
 * @csspart label - the name
 * @csspart controls - the header's buttons
 * @csspart body - around the value
 * @csspart skeleton - while loading
 * @csspart message - the message beside or in place of the value
 * @csspart chip - level or problem, and the age of old data
 * @csspart footer - below the value
 * @csspart updated - the age of the data: visible when they are old; else in the label's tooltip
 * @csspart badge - status or level
 * @cssprop --lp-controls-opacity - of the header's buttons; 0 in a kiosk that nobody uses
 * @fires {LpLevelEvent} lp-level - new data crossed a threshold
 * @cssState level-ok - the value is good
 * @cssState level-warn - past `warn`
 * @cssState level-danger - past `danger`
 */
export abstract class LpElement extends LpDataElement {
  static override styles: CSSResultGroup = [
    tokens,
    hostStyles,
    controlStyles,
    cardStyles,
    skeletonStyles,
    cardMediaStyles,
  ];
  static override properties: PropertyDeclarations = {
    noHeader: { type: Boolean, attribute: 'no-header' },
    noFooter: { type: Boolean, attribute: 'no-footer' },
    noControls: { type: Boolean, attribute: 'no-controls' },
    headingLevel: {
      type: Number,
      attribute: 'heading-level',
      cure: headingCure,
    } as AttributeCheck,
    href: {},
    levelFor: { attribute: 'level-for' },
  };

  #levels: LevelController;
  #connectedAt = 0;
  #slow = false;
  #emptyState = new EmptyState(this);

  constructor() {
    super();
    this.noHeader = false;
    this.noFooter = false;
    this.noControls = false;
    this.#levels = new LevelController(this, {
      held: this.held,
      words: () => this.locale.words,
      judge: (step) => this.judge(step),
      compute: () => this.willUpdate(new Map()),
    });
    new ClockController(this, () => this.#tick());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    prepareAnnouncements();
    this.internals.role = 'group';
    this.#connectedAt = Date.now();
  }

  /** Returns the inside of the card. */
  protected abstract renderBody(): unknown;

  /** Returns buttons for the header. */
  protected renderControls(): unknown {
    return nothing;
  }

  /** Returns what is shown in place of the body until the first response. */
  protected renderSkeleton(): unknown {
    return html`<div class="bone"></div><div class="bone"></div>`;
  }

  /** Example payload that this element can show, for the command that an empty card displays. */
  protected get example(): unknown {
    return { [this.field?.split('.')[0] || 'value']: 42 };
  }

  /** Level of the value; undefined while it has none or is stale. */
  get level(): Level | undefined {
    return this.state.old ? undefined : this.#levels.level;
  }

  /** Word for the value's state, which the chip shows in place of the level's word. Default: none. */
  protected get levelWord(): string | undefined {
    return undefined;
  }

  /**
   * Returns the levels of new data in the order of time, where the data alone decide them, each with the key of its series or
   * row if the element shows several. Default: undefined, see `setLevel`.
   */
  protected judge(_step: Pick<ElementStep, 'entries'>): Judgement[] | undefined {
    return undefined;
  }

  /** Sets the level of the drawn value; call it in `willUpdate`. `value` is passed to the event. */
  protected setLevel(level: Level | undefined, value: unknown): void {
    this.#levels.set([{ level, value }], true);
  }

  /** Sets the levels of several series or rows by their keys. `isWhole`: removes all others. */
  protected setLevels(drawn: readonly Judgement[], isWhole: boolean): void {
    this.#levels.set(drawn, isWhole);
  }

  /** Accepts the levels of data that `judge` does not receive: of other channels, or computed from several entries. */
  protected takeLevels(judged: readonly Judgement[], isHistory: boolean): void {
    this.#levels.take(judged, isHistory);
  }

  #tick(): void {
    const slow = this.status === 'loading' && Date.now() - this.#connectedAt >= SLOW_MS;
    if (slow !== this.#slow) this.requestUpdate();
    this.#slow = slow;
    this.#writeAge();
  }

  protected override render(): TemplateResult {
    const body = this.state.attempt('draw', () => ({ drawn: this.renderBody() }));
    const { channel, status, paused, level, error } = this;
    const { name, hasData: held } = this.held;
    const { words } = this.locale;
    const { noHeader, noFooter, noControls, headingLevel } = this;
    const absence = this.#absence();
    return card({
      name,
      icon: textIn(this.held.meta['icon']),
      words,
      status,
      paused,
      held,
      level,
      levelWord: this.state.old ? undefined : this.levelWord,
      noHeader,
      noFooter,
      noControls,
      headingLevel,
      href: linkOf(this.href),
      help: this.#commandHelp(absence),
      ...statement({
        status,
        words,
        name,
        channel,
        held,
        slow: this.#slow,
        error,
        ...absence,
      }),
      body: body ? body.drawn : noChange, // after a failure the body keeps its last content
      skeleton: this.renderSkeleton(),
      controls: this.renderControls(),
      onPause: this.#onPause,
      onRetry: this.#onRetry,
    });
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { states } = this.internals;
    for (const level of ['ok', 'warn', 'danger']) {
      if (level === this.level) states.add(`level-${level}`);
      else states.delete(`level-${level}`);
    }
    this.internals.ariaLabel = this.held.name || null;
    this.#writeAge();
  }

  /** Returns the command that publishes a first value; nothing if there is data, or the reason for its absence is known. */
  #commandHelp({ missing, dueIn }: Absence): unknown {
    const { channel, example, status } = this;
    if (status !== 'empty' || channel === '' || (missing ?? dueIn) !== undefined) return nothing;
    const baseUrl = this.live.connection?.address.url;
    return this.#emptyState.help({ channel, words: this.locale.words, example, baseUrl });
  }

  /** Returns why there is no value, where that is known. */
  #absence(): Absence {
    const { ahead, otherKeys, chosen } = this.held;
    const { dueAt } = ahead;
    const inMs = dueAt === undefined ? undefined : dueAt - this.live.serverNow();
    return {
      missing: otherKeys.size > 0 ? chosen : undefined,
      dueIn: inMs === undefined ? undefined : ageText(inMs, this.locale.language),
    };
  }

  // Written to the DOM directly: the text changes every second, which must not update the whole card.
  #writeAge(): void {
    const place = this.renderRoot.querySelector('.updated');
    if (!place) return;
    const { status, updatedAt, live } = this;
    const { words, language } = this.locale;
    const { old } = this.state;
    const { waiting } = live;
    const ageMs = updatedAt === undefined ? undefined : live.serverNow() - updatedAt;
    const text = ageLine({ status, old, ageMs, waiting, words, language });
    if (place.textContent !== text) place.textContent = text;
    const label = this.renderRoot.querySelector<HTMLElement>('.label');
    if (label && label.title !== text) label.title = text;
  }

  #onPause = (): void => {
    this.paused = !this.paused;
    this.live.sync();
    this.state.settle(true);
  };
  #onRetry = (): void => {
    this.refresh();
    this.requestUpdate(); // also tries again to draw what failed
  };
}

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
