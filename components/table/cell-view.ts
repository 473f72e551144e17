import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Entry } from '../../protocol/lp1.ts';
import type { Level, Limits } from '../data/levels.ts';
import { levelOf, payloadLevel } from '../data/levels.ts';
import { isGap, numberIn } from '../data/number.ts';
import { levelOnly, stateOf } from '../data/states.ts';
import { isOwnValue } from '../data/value-meta.ts';
import { formatValue, isMissing, NO_VALUE } from '../format/format.ts';
import { ageText } from '../format/format-moment.ts';
import type { FormatOptions, Formatted } from '../format/format-options.ts';
import type { Words } from '../locale/messages.ts';
import { icon } from '../shared/icons.ts';
import { sparkPaths } from '../sparkline/spark-path.ts';
import { spark } from '../sparkline/spark.ts';
import type { Column } from './table-columns.ts';
import { isStateColumn } from './table-columns.ts';
import type { Cell, Order, TableRow } from './table-rows.ts';
import { cellOf, cellValue } from './table-rows.ts';

/** Number of entries of a key that a `spark` column draws. */
export const COURSE = 60;

/** How the cells of one column are drawn. */
export interface CellScene {
  column: Column;
  isNumeric: boolean;
  limits: Limits;
  /** Age in ms from which a value is old. */
  staleMs: number;
  /** Whether all data of the table are old; then no cell has a level. */
  isOld: boolean;
  nowMs: number;
  language: string;
  words: Words;
  /** Names of the keys for people. */
  names: ReadonlyMap<string, string>;
  optionsOf: (value: unknown) => FormatOptions;
  write: (value: unknown, options: FormatOptions) => Formatted;
}

/** Returns the number of cells with an old value, at `nowMs` or the time of the scene. */
export function oldCells(
  scenes: readonly CellScene[],
  rows: readonly TableRow[],
  nowMs?: number,
): number {
  const aging = scenes.filter(({ staleMs }) => Number.isFinite(staleMs));
  const isOld = (row: TableRow) => (scene: CellScene) =>
    isOldCell(scene, cellOf(scene.column, row), nowMs);
  return rows.reduce((sum, row) => sum + aging.filter(isOld(row)).length, 0);
}

/** Returns the heading of a column: a button that sorts. */
export function heading(
  { column, isNumeric }: CellScene,
  n: number,
  { order, onSort }: { order: Order | undefined; onSort: (event: Event) => void },
): TemplateResult {
  const isSorted = order?.column === n;
  const direction = order?.descending ? 'descending' : 'ascending';
  return html`<th
      scope="col"
      class=${isNumeric ? 'number' : ''}
      aria-sort=${isSorted ? direction : nothing}
    ><button type="button" data-column=${n} @click=${onSort}><bdi>${column.label}</bdi><span class="arrow" aria-hidden="true">${
      isSorted ? (order?.descending ? '↓' : '↑') : ''
    }</span></button></th>`;
}

/** Returns one cell. The name of a row is the heading of the row. */
export function cell(scene: CellScene, row: TableRow, link: string | undefined): TemplateResult {
  const { column, isNumeric } = scene;
  const made = cellOf(column, row);
  const isOld = isOldCell(scene, made);
  const kind = `${isNumeric ? 'number' : ''} ${isOld ? 'old' : (cellLevel(scene, made) ?? '')}`;
  const text = content(scene, made, isOld);
  const inner = link
    ? html`<a href=${link} rel="noopener noreferrer nofollow ugc">${text}</a>`
    : text;
  if (column.field === 'key')
    return html`<th scope="row" part="cell" class=${kind} data-label=${column.label}>${inner}</th>`;
  return html`<td part="cell" class=${kind} data-label=${column.label}>${inner}</td>`;
}

/**
 * Returns the level of a cell that is not old: in a column of its own channel all that the payload and the limits tell; else
 * that of a number by the limits, because states have columns of their own.
 */
export function cellLevel(scene: CellScene, made: Cell): Level | undefined {
  const { column, limits } = scene;
  const { entry } = made;
  if (!entry || scene.isOld || column.kind === 'spark' || isOldCell(scene, made)) return undefined;
  const value = cellValue(column, entry);
  if (column.spec && !isOfEntry(column))
    return payloadLevel(isOwnValue(column.field) ? entry.d : value, value, limits);
  return isOwnValue(column.field) && !isGap(value) ? levelOf(value, limits) : undefined;
}

/** Whether the newest value of a cell is older than its age limit. */
function isOldCell(scene: CellScene, { entry }: Cell, nowMs: number = scene.nowMs): boolean {
  const { column, staleMs } = scene;
  return entry !== undefined && column.field !== 'key' && nowMs - entry.t > staleMs;
}

const isOfEntry = ({ field }: Column): boolean => field === 'time' || field === 'key';

function content(scene: CellScene, made: Cell, isOld: boolean): unknown {
  const { column, names, words } = scene;
  const { entry, course } = made;
  if (column.kind === 'spark') return courseOf(column, course);
  const value = entry && cellValue(column, entry);
  if (column.field === 'key') return html`<bdi>${names.get(String(value)) ?? value}</bdi>`;
  const age = isOld && entry ? ageOf(scene, entry) : nothing;
  if (column.spec && isMissing(value))
    return html`<span aria-hidden="true">${NO_VALUE}</span><span class="sr">${words.noValue}</span>`;
  if (isStateColumn(column)) return html`${stateIn(scene, value, isOld)}${age}`;
  const level = cellLevel(scene, made);
  const { parts } = scene.write(value, scene.optionsOf(value));
  return html`${badMark(level, words)}<bdi>${parts.map(({ kind, text: part }) => html`<span class=${kind}>${part}</span>`)}</bdi>${age}`;
}

const badMark = (level: Level | undefined, words: Words): unknown =>
  level === 'warn' || level === 'danger'
    ? html`<span class="mark">${icon(level)}<span class="sr">${words[level]}:</span></span>`
    : nothing;

const ageOf = ({ nowMs, language }: CellScene, { t }: Entry): TemplateResult =>
  html` <span class="age">${ageText(t - nowMs, language)}</span>`;

function stateIn(scene: CellScene, value: unknown, isOld: boolean): unknown {
  const state = stateOf(value, scene.limits.states);
  if (!state)
    return value === undefined ? '' : html`<bdi>${formatValue(value, { format: 'text' })}</bdi>`;
  const level = scene.isOld || isOld ? undefined : levelOnly(state.level);
  return html`<span class="state ${level ?? ''}">${level ? icon(level === 'ok' ? 'check' : level) : nothing}<bdi>${state.text}</bdi></span>`;
}

/** The last values of a row as a line. */
function courseOf(column: Column, course: readonly Entry[]): TemplateResult {
  const samples = course.slice(-COURSE).map((entry) => {
    const value = numberIn(cellValue(column, entry));
    return { t: entry.t, value: value ?? null };
  });
  return html`<span class="course">${spark(sparkPaths(samples))}</span>`;
}
