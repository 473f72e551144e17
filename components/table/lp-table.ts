import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Entry } from '../../protocol/lp1.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import type { Judgement } from '../data/level-watch.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { seriesNames } from '../data/keys.ts';
import type { Limits } from '../data/levels.ts';
import { payloadLevel } from '../data/levels.ts';
import { numberIn } from '../data/number.ts';
import { isRecord, valueAt } from '../data/payload.ts';
import { levelOnly, stateOf } from '../data/states.ts';
import { isOwnValue } from '../data/value-meta.ts';
import { LpElement } from '../element/lp-element.ts';
import { rowLimit } from '../element/row-limit.ts';
import { LpFormatElement } from '../element/lp-format-element.ts';
import { WholeRows } from '../element/whole-rows.ts';
import { formatValue } from '../format/format.ts';
import type { Format, FormatOptions } from '../format/format-options.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { icon } from '../shared/icons.ts';
import { safeLink } from '../shared/safe-url.ts';
import { sparkPaths } from '../sparkline/spark-path.ts';
import { spark, sparkStyles } from '../sparkline/spark.ts';
import type { Column } from './table-columns.ts';
import { columnsOf, isStateColumn, parseColumns } from './table-columns.ts';
import type { Order, RowsOf, TableRow } from './table-rows.ts';
import { cellValue, rowsOf, sortedRows } from './table-rows.ts';
import { tableStyles } from './table-styles.ts';

const LIMIT = 100;
/** Number of entries of a key that a `spark` column draws. */
const COURSE = 60;
const NUMERIC: ReadonlySet<string> = new Set(['number', 'percent', 'bytes', 'bits', 'currency']);

/**
 * `<lp-table channel="orders" columns="time:time, customer, total:currency:EUR, status">`: entries as rows, newest first, or
 * with `rows-of="keys"` the current entry of each key. A click on a heading sorts. In a narrow card each row becomes a block.
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
   * Link of a row; `{field}` is replaced by a value of its payload: `/orders/{order}`. Default: the payload's `href` or
   * `url`.
   */
  declare href: string | undefined;

  #order: Order | undefined;
  /** The columns of the attribute; none if it is absent or cannot be read. */
  #wanted: Column[] = [];
  #columns: Column[] = [];
  #rows: TableRow[] = [];
  #more = 0;
  /** Names of the keys, by the labels that differ. */
  #names = new Map<string, string>();
  #whole = new WholeRows(this, {
    frame: () => this.renderRoot.querySelector('.frame'),
    rows: () => this.renderRoot.querySelectorAll('tbody tr'),
  });

  protected override get tail(): number | undefined {
    if (this.rowsOf !== 'keys') return rowLimit(this.limit, LIMIT);
    return this.columns?.includes(':spark') ? COURSE : CURRENT_TAIL;
  }

  protected override get example(): unknown {
    return { name: 'first', value: 42, status: 'ok' };
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { newest, history } = this.held;
    const isKeyed = newest?.k !== undefined;
    if (changed.has('columns')) this.#wanted = columnsIn(this.columns);
    this.#columns = this.#wanted.length > 0 ? this.#wanted : columnsOf(newest?.d, isKeyed);
    const hasCourse = this.#columns.some(({ kind }) => kind === 'spark');
    const rows = rowsOf(history, this.rowsOf ?? 'entries', hasCourse);
    const sorted = sortedRows(rows, this.#columns, this.#order, this.locale.language);
    const most = Math.min(sorted.length, rowLimit(this.limit, LIMIT));
    this.#rows = sorted.slice(0, this.#whole.of(most));
    this.#more = sorted.length - this.#rows.length;
    this.#names = seriesNames(this.held.series.keys);
    if (this.rowsOf === 'keys')
      this.setLevels(
        sorted.map(({ entry }) => judgedEntry(entry, this.limits)),
        true,
      );
    else this.setLevels(newest ? [{ ...judgedEntry(newest, this.limits), key: '' }] : [], true);
  }

  protected override renderBody(): TemplateResult {
    const { words } = this.locale;
    return html`<div class="frame"><table part="table" aria-label=${this.held.name || nothing}>
        <thead>
          <tr part="head">
            ${this.#columns.map((column, n) => this.#heading(column, n))}
          </tr>
        </thead>
        <tbody>
          ${this.#rows.map((row) => this.#row(row))}
        </tbody>
      </table></div>${this.#more > 0 ? html`<p class="more">${words.moreRows(this.#more)}</p>` : nothing}`;
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="bones">${[0, 1, 2, 3].map(() => html`<div class="bone"></div>`)}</div>`;
  }

  /** Rows that are keys have a level each; of a log of events the newest entry alone says how it is. */
  protected override judge({ entries }: Pick<ElementStep, 'entries'>): Judgement[] {
    const judged = entries.map((entry) => judgedEntry(entry, this.limits));
    return this.rowsOf === 'keys' ? judged : judged.map((each) => ({ ...each, key: '' }));
  }

  #heading(column: Column, n: number): TemplateResult {
    const isSorted = this.#order?.column === n;
    const direction = this.#order?.descending ? 'descending' : 'ascending';
    return html`<th
      scope="col"
      class=${isNumeric(column, this.#rows) ? 'number' : ''}
      aria-sort=${isSorted ? direction : nothing}
    ><button type="button" data-column=${n} @click=${this.#onSort}><bdi>${column.label}</bdi><span class="arrow" aria-hidden="true">${
      isSorted ? (this.#order?.descending ? '↓' : '↑') : ''
    }</span></button></th>`;
  }

  #row(row: TableRow): TemplateResult {
    const level = this.state.old ? undefined : judgedEntry(row.entry, this.limits).level;
    const link = safeLink(linkOf(row.entry, this.href), document.baseURI);
    return html`<tr part="row" class=${level ?? ''}>
      ${this.#columns.map((column, n) => this.#cell(column, row, n === 0 ? link : undefined))}
    </tr>`;
  }

  #cell(column: Column, row: TableRow, link: string | undefined): TemplateResult {
    const content = this.#content(column, row);
    return html`<td
      part="cell"
      class=${isNumeric(column, this.#rows) ? 'number' : ''}
      data-label=${column.label}
    >${link ? html`<a href=${link} rel="noopener noreferrer nofollow ugc">${content}</a>` : content}</td>`;
  }

  #content(column: Column, row: TableRow): unknown {
    if (column.kind === 'spark') return courseOf(column, row);
    const value = cellValue(column, row.entry);
    if (column.field === 'key') return html`<bdi>${this.#names.get(String(value)) ?? value}</bdi>`;
    if (isStateColumn(column)) return this.#stateOf(value);
    const { parts } = this.written(value, cellOptions(column, value, this.formatOptions()));
    return html`<bdi>${parts.map(({ kind, text }) => html`<span class=${kind}>${text}</span>`)}</bdi>`;
  }

  #stateOf(value: unknown): unknown {
    const state = stateOf(value, this.limits.states);
    if (!state)
      return value === undefined ? '' : html`<bdi>${formatValue(value, { format: 'text' })}</bdi>`;
    const level = this.state.old ? undefined : levelOnly(state.level);
    return html`<span class="state ${level ?? ''}">${level ? icon(level === 'ok' ? 'check' : level) : nothing}<bdi>${state.text}</bdi></span>`;
  }

  // First click: the order that people look for, largest numbers and newest times first; then the other one; then none.
  #onSort = (event: Event): void => {
    const column = Number((event.currentTarget as HTMLElement).dataset['column']);
    const spec = this.#columns[column];
    const first = spec !== undefined && (isNumeric(spec, this.#rows) || spec.field === 'time');
    const current = this.#order?.column === column ? this.#order.descending : undefined;
    if (current === undefined) this.#order = { column, descending: first };
    else this.#order = current === first ? { column, descending: !first } : undefined;
    this.requestUpdate();
  };
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

/** The last values of a row as a line. */
function courseOf(column: Column, { course }: TableRow): TemplateResult {
  const samples = course.map((entry) => {
    const value = numberIn(cellValue(column, entry));
    return { t: entry.t, value: value ?? null };
  });
  return html`<span class="course">${spark(sparkPaths(samples))}</span>`;
}

/** How a cell is written: unit and format of the element are those of the payload's own value, not of each field. */
function cellOptions(column: Column, value: unknown, own: FormatOptions): FormatOptions {
  const { unit: _unit, format: _format, ...shared } = own;
  const isOwn = isOwnValue(column.field);
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
  return rows.some(({ entry }) => typeof cellValue(column, entry) === 'number');
}

/** The address of a row: the page's pattern, filled from the payload, else the payload's own link. */
function linkOf({ d }: Entry, pattern: string | undefined): string | undefined {
  if (!isRecord(d)) return undefined;
  const own = d['href'] ?? d['url'];
  if (!pattern?.includes('{')) return typeof own === 'string' ? own : undefined;
  return pattern.replace(/\{([\w.-]+)\}/g, (_all, field: string) =>
    encodeURIComponent(formatValue(valueAt(d, field) ?? '', { format: 'text' })),
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
