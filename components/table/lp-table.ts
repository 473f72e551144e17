import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Entry, Json } from '../../protocol/lp1.ts';
import { unreadable } from '../data/data-error.ts';
import type { DataEntry } from '../data/held.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import type { Judgement } from '../data/level-watch.ts';
import type { ChannelData, ElementStep } from '../element/channel-data.ts';
import type { Limits } from '../data/levels.ts';
import { payloadLevel } from '../data/levels.ts';
import { staleAfterMs } from '../data/data-status.ts';
import { labelsOfKey, seriesNames } from '../data/keys.ts';
import { isGap } from '../data/number.ts';
import { isRecord, shapeOf, valueAt } from '../data/payload.ts';
import { isOwnValue, valueMeta } from '../data/value-meta.ts';
import { ClockController } from '../element/clock-controller.ts';
import { LpElement } from '../element/lp-element.ts';
import { rowLimit } from '../element/row-limit.ts';
import { LpFormatElement } from '../element/lp-format-element.ts';
import { WholeRows } from '../element/whole-rows.ts';
import { formatValue } from '../format/format.ts';
import type { Format, FormatOptions } from '../format/format-options.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { RowChildren } from '../row/row-children.ts';
import { limitsOfRow, type RowSpec } from '../row/row-spec.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { download } from '../shared/download.ts';
import { icon } from '../shared/icons.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import { safeLink } from '../shared/safe-url.ts';
import { sparkStyles } from '../sparkline/spark.ts';
import { cell, type CellScene, COURSE, heading, oldCells } from './cell-view.ts';
import type { Column } from './table-columns.ts';
import { columnsOf, isStateColumn, parseColumns } from './table-columns.ts';
import type { Order, RowsOf, Table, TableRow } from './table-rows.ts';
import { hasValues, rowsOf, sortedRows, valueOf } from './table-rows.ts';
import { tableCsv } from './table-csv.ts';
import { tableStyles } from './table-styles.ts';

export type * from '../element/element-types.ts';

const LIMIT = 100;
const NUMERIC: ReadonlySet<string> = new Set(['number', 'percent', 'bytes', 'bits', 'currency']);

/**
 * `<lp-table channel="orders" columns="time:time, customer, total:currency:EUR, status">`: entries as rows, newest first, or
 * with `rows-of="keys"` the current entry of each key; with `<lp-column>` children the keys of several channels. A click on a
 * heading sorts. In a narrow card each row becomes a block.
 *
 * @csspart table - the table
 * @csspart head - the row of headings
 * @csspart row - a row
 * @csspart cell - a cell
 */
export class LpTable extends LpFormatElement {
  static override styles: CSSResultGroup = [LpElement.styles, sparkStyles, tableStyles];
  static override properties: PropertyDeclarations = {
    columns: {},
    rowsOf: oneOf(['entries', 'keys'], { attribute: 'rows-of' }),
    limit: { type: Number },
    href: {},
  };

  /**
   * Columns, separated by commas: `field`, `field:format`, `field:format:option`, each with `=Heading` where needed. Formats
   * are those of `format`, `state` and `spark` (the history of a key's values); the option is a currency, a unit or the
   * digits. `time` and `key` are those of the entry. Default: time, key and the fields of the newest payload.
   */
  declare columns: string | undefined;
  /** What a row is: each of the `entries`, or the current one of each of the `keys`. Default `entries`. */
  declare rowsOf: RowsOf | undefined;
  /** Rows shown at most, up to 1000; the rest is counted. Default `100`. */
  declare limit: number | undefined;
  /**
   * Link of a row; `{field}` is replaced by a value of its payload, else by its `{key}` or a label of that:
   * `/orders/{order}`. Default: the payload's `href` or `url`.
   */
  declare href: string | undefined;

  #order: Order | undefined;
  /** The columns of the attribute; none if it is absent or cannot be read. */
  #wanted: Column[] = [];
  #view: View = { all: [], rows: [], more: 0, scenes: [], old: 0 };
  #children: RowChildren = new RowChildren(this, 'lp-column', () => tailOf(this.#children.specs));
  #whole = new WholeRows(this, {
    frame: () => this.renderRoot.querySelector('.frame'),
    rows: () => this.renderRoot.querySelectorAll('tbody tr'),
  });
  constructor() {
    super();
    new ClockController(this, () => this.#tick());
  }

  protected override get tail(): number | undefined {
    const { specs } = this.#children;
    if (specs.length > 0) return tailOf(specs);
    if (this.rowsOf !== 'keys') return rowLimit(this.limit, LIMIT);
    return this.columns?.includes(':spark') ? COURSE : CURRENT_TAIL;
  }

  protected override get example(): unknown {
    return { name: 'first', value: 42, status: 'ok' };
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('columns')) this.#wanted = columnsIn(this.columns);
    const { columns, rows, names } = this.#table();
    const sorted = sortedRows(rows, columns, this.#order, this.locale.language);
    const most = Math.min(sorted.length, rowLimit(this.limit, LIMIT));
    const shown = sorted.slice(0, this.#whole.of(most));
    const scenes = columns.map((column) => this.#scene(column, shown, names));
    const more = sorted.length - shown.length;
    this.#view = { all: sorted, rows: shown, more, scenes, old: oldCells(scenes, shown) };
    this.setLevels(this.#judged(sorted), true);
  }

  protected override renderBody(): TemplateResult {
    const { words } = this.locale;
    const { rows, more, scenes } = this.#view;
    return html`<div class="frame"><table part="table" aria-label=${this.held.name || nothing}>
        <thead>
          <tr part="head">
            ${scenes.map((scene, n) => heading(scene, n, { order: this.#order, onSort: this.#onSort }))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.#row(row))}
        </tbody>
      </table></div>${more > 0 ? html`<p class="more">${words.moreRows(more)}</p>` : nothing}`;
  }

  /** All rows as CSV, in the order of the table, under the headings of its columns. */
  override toCSV(): string {
    return tableCsv(this.#view.scenes, this.#view.all);
  }

  protected override renderControls(): TemplateResult {
    const { chartCsv } = this.locale.words;
    return html`<button
      type="button"
      aria-label="${chartCsv}: ${this.held.name}"
      title=${chartCsv}
      ?hidden=${this.#view.all.length === 0}
      @click=${() => download(csvFile(this.toCSV()), `${this.held.name || 'table'}.csv`)}
    >${icon('download')}</button>`;
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="bones">${[0, 1, 2, 3].map(() => html`<div class="bone"></div>`)}</div>`;
  }

  /** Rows that are keys have a level each; of a log of events the newest entry alone says how it is. */
  protected override judge({ entries }: Pick<ElementStep, 'entries'>): Judgement[] {
    if (this.#children.specs.length > 0) return []; // their cells are judged when they are drawn
    const judged = shownOf(entries, this.held, this).map((entry) =>
      judgedEntry(entry, this.limits),
    );
    return this.rowsOf === 'keys' ? judged : judged.map((each) => ({ ...each, key: '' }));
  }

  /** The table of its `<lp-column>` children, else of its own channel. */
  #table(): Table {
    const { specs, channels } = this.#children;
    const { series } = this.held;
    if (specs.length > 0) {
      if (!joined)
        void eventually(loadJoined).then((code) => {
          joined = code;
          this.requestUpdate();
        });
      return joined && channels ? joined.joinedTable(specs, channels, this.locale.language) : NONE;
    }
    const history = shownOf(this.held.history, this.held, this);
    const [newest] = shownOf(listed(this.held.newest), this.held, this);
    const isKeyed = newest?.k !== undefined;
    const columns = this.#wanted.length > 0 ? this.#wanted : columnsOf(newest?.d, isKeyed);
    const hasCourse = columns.some(({ kind }) => kind === 'spark');
    const rows = rowsOf(history, this.rowsOf ?? 'entries', hasCourse);
    this.state.attempt('choose', () => {
      const { payload } = this.held;
      if (payload === undefined || isGap(payload) || isEmpty(payload)) return;
      if (!hasValues(rows, columns)) throw unreadable(shapeOf(payload), CURE);
    });
    return { columns, rows, names: seriesNames(series.keys) };
  }

  #scene(column: Column, rows: readonly TableRow[], names: CellScene['names']): CellScene {
    const { spec } = column;
    const channelMeta = spec ? this.#children.channels?.heldOf(spec)?.meta : this.held.meta;
    const meta = spec ? valueMeta(channelMeta ?? {}, spec.field) : this.held.valueMeta;
    const isEvents = !spec && this.rowsOf !== 'keys';
    const ageMs = staleAfterMs(parseDurationMs(this.staleAfter), channelMeta?.ttl);
    return {
      column,
      names,
      isNumeric: isNumeric(column, rows),
      limits: spec ? limitsOfRow(spec, this, meta) : this.limits,
      staleMs: isEvents ? Number.POSITIVE_INFINITY : ageMs,
      isOld: !spec && this.state.old,
      nowMs: this.live.serverNow(),
      language: this.locale.language,
      words: this.locale.words,
      optionsOf: (value) =>
        cellOptions(column, value, this.formatOptions(undefined, spec ? meta : undefined)),
      write: (value, options) => this.written(value, options),
    };
  }

  /** The levels of the rows: of keys one each, of joined channels one for each cell, of events that of the newest. */
  #judged(rows: readonly TableRow[]): Judgement[] {
    if (this.#children.specs.length > 0) return joined?.judgedCells(this.#view.scenes, rows) ?? [];
    if (this.rowsOf === 'keys') return rows.map(({ entry }) => judgedEntry(entry, this.limits));
    const [newest] = shownOf(listed(this.held.newest), this.held, this);
    return newest ? [{ ...judgedEntry(newest, this.limits), key: '' }] : [];
  }

  /** Cells become old with time; the ages of old ones are updated every ten seconds. */
  #tick(): void {
    if (this.paused) return;
    const isDropped = this.#children.channels?.drop(this.dropAfter) ?? false;
    const nowMs = this.live.serverNow();
    const { scenes, rows, old } = this.#view;
    const count = oldCells(scenes, rows, nowMs);
    const isTime = count > 0 && Math.floor(nowMs / 1000) % 10 === 0;
    if (isDropped || isTime || count !== old) this.requestUpdate();
  }

  #row(row: TableRow): TemplateResult {
    const isJoined = row.parts !== undefined;
    const level =
      isJoined || this.state.old ? undefined : judgedEntry(row.entry, this.limits).level;
    const link = safeLink(linkOf(row.entry, this.href), document.baseURI);
    return html`<tr part="row" class=${level ?? ''}>
      ${this.#view.scenes.map((scene, n) => cell(scene, row, n === 0 ? link : undefined))}
    </tr>`;
  }

  #onSort = (event: Event): void => {
    const column = Number((event.currentTarget as HTMLElement).dataset['column']);
    this.#order = nextOrder(this.#order, column, this.#view.scenes[column]);
    this.requestUpdate();
  };
}

/** What is drawn. */
interface View {
  /** All rows, in their order. */
  all: readonly TableRow[];
  /** The rows that are drawn. */
  rows: readonly TableRow[];
  /** Rows that are left out. */
  more: number;
  /** How the cells of each column are drawn. */
  scenes: readonly CellScene[];
  /** Number of cells with an old value. */
  old: number;
}

const loadJoined = lazyImport('joinedTable', () => import('./joined-table.ts'));
/** The code for `<lp-column>` children, which the first table with such children loads. */
let joined: Awaited<ReturnType<typeof loadJoined>> | undefined;
const NONE: Table = { columns: [], rows: [], names: new Map() };

const csvFile = (text: string): Blob => new Blob([text], { type: 'text/csv;charset=utf-8' });

const tailOf = (specs: readonly RowSpec[]): number =>
  specs.some(({ format }) => format === 'spark') ? COURSE : CURRENT_TAIL;

// First click: the order that people look for, largest numbers and newest times first; then the other one; then none.
function nextOrder(
  order: Order | undefined,
  column: number,
  scene: CellScene | undefined,
): Order | undefined {
  const first = scene !== undefined && (scene.isNumeric || scene.column.field === 'time');
  const current = order?.column === column ? order.descending : undefined;
  if (current === undefined) return { column, descending: first };
  return current === first ? { column, descending: !first } : undefined;
}

/** Returns the columns of the attribute; none, with an error on the console, where it cannot be read. */
function columnsIn(text: string | undefined): Column[] {
  try {
    return parseColumns(text ?? '');
  } catch (error) {
    console.error(`lp-kit: <lp-table> ${(error as Error).message}`);
    return [];
  }
}

/** Returns entries with what the table shows of them: the payload after `transform`, at `field`. */
function shownOf(
  entries: readonly DataEntry[],
  held: ChannelData,
  { field, transform }: Pick<LpTable, 'field' | 'transform'>,
): readonly DataEntry[] {
  if (!transform && !field) return entries;
  return entries.flatMap((entry) => {
    const payload = held.payloadOf(entry);
    const d = field ? valueAt(payload, field) : payload;
    return d === undefined ? [] : [{ ...entry, d: d as Json }]; // the page's own data need not be JSON
  });
}

const listed = (entry: DataEntry | undefined): DataEntry[] => (entry ? [entry] : []);

const isEmpty = (payload: unknown): boolean =>
  isRecord(payload) && Object.keys(payload).length === 0;

const CURE = 'a table shows the fields of records; name them by columns="…"';

/** How a cell is written: unit and format of the element are those of the payload's own value, not of each field. */
function cellOptions(column: Column, value: unknown, own: FormatOptions): FormatOptions {
  const { unit: _unit, format: _format, ...shared } = own;
  const isOwn = isOwnValue(column.field) || column.spec !== undefined;
  const isTime = column.field === 'time' && column.kind === undefined;
  const usual = typeof value === 'number' ? undefined : 'text';
  return {
    ...(isOwn ? own : shared),
    ...column.options,
    format: isTime
      ? 'time'
      : ((column.kind as Format | undefined) ?? (isOwn ? own.format : undefined) ?? usual),
  };
}

/** A number in one row makes a column of numbers. */
function isNumeric(column: Column, rows: readonly TableRow[]): boolean {
  const { kind, field } = column;
  if (isStateColumn(column)) return false;
  if (kind !== undefined) return NUMERIC.has(kind);
  if (field === 'time' || field === 'key') return false;
  return rows.some((row) => typeof valueOf(column, row) === 'number');
}

/** The address of a row: the page's pattern, filled from the payload and the key, else the payload's own link. */
function linkOf({ k = '', d }: Entry, pattern: string | undefined): string | undefined {
  const fields = isRecord(d) ? d : {};
  const own = fields['href'] ?? fields['url'];
  if (!pattern?.includes('{')) return typeof own === 'string' ? own : undefined;
  const ofKey: Record<string, unknown> = { key: k, ...labelsOfKey(k) };
  return pattern.replace(/\{([\w.-]+)\}/g, (_all, field: string) =>
    encodeURIComponent(
      formatValue(valueAt(fields, field) ?? valueAt(ofKey, field) ?? '', { format: 'text' }),
    ),
  );
}

/** The level that the payload states, else that of its own value by the thresholds. */
function judgedEntry({ k = '', t, d }: Entry, limits: Limits): Judgement {
  const value = valueAt(d);
  return { key: k, level: payloadLevel(d, value, limits), value, t };
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-table': LpTable;
  }
}
