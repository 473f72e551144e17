import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { hostStyles } from '../element/host-styles.ts';
import { inlineStyles } from '../element/inline-styles.ts';
import { LazyDataElement } from '../element/lazy-data-element.ts';
import { NO_VALUE } from '../format/format.ts';
import { parseMomentMs, UNITS } from '../format/format-moment.ts';
import { PlaceController } from '../locale/place-controller.ts';
import { oneOf as wordsOf } from '../shared/attribute-check.ts';
import { everySecond } from '../shared/clock.ts';
import type { Precision, TimeFormat, TimeText, TimeView } from './time-text.ts';
import { fullText, isTicking, timeText } from './time-text.ts';

export type * from '../element/element-types.ts';

const HOUR_CYCLES = ['h11', 'h12', 'h23', 'h24'] as const;
const FORMATS: TimeFormat[] = ['relative', 'time', 'date', 'datetime', 'duration', 'clock'];
const PRECISIONS: Precision[] = UNITS.map(([unit]) => unit);

/** The attributes of `lp-time`. */
export interface TimeAttributes {
  /** ISO 8601, or unix seconds or ms; as a property also a Date. */
  datetime: string | number | Date | undefined;
  /** How the time is written; `clock` is the current time. Default `relative`. */
  format: TimeFormat | undefined;
  /**
   * The smallest unit written. Default: `second` for clock and duration, `minute` for times of day, a fitting one for
   * `relative`.
   */
  precision: Precision | undefined;
  /** 12 or 24 hours. Default: the language's own. */
  hourCycle: TimeView['hourCycle'];
}

export interface LpTime extends TimeAttributes {}

/**
 * `<lp-time datetime="2030-05-01T12:00Z">1 May</lp-time>`: a time, of an attribute or a channel, whose text is kept up to
 * date; with `format="clock"`, the current time by the server's clock. Never a live region. All of a page share one timer.
 * The code for data is loaded when there is a channel, or another element of the page has a connection, whose clock is used
 * then.
 *
 * @slot - shown until there is a time, and where scripts do not run
 * @csspart value - the `<time>`
 */
export class LpTime extends LazyDataElement {
  static override styles: CSSResultGroup = [hostStyles, inlineStyles];
  static override properties: PropertyDeclarations = {
    datetime: {},
    format: wordsOf(FORMATS),
    precision: wordsOf(PRECISIONS),
    hourCycle: wordsOf(HOUR_CYCLES, { attribute: 'hour-cycle' }),
  };

  readonly #place = new PlaceController(this);
  #shown: TimeText | undefined;
  #endClock: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#endClock();
    this.#endClock = everySecond(
      () => this.#tick(),
      () => this.serverNow(),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endClock();
  }

  protected override render(): TemplateResult {
    const view = this.#view();
    const { momentMs } = view;
    const shown = timeText(view);
    this.#shown = shown;
    const { note, unread } = this.lazy ?? {};
    const text = shown ? nothing : (unread ?? nothing);
    return html`<span ?hidden=${shown ?? unread}><slot>${
      this.channel || note ? NO_VALUE : nothing
    }</slot></span>${text}${
      shown
        ? html`<time
            class="value"
            part="value"
            dir="auto"
            datetime=${shown.iso}
            title=${view.format === 'relative' && momentMs !== undefined ? fullText(momentMs, view) : nothing}
          >${shown.text}</time>`
        : nothing
    }${note ?? nothing}`;
  }

  // Looks first, so that a second in which nothing changes costs no update.
  #tick(): void {
    if (this.mayLoad) this.requestUpdate();
    const view = this.#view();
    if (isTicking(view.format) && timeText(view)?.text !== this.#shown?.text) this.requestUpdate();
  }

  #view(): TimeView {
    const { language, timeZone } = this.#place;
    return {
      format: oneOf(FORMATS, this.format) ?? 'relative',
      momentMs: momentOf(this.datetime) ?? parseMomentMs(this.lazy?.value),
      nowMs: this.serverNow(),
      precision: oneOf(PRECISIONS, this.precision),
      hourCycle: oneOf(HOUR_CYCLES, this.hourCycle),
      language,
      timeZone,
    };
  }
}

const oneOf = <T extends string>(words: readonly T[], word: T | undefined): T | undefined =>
  words.find((known) => known === word);

/**
 * Parses a time; in an attribute also unix seconds or ms. One that cannot be read is reported once on the console, and
 * counts as none.
 */
function momentOf(given: string | number | Date | undefined | null): number | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const isUnix = typeof given === 'string' && /^\d{9,14}$/.test(given);
  const unix = Number(given) * (isUnix && given.length < 12 ? 1000 : 1);
  const momentMs = parseMomentMs(isUnix ? unix : given);
  if (momentMs === undefined && reported !== String(given)) {
    reported = String(given);
    console.error(
      `lp-kit: <lp-time datetime="${reported}"> cannot be read: write 2030-05-01T12:00Z, or unix seconds`,
    );
  }
  return momentMs;
}

/** The text that was reported last. */
let reported: string | undefined;

declare global {
  interface HTMLElementTagNameMap {
    'lp-time': LpTime;
  }
}
