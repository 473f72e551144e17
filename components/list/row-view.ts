import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Level } from '../data/levels.ts';
import { shapeOf } from '../data/payload.ts';
import { cssProperty } from '../element/css-property.ts';
import { asNumber } from '../element/limits.ts';
import { isMissing } from '../format/format.ts';
import { ageText } from '../format/format-moment.ts';
import type { FormatOptions, Formatted } from '../format/format-options.ts';
import type { Words } from '../locale/messages.ts';
import { icon } from '../shared/icons.ts';
import { safeLink } from '../shared/safe-url.ts';
import { spark } from '../sparkline/spark.ts';
import { sparkPaths } from '../sparkline/spark-path.ts';
import type { Row } from './rows.ts';

/** A row with its computed values. */
export interface Line {
  row: Row;
  level: Level | undefined;
  share: number;
  /** True if the newest entry of the series is older than its age limit. */
  isOld: boolean;
}

/** Options shared by all rows. */
export interface RowScene {
  words: Words;
  language: string;
  nowMs: number;
  bars: boolean;
  /** Pattern of the rows' links: `/hosts/{label}`. */
  href: string | undefined;
  /** True if the data are old: then no row has a level. */
  isOld: boolean;
  /** True if any row has a level: all rows then reserve space for its icon, so that no name is wrapped differently when a level appears. */
  hasLevels: boolean;
  hasFormatter: boolean;
  write: (value: unknown, options: FormatOptions) => Formatted;
  optionsOf: (row: Row) => FormatOptions;
}

/** Returns one row: name, sparkline, value, bar. */
export function rowLine(line: Line, scene: RowScene): TemplateResult {
  const { row, level, share, isOld } = line;
  const { bars, nowMs, language } = scene;
  const shown = scene.isOld ? undefined : level;
  const href = safeLink(hrefOf(row, scene.href), document.baseURI);
  return html`<li class="row ${shown ?? ''} ${isOld ? 'old' : ''}" part="item">
      <span class="name" part="item-label">${
        href
          ? html`<a href=${href} rel="noopener noreferrer nofollow ugc"><bdi>${row.label}</bdi></a>`
          : html`<bdi>${row.label}</bdi>`
      }${isOld ? html` <span class="age">${ageText((row.t ?? 0) - nowMs, language)}</span>` : nothing}</span>
      ${row.course ? html`<span class="course" aria-hidden="true">${spark(sparkPaths(row.course))}</span>` : nothing}
      ${amountOf(row, shown, scene)}
      ${bars ? html`<span class="bar" part="bar" aria-hidden="true" ${cssProperty('--_share', share)}></span>` : nothing}
    </li>`;
}

/** Returns the URL of a row: the page's pattern, filled with its name and key, else that in the payload. */
function hrefOf({ href, label, key }: Row, pattern: string | undefined): unknown {
  if (!pattern?.includes('{')) return href;
  const fields: Record<string, string> = { label, key };
  return pattern.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(fields[name] ?? ''),
  );
}

function amountOf(row: Row, level: Level | undefined, scene: RowScene): TemplateResult {
  const { words, hasLevels } = scene;
  const { value, t, payload } = row;
  const options = scene.optionsOf(row);
  const isNested = typeof value === 'object' && value !== null && !scene.hasFormatter;
  const isUnread = isNested || (t !== undefined && value === undefined);
  const bad = level === 'warn' || level === 'danger' ? level : undefined;
  return html`<span class="amount" part="item-value"
      >${hasLevels ? html`<span class="mark">${bad ? html`${icon(bad)}<span class="sr">${words[bad]}:</span>` : nothing}</span>` : nothing}${
        isUnread
          ? html`<span class="unit">${words.cannotRead(shapeOf(isNested ? value : payload))}</span>`
          : nothing
      }${value === undefined || isUnread ? nothing : valueOf(asNumber(value, options), options, scene)}</span>`;
}

function valueOf(value: unknown, options: FormatOptions, scene: RowScene): TemplateResult {
  const { parts, text } = scene.write(value, options);
  if (isMissing(value) && !scene.hasFormatter)
    return html`<span aria-hidden="true">${text}</span><span class="sr">${scene.words.noValue}</span>`;
  return html`<bdi>${parts.map(({ kind, text: part }) => html`<span class=${kind}>${part}</span>`)}</bdi>`;
}
