import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Words } from '../../locale/messages.ts';
import { icon } from '../../shared/icons.ts';

/** Actions of the menu of a chart. */
export type ChartAction = 'table' | 'csv' | 'png' | 'full' | 'tag';

/** State of the menu of a chart. */
export interface ChartMenuView {
  open: boolean;
  /** The table is shown. */
  table: boolean;
  /** The tag was copied since the menu opened. */
  copied: boolean;
  /** The chart may fill the screen. */
  canFill: boolean;
  words: Words;
  name: string;
  onOpen: () => void;
  onAction: (action: ChartAction) => void;
  onKey: (event: KeyboardEvent) => void;
  onLeave: (event: FocusEvent) => void;
}

/** The button in the card's header that opens the menu. */
export function chartMenuButton({ open, words, name, onOpen }: ChartMenuView): TemplateResult {
  return html`<button
    type="button"
    class="menu-button"
    aria-haspopup="menu"
    aria-expanded=${open}
    aria-label="${words.chartMenu}: ${name}"
    title=${words.chartMenu}
    @click=${onOpen}
  >${icon('more')}</button>`;
}

/** The open menu, over the plot. */
export function chartMenu(view: ChartMenuView): TemplateResult | typeof nothing {
  if (!view.open) return nothing;
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
    ${item('png', words.chartPng)}
    ${canFill ? item('full', words.chartFull) : nothing}
    ${item('tag', copied ? words.chartCopied : words.chartTag)}
  </div>`;
}
