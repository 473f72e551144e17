import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { formatValue } from '../format/format.ts';
import { dateFormat } from '../format/intl-cache.ts';
import type { Words } from '../locale/messages.ts';
import type { TimeRange } from '../shared/range.ts';
import { localText, rangeText, spanOf, type StartOf } from './range-text.ts';

/** A range to choose. */
export interface Preset {
  text: string;
  range: TimeRange;
}

/** Content of the range element. */
export interface RangeView {
  range: TimeRange;
  /** Ranges offered, as the page writes them and as they are. */
  presets: readonly Preset[];
  /** True if the fields for two times are shown. */
  open: boolean;
  /** True if the two entered times are not a range. */
  wrong: boolean;
  /** Time in ms. */
  now: number;
  words: Words;
  language: string;
  timeZone: string | undefined;
  /** Undefined until its code is loaded. */
  startOf: StartOf | undefined;
  onRange: (range: TimeRange) => void;
  onMove: (steps: number) => void;
  onLive: () => void;
  onOpen: () => void;
  onSubmit: (event: SubmitEvent) => void;
}

/** Returns buttons for windows, for earlier, later and live, and two fields for any other span. */
export function rangeView(view: RangeView): TemplateResult {
  const { range, words, onMove, onLive, onOpen, open } = view;
  const isLive = !('fromT' in range);
  return html`<div class="base" part="base" role="group" aria-label=${words.rangeName}>
    <span class="group" part="presets">${view.presets.map((each) => preset(each, view))}</span>
    <span class="group" part="move">
      <button type="button" aria-label=${words.rangeEarlier} title=${words.rangeEarlier} @click=${() => onMove(-1)}>‹</button>
      <button type="button" aria-label=${words.rangeLater} title=${words.rangeLater} ?disabled=${isLive} @click=${() => onMove(1)}>›</button>
      <button type="button" part="live-button" aria-pressed=${isLive} @click=${onLive}>${words.rangeLive}</button>
      <button type="button" part="custom-button" aria-expanded=${open} @click=${onOpen}>${words.rangeCustom}</button>
    </span>
    <span class="shown" part="text" role="status">${shownText(view)}</span>
    ${open ? fields(view) : nothing}
  </div>`;
}

function preset(
  { text, range }: Preset,
  { range: shown, words, onRange }: RangeView,
): TemplateResult {
  const name = 'calendar' in range ? calendarText(range.calendar, words) : undefined;
  return html`<button
    type="button"
    aria-pressed=${isSame(shown, range)}
    aria-label=${name ?? words.rangeLast(text)}
    @click=${() => onRange(range)}
  >${name ?? text}</button>`;
}

const isSame = (a: TimeRange, b: TimeRange): boolean => rangeText(a) === rangeText(b);

const calendarText = (calendar: 'today' | 'week' | 'month', words: Words): string =>
  ({ today: words.rangeToday, week: words.rangeWeek, month: words.rangeMonth })[calendar];

/** Returns the range in words; '' for a window whose button shows it. */
function shownText({ range, language, timeZone, presets, words }: RangeView): string {
  if (presets.some((each) => isSame(each.range, range))) return '';
  if ('calendar' in range) return calendarText(range.calendar, words);
  if ('windowMs' in range) {
    const span = formatValue(range.windowMs / 1_000, { format: 'duration', language });
    return words.rangeLast(span);
  }
  const format = dateFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  return format.formatRange(range.fromT, range.toT);
}

function fields(view: RangeView): TemplateResult {
  const { range, now, words, wrong, startOf, onSubmit } = view;
  const { fromT, toT } = spanOf(range, now, startOf);
  return html`<form part="form" novalidate @submit=${onSubmit}>
    <label>${words.rangeFrom} <input type="datetime-local" name="from" .value=${localText(fromT)} aria-invalid=${wrong} /></label>
    <label>${words.rangeTo} <input type="datetime-local" name="to" .value=${localText(toT)} aria-invalid=${wrong} /></label>
    <button type="submit">${words.rangeShow}</button>
    ${wrong ? html`<span class="wrong" role="alert">${words.rangeWrong}</span>` : nothing}
  </form>`;
}
