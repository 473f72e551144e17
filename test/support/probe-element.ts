import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { DataEntry } from '../../components/data/held.ts';
import { levelOf } from '../../components/data/levels.ts';
import { LpElement } from '../../components/element/lp-element.ts';
import { formatValue } from '../../components/format/format.ts';
import { define } from '../../components/shared/define.ts';

/** The smallest whole widget: shows its newest value, notes what it was told, warns from 80 and 90. */
export class LpProbe extends LpElement {
  told: [kind: 'reset' | 'entries', ...values: unknown[]][] = [];
  updates = 0;

  protected override applyReset(entries: DataEntry[]): void {
    this.told.push(['reset', ...entries.map((entry) => this.read(entry))]);
  }

  protected override applyEntries(entries: DataEntry[]): void {
    this.told.push(['entries', ...entries.map((entry) => this.read(entry))]);
  }

  protected override willUpdate(): void {
    this.updates++;
    this.setLevel(levelOf(this.value, { warn: 80, danger: 90 }), this.value);
  }

  protected override renderBody(): TemplateResult {
    if (this.value === 'undrawable') throw new Error('cannot draw this');
    return html`<output>${formatValue(this.value)}</output>`;
  }

  /** Where it gets its data from. */
  get server(): string | undefined {
    return this.live.connection?.address.url;
  }

  get shownText(): string {
    return this.renderRoot.querySelector('output')?.textContent ?? '';
  }

  part_(name: string): HTMLElement | null {
    return this.renderRoot.querySelector(`[part~="${name}"]`);
  }
}

define('lp-probe', LpProbe);

declare global {
  interface HTMLElementTagNameMap {
    'lp-probe': LpProbe;
  }
}
