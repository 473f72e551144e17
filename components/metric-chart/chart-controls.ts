import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Words } from '../locale/messages.ts';

export interface ChartControlsView {
  /** The table is open. */
  table: boolean;
  words: Words;
  name: string;
  onTable: () => void;
}

/** The chart's own buttons in the card's header. */
export function chartControls({ table, words, name, onTable }: ChartControlsView): TemplateResult {
  const say = table ? words.chartNoTable : words.chartTable;
  return html`<button
      type="button"
      aria-pressed=${table}
      aria-label="${say}: ${name}"
      title=${say}
      @click=${onTable}
    ><svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d="M2.25 3.25h11.5v9.5H2.25zM2.25 6.5h11.5M2.25 9.6h11.5M6.5 6.5v6.25" /></svg></button>`;
}
