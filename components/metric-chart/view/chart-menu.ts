import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Words } from '../../locale/messages.ts';

/** Actions of the menu of a chart. */
export type ChartAction = 'table' | 'csv' | 'png' | 'full' | 'tag';

/** State of the open menu of a chart. */
export interface ChartMenuView {
  /** The table is shown. */
  table: boolean;
  /** The tag was copied since the menu opened. */
  copied: boolean;
  /** There is a plot to make a picture of. */
  hasPicture: boolean;
  /** The chart may fill the screen. */
  canFill: boolean;
  words: Words;
  name: string;
  onAction: (action: ChartAction) => void;
  onKey: (event: KeyboardEvent) => void;
  onLeave: (event: FocusEvent) => void;
}

/** The open menu, over the plot. */
export function chartMenu(view: ChartMenuView): TemplateResult {
  const { words, table, copied, canFill, onAction } = view;
  const item = (action: ChartAction, text: string): TemplateResult =>
    html`<button type="button" role="menuitem" tabindex="-1" @click=${() => onAction(action)}>${text}</button>`;
  const keep = (event: Event): void => event.stopPropagation(); // a press here must not start a drag over the plot
  return html`<div
    class="menu"
    part="menu"
    role="menu"
    aria-label="${words.chartMenu}: ${view.name}"
    @keydown=${view.onKey}
    @focusout=${view.onLeave}
    @pointerdown=${keep}
    @pointermove=${keep}
    @dblclick=${keep}
  >
    ${item('table', table ? words.chartNoTable : words.chartTable)}
    ${item('csv', words.chartCsv)}
    ${view.hasPicture ? item('png', words.chartPng) : nothing}
    ${canFill ? item('full', words.chartFull) : nothing}
    ${item('tag', copied ? words.chartCopied : words.chartTag)}
  </div>`;
}
