import type { TemplateResult } from 'lit';
import { html } from 'lit';
import { levelOf } from '../../components/data/levels.ts';
import type { ElementStep } from '../../components/element/channel-data.ts';
import { LpElement } from '../../components/element/lp-element.ts';
import { formatValue } from '../../components/format/format.ts';
import { define } from '../../components/shared/define.ts';

/** A minimal widget: shows its newest value, records the received steps, and has levels from 80 and 90. */
export class LpProbe extends LpElement {
  told: [kind: 'reset' | 'entries', ...values: unknown[]][] = [];
  updates = 0;

  protected override apply({ kind, entries }: ElementStep): boolean {
    const values = entries.map((entry) => this.held.read(entry));
    if (kind !== 'none') this.told.push([kind === 'reset' ? 'reset' : 'entries', ...values]);
    return true;
  }

  protected override willUpdate(): void {
    this.updates++;
    const { value } = this.held;
    this.setLevel(levelOf(value, { warn: 80, danger: 90 }), value);
  }

  protected override renderBody(): TemplateResult {
    const { value } = this.held;
    if (value === 'undrawable') throw new Error('cannot draw this');
    return html`<output>${formatValue(value)}</output>`;
  }

  /** The source of its data. */
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
