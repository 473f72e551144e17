import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { unreadable } from '../data/data-error.ts';
import { staleAfterMs } from '../data/data-status.ts';
import type { Judgement } from '../data/level-watch.ts';
import type { Level } from '../data/levels.ts';
import { payloadLevel } from '../data/levels.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { isRecord, shapeOf } from '../data/payload.ts';
import { isOwnValue, rowMeta } from '../data/value-meta.ts';
import { ClockController } from '../element/clock-controller.ts';
import { repeat } from '../shared/repeat.ts';
import { LpElement } from '../element/lp-element.ts';
import { RowChildren } from '../row/row-children.ts';
import { LpFormatElement } from '../element/lp-format-element.ts';
import { rowLimit } from '../element/row-limit.ts';
import { WholeRows } from '../element/whole-rows.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { Format, FormatOptions } from '../format/format-options.ts';
import { sparkStyles } from '../sparkline/spark.ts';
import { listStyles } from './list-styles.ts';
import type { Arrangement, Row } from './rows.ts';
import { arranged, COURSE, rowOfData, rowsByKey, rowsOf, sharesOf } from './rows.ts';
import type { Line, RowScene } from './row-view.ts';
import { rowLine } from './row-view.ts';
import { limitsOfRow, type RowSpec } from '../row/row-spec.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { LIST } from '../locale/words/en/list.ts';

export type * from '../element/element-types.ts';

/** Number of entries per key to request: more than one, because with late entries the current one is the latest by time. */
const KEY_TAIL = 10;
/** Maximum number of rows for which the skeleton keeps room. */
const MOST_BONES = 20;

/**
 * `<lp-list channel="top" format="bytes" sort="value" limit="5" bars>`: labels with values. A row keeps its place in the page
 * when the order changes, and with it the focus. `<lp-row>` children list several channels.
 *
 * @csspart list - the list
 * @csspart item - a row
 * @csspart item-label - its label
 * @csspart item-value - its value
 * @csspart bar - its share of `max`
 * @csspart info - the publisher's `moreinfo`
 */
export class LpList extends LpFormatElement {
  static override words: WordsPatch = LIST;
  static override styles: CSSResultGroup = [LpElement.styles, sparkStyles, listStyles];
  static override properties: PropertyDeclarations = {
    limit: { type: Number },
    sort: oneOf(['none', 'value', 'label']),
    order: oneOf(['asc', 'desc']),
    bars: { type: Boolean },
    max: { type: Number },
    numbered: { type: Boolean },
    sparkline: { type: Boolean },
    href: {},
  };

  /** Rows shown at most, up to 1000; the rest is counted. Default `200`. */
  declare limit: number | undefined;
  /** By what rows are ordered; `none`: as published. Default `none`. */
  declare sort: Arrangement['sort'];
  /** Direction of the order. Default: `desc` for values, `asc` for labels. */
  declare order: Arrangement['order'];
  /** Draws each value's share of `max`. */
  declare bars: boolean;
  /** The value of a full bar. Default: the channel's `max`, else the largest value. */
  declare max: number | undefined;
  /** Counts the rows. */
  declare numbered: boolean;
  /** Draws the course of each row that is a series. */
  declare sparkline: boolean;
  /** Address of the label; with braces that of the rows: `/hosts/{label}`, `{key}`. Default: the payload's `href` or `link`. */
  declare href: string | undefined;

  #lines: Line[] = [];
  #more = 0;
  #children = new RowChildren(this, 'lp-row', () => (this.sparkline ? COURSE : CURRENT_TAIL));
  #whole = new WholeRows(this, {
    frame: () => this.renderRoot.querySelector('.rows'),
    rows: () => this.renderRoot.querySelectorAll('.row'),
  });

  constructor() {
    super();
    this.bars = false;
    this.numbered = false;
    this.sparkline = false;
    // Rows become old with time; the ages of old rows are updated every ten seconds.
    new ClockController(this, () => {
      const isChanged = this.#lines.some(({ row, isOld }) => this.#isOld(row) !== isOld);
      const isTold = this.#lines.some(({ isOld }) => isOld);
      const isTime = Math.floor(this.live.serverNow() / 1000) % 10 === 0;
      if (!this.paused && (isChanged || (isTold && isTime))) this.requestUpdate();
    });
  }

  protected override get example(): unknown {
    return { items: [{ label: 'first', value: 42 }] };
  }

  /** If rows are series, only late entries compete with the current entry of a row. */
  protected override get tail(): number {
    return this.sparkline ? COURSE : KEY_TAIL;
  }

  protected override willUpdate(): void {
    const { sort, order, limit } = this;
    const { language } = this.locale;
    const all = this.#rows();
    const levelOf = ({ payload, value, own }: Row): Level | undefined =>
      own
        ? payloadLevel(
            isOwnValue(own.spec.field) ? payload : value,
            value,
            limitsOfRow(own.spec, this, own.meta),
          )
        : this.levelOf(payload, value);
    const { rows: wanted, more } = arranged(all, { sort, order, limit, language });
    const rows = wanted.slice(0, this.#whole.of(wanted.length));
    const shares = sharesOf(rows, this.max ?? this.held.valueMeta.max);
    this.#more = more + wanted.length - rows.length;
    this.#lines = rows.map((row, n) => {
      const isOld = this.#isOld(row);
      const level = isOld ? undefined : levelOf(row);
      return { row, level, share: shares[n] ?? 0, isOld };
    });
    // A payload has all its rows in it, so all are checked; of a channel with many keys only the rows that are drawn are.
    const isKeyed = all[0]?.t !== undefined;
    const levels = isKeyed ? this.#lines : all.map((row) => ({ row, level: levelOf(row) }));
    this.setLevels(levels.map(judgementOf), !isKeyed);
  }

  protected override judge({ entries }: Pick<ElementStep, 'entries'>): Judgement[] {
    if (this.#children.specs.length > 0) return []; // the levels of their rows are computed when they are drawn
    return entries.flatMap((entry) => {
      const { k: key, t } = entry;
      if (key !== undefined) return [this.judgement(entry.d, this.held.read(entry), { key, t })];
      return rowsOf(
        listedOf(this, entry.d, () => this.held.read(entry)),
        this.held.name,
      ).map((row) => this.judgement(row.payload, row.value, { key: row.key, name: row.label, t }));
    });
  }

  // Moving a node in the DOM removes its focus, so the focus is restored for the focused row.
  protected override update(changed: PropertyValues): void {
    const focused = this.shadowRoot?.activeElement;
    super.update(changed);
    const isLost = focused?.isConnected && this.shadowRoot?.activeElement !== focused;
    if (isLost && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  protected override renderBody(): TemplateResult {
    const { bars, numbered } = this;
    const { words } = this.locale;
    const scene = this.#scene();
    const lines = repeat(
      this.#lines,
      ({ row }) => row.key,
      (line) => rowLine(line, scene),
    );
    const hasCourse = this.#lines.some(({ row }) => row.course !== undefined);
    const kind = `rows ${bars ? 'bars' : ''} ${numbered ? 'numbered' : ''} ${hasCourse ? 'courses' : ''}`;
    const label = this.held.name || nothing;
    const info = infoOf(this.held.payload);
    return html`${
      numbered
        ? html`<ol class=${kind} part="list" role="list" aria-label=${label}>${lines}</ol>`
        : html`<ul class=${kind} part="list" role="list" aria-label=${label}>${lines}</ul>`
    }${this.#lines.length === 0 && this.status !== 'error' ? html`<p class="none">${words.noRows}</p>` : nothing}${
      this.#more > 0 ? html`<p class="more">${words.moreRows(this.#more)}</p>` : nothing
    }${info ? html`<p class="info" part="info"><bdi>${info}</bdi></p>` : nothing}`;
  }

  /** With a `limit`, the skeleton is as high as that many rows, so that what is below the list does not move when the data come. */
  protected override renderSkeleton(): unknown {
    const count = Math.min(rowLimit(this.limit, 0), MOST_BONES);
    if (count === 0) return super.renderSkeleton();
    const bone = html`<div class="line"><div class="bone"></div></div>`;
    return html`<div class="lines ${this.bars ? 'bars' : ''}">${Array.from({ length: count }, () => bone)}</div>`;
  }

  #rows(): Row[] {
    const read = (): Row[] => {
      const { payload, value, series, newest } = this.held;
      const { specs, data } = this.#children;
      if (specs.length > 0) return data.map((each, n) => rowOfData(each, n, this.sparkline));
      if (newest?.k !== undefined) {
        const course = this.sparkline ? (key: string) => series.of(key) : undefined;
        return rowsByKey(series.current, (entry) => this.held.read(entry), course);
      }
      const listed = this.field ? value : payload;
      if (listed === undefined && payload !== undefined)
        throw unreadable(shapeOf(payload), `it has no field "${this.field}"`);
      return rowsOf(listed, this.held.name);
    };
    return this.state.attempt('choose', read) ?? [];
  }

  #isOld({ t, own }: Row): boolean {
    if (t === undefined) return false;
    const { ttl } = own?.meta ?? this.held.meta;
    const limitMs = staleAfterMs(parseDurationMs(this.staleAfter), ttl);
    return this.live.serverNow() - t > limitMs;
  }

  #scene(): RowScene {
    const { bars, href, formatter } = this;
    const { words, language } = this.locale;
    return {
      words,
      language,
      nowMs: this.live.serverNow(),
      bars,
      href,
      isOld: this.state.old,
      hasLevels: this.#lines.some(({ level }) => level !== undefined),
      hasFormatter: formatter !== undefined,
      write: (value, options) => this.written(value, options),
      optionsOf: ({ key, t, own }) => {
        if (own) return optionsOfRow(own.spec, this.formatOptions(undefined, own.meta));
        // A row that is a field of the payload may have its own unit and digits in the meta.
        const { meta, valueMeta } = this.held;
        const isField = t === undefined && !this.field;
        return this.formatOptions(undefined, isField ? rowMeta(meta, key) : valueMeta);
      },
    };
  }
}

/** Returns the format of a row: its own attributes take precedence over those of the list. */
function optionsOfRow({ format, unit, digits }: RowSpec, options: FormatOptions): FormatOptions {
  return {
    ...options,
    ...(format && { format: format as Format }),
    ...(unit && { unit }),
    ...(digits !== undefined && { digits }),
  };
}

const judgementOf = ({
  row: { key, label, value },
  level,
}: Pick<Line, 'row' | 'level'>): Judgement => ({
  key,
  name: label,
  level,
  value,
});

/** Returns the part of a payload that is listed: the value at `field`, else the payload after `transform`. */
function listedOf(
  { field, transform }: Pick<LpList, 'field' | 'transform'>,
  payload: unknown,
  read: () => unknown,
): unknown {
  if (field) return read();
  return transform ? transform(payload) : payload;
}

/** Returns the publisher's text beside the rows. */
function infoOf(payload: unknown): string | undefined {
  const info = isRecord(payload) ? payload['moreinfo'] : undefined;
  return typeof info === 'string' && info !== '' ? info : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-list': LpList;
  }
}
