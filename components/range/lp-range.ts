import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { isServer, LitElement } from 'lit';
import { hostStyles } from '../element/host-styles.ts';
import { controlStyles, tokens } from '../element/theme.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import { RANGE } from '../locale/words/en/range.ts';
import type { AttributeCheck } from '../shared/attribute-check.ts';
import { checkAttributes } from '../shared/check-attributes.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import { dropRange, setRange, type TimeRange } from '../shared/range.ts';
import { mendTranslated } from '../shared/translated.ts';
import { VERSION } from '../shared/version.ts';
import { rangeStyles } from './range-styles.ts';
import { movedRange, parseRange, rangeText, type StartOf } from './range-text.ts';
import { type Preset, rangeView } from './range-view.ts';

export type { TimeRange } from '../shared/range.ts';

const PRESETS = '15m 1h 6h 24h 7d 30d';
const DEFAULT_MS = 3_600_000;

const importDays = lazyImport('calendarStart', () => import('../data/local-day.ts'));

const rangeCheck: AttributeCheck = {
  cure: (text) =>
    parseRange(text)
      ? undefined
      : 'write a window such as 24h, today, week or month, or two times: 2026-05-01T08:00Z/2026-05-01T12:00Z',
};

/** The attributes of `lp-range`. */
export interface RangeAttributes {
  /**
   * Initial range: a window (`24h`), `today`, `week` or `month`, or two times with a slash between them. A range in the page's URL takes precedence. Default:
   * `1h` if that is a preset, else the first preset.
   */
  value: string | undefined;
  /** Windows to choose from; also `today`, `week` and `month`, from their start on local clocks. Default `15m 1h 6h 24h 7d 30d`. */
  presets: string;
  /** `id` of the element whose charts it controls. Default: the `lp-dashboard` around it, else the whole page. */
  for: string | undefined;
  /** Name of the URL's parameter that holds the range; empty: the URL stays as it is. Default `range`. */
  param: string;
}

export interface LpRange extends RangeAttributes {}

/**
 * `<lp-range>`: chooses the time range of all charts of a dashboard or page: one of several windows, earlier, later, live, or two
 * times. The range is written into the page's URL, so that a link to the page shows the same span.
 *
 * @csspart base - the whole element
 * @csspart presets - the windows to choose from
 * @csspart move - earlier, later, live, other
 * @csspart live-button - Live
 * @csspart custom-button - opens the fields
 * @csspart text - the range in words
 * @csspart form - the two fields
 * @fires {LpRangeEvent} lp-range-change - another range was chosen
 * @attr {string} lang - language of its texts. Default: that of the nearest ancestor, else the browser's
 */
export class LpRange extends LitElement {
  static readonly version: string = VERSION;
  static override styles: CSSResultGroup = [tokens, hostStyles, controlStyles, rangeStyles];
  static override properties: PropertyDeclarations = {
    value: rangeCheck,
    presets: {},
    for: {},
    param: {},
  };

  readonly #locale = new LocaleController(this, RANGE);
  #chosen: TimeRange | undefined;
  /** The range that the button Live shows. */
  #live: TimeRange | undefined;
  #startOf: StartOf | undefined;
  #isOpen = false;
  #isWrong = false;

  constructor() {
    super();
    this.presets = PRESETS;
    this.param = 'range';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.#onPopState);
    this.#chosen = this.#fromUrl();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.#onPopState);
    dropRange(this);
  }

  /** The range that is shown. Set it to choose another one. */
  get range(): TimeRange {
    return this.#chosen ?? parseRange(this.value ?? null) ?? this.#usual;
  }

  set range(range: TimeRange) {
    if (!('fromT' in range)) this.#live = range;
    this.#chosen = range;
    this.#isWrong = false;
    this.#writeUrl(range);
    this.requestUpdate();
    this.dispatchEvent(new LpRangeEvent(range));
  }

  protected override willUpdate(): void {
    checkAttributes(this);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    const { range } = this;
    if (!('fromT' in range)) this.#live = range;
    if ('calendar' in range) void this.#loadDays();
    const root = this.#root();
    if (this.isConnected && root) setRange(this, root, range);
  }

  protected override render(): TemplateResult {
    const { words, language, timeZone } = this.#locale;
    return rangeView({
      range: this.range,
      presets: this.#presets,
      open: this.#isOpen,
      wrong: this.#isWrong,
      now: Date.now(),
      words,
      language,
      timeZone,
      startOf: this.#startOf,
      onRange: (range) => {
        this.range = range;
      },
      onMove: (steps) => {
        void this.#move(steps);
      },
      onLive: () => {
        this.range = this.#live ?? this.#usual;
      },
      onOpen: () => {
        this.#isOpen = !this.#isOpen;
        this.requestUpdate();
      },
      onSubmit: this.#onSubmit,
    });
  }

  async #move(steps: number): Promise<void> {
    const { range } = this;
    const chosen = this.#chosen;
    if ('calendar' in range) await this.#loadDays();
    if (this.#chosen === chosen) this.range = movedRange(range, steps, Date.now(), this.#startOf);
  }

  async #loadDays(): Promise<void> {
    if (this.#startOf) return;
    const { calendarStart } = await eventually(importDays);
    this.#startOf = (span, t) => {
      const { timeZone, language } = this.#locale;
      return calendarStart(span, t, { timeZone, language });
    };
    this.requestUpdate();
  }

  get #presets(): Preset[] {
    const words = this.presets.split(/[\s,]+/).filter(Boolean);
    return words.flatMap((text) => {
      const range = parseRange(text);
      return range && !('fromT' in range) ? { text, range } : [];
    });
  }

  get #usual(): TimeRange {
    const ranges = this.#presets.map(({ range }) => range);
    const usual = ranges.find((range) => 'windowMs' in range && range.windowMs === DEFAULT_MS);
    return usual ?? ranges[0] ?? { windowMs: DEFAULT_MS };
  }

  /** Returns the part of the page whose charts it controls. */
  #root(): Node | undefined {
    if (isServer) return undefined;
    if (this.for) return this.ownerDocument.getElementById(this.for) ?? undefined;
    return this.closest('lp-dashboard') ?? this.ownerDocument;
  }

  #fromUrl(): TimeRange | undefined {
    return this.param
      ? parseRange(new URLSearchParams(location.search).get(this.param))
      : undefined;
  }

  #writeUrl(range: TimeRange): void {
    if (!this.param) return;
    const url = new URL(location.href);
    url.searchParams.set(this.param, rangeText(range));
    try {
      history.replaceState(history.state, '', url);
    } catch {
      // A page without an address of its own (about:srcdoc, a sandbox) has none to change.
    }
  }

  #onPopState = (): void => {
    this.#chosen = this.#fromUrl();
    this.requestUpdate();
  };

  #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const [fromT, toT] = ['from', 'to'].map((name) =>
      Date.parse((data.get(name) as string | null) ?? ''),
    );
    const isRange = fromT !== undefined && toT !== undefined && fromT < toT;
    if (isRange) this.range = { fromT, toT };
    this.#isWrong = !isRange;
    this.requestUpdate();
  };
}

/** `lp-range-change`: the viewer, or the page, chose another range. */
export class LpRangeEvent extends Event {
  /** The newest window (`windowMs`), the current `today`, `week` or `month` (`calendar`), or a span that stays (`fromT`, `toT`, in ms since 1970). */
  readonly range: TimeRange;

  constructor(range: TimeRange) {
    super('lp-range-change', { bubbles: true, composed: true });
    this.range = range;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-range': LpRange;
  }
  interface HTMLElementEventMap {
    'lp-range-change': LpRangeEvent;
  }
}
