import { copyText } from '../shared/copy-text.ts';
import { download } from '../shared/download.ts';
import { nothing } from 'lit';
import type { ChartContext } from './chart-context.ts';
import type { ChartLook } from './chart-look.ts';
import type { ChartReadout } from './chart-readout.ts';
import type { ChartData } from './samples/chart-data.ts';
import { type Row, rowsOf } from './samples/rows.ts';
import { type ChartAction, chartMenu } from './view/chart-menu.ts';
import { chartTable } from './view/chart-table.ts';
import type { ViewedSpan } from './view/viewed-span.ts';

/** Options of `ChartTools`. */
export interface ChartToolsOptions {
  data: ChartData;
  look: ChartLook;
  readout: ChartReadout;
  viewed: ViewedSpan;
  toCSV: () => string;
  toBlob: () => Promise<Blob>;
}

/** The tools of a chart: its menu, its table, and what the menu exports. */
export class ChartTools {
  readonly #context: ChartContext;
  readonly #options: ChartToolsOptions;
  /** Rows of the open table, as they were when it was opened. */
  #rows: readonly Row[] | undefined;
  #scrolled = { top: 0, height: 0 };
  #isOpen = false;
  #isCopied = false;

  constructor(context: ChartContext, options: ChartToolsOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Shows all samples in view as a table, as they are now, or hides it. */
  showTable(open: boolean): void {
    const { fromT, toT } = this.#options.viewed.span;
    this.#rows = open ? rowsOf(this.#options.data.lines, fromT, toT) : undefined;
    this.#scrolled = { top: 0, height: 0 };
    this.#context.host.requestUpdate();
  }

  /** Whether the menu is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens or closes the menu. */
  toggle(open: boolean = !this.#isOpen): void {
    this.#isOpen = open;
    this.#isCopied = false;
    const { host } = this.#context;
    host.requestUpdate();
    void host.updateComplete.then(() => {
      const root = host.renderRoot;
      if (open) root.querySelector<HTMLElement>('.menu button')?.focus();
    });
  }

  /** The open menu, or nothing. */
  menu(): unknown {
    if (!this.#isOpen) return nothing;
    const { held, locale, host } = this.#context;
    return chartMenu({
      table: this.#rows !== undefined,
      copied: this.#isCopied,
      hasPicture: host.type !== 'histogram',
      canFill: host.ownerDocument?.fullscreenEnabled,
      words: locale.words,
      name: held.name,
      onAction: (action) => void this.#do(action),
      onKey: this.#onKey,
      onLeave: this.#onLeave,
    });
  }

  /** The open table, or nothing. */
  table(): unknown {
    if (!this.#rows) return nothing;
    const { held, locale } = this.#context;
    const { data, look, readout } = this.#options;
    return chartTable({
      caption: held.name,
      head: data.lines.map(look.labelOf),
      rows: this.#rows,
      scrolled: this.#scrolled,
      words: locale.words,
      timeText: readout.timeText,
      valueText: (v, n) => readout.textOf(v, data.lines[n]),
      onScroll: this.#onScroll,
    });
  }

  async #do(action: ChartAction): Promise<void> {
    const { host, held } = this.#context;
    const { toCSV, toBlob } = this.#options;
    const name = held.name || 'chart';
    if (action === 'tag') {
      await copyText(host.outerHTML);
      this.#isCopied = true;
      host.requestUpdate();
      return;
    }
    this.#close();
    if (action === 'table') this.showTable(!this.#rows);
    else if (action === 'csv') download(new Blob([toCSV()], { type: 'text/csv' }), `${name}.csv`);
    else if (action === 'png') download(await toBlob(), `${name}.png`);
    else await fill(host);
  }

  /** Closes the menu and goes back to its button. */
  #close(): void {
    this.toggle(false);
    this.#context.host.renderRoot.querySelector<HTMLElement>('.menu-button')?.focus();
  }

  #onKey = (event: KeyboardEvent): void => {
    const items = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
    const at = items.indexOf(event.target as HTMLButtonElement);
    const to: Partial<Record<string, number>> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key === 'Escape') this.#close();
    else if (to[event.key] === undefined) return;
    else items[to[event.key] ?? 0]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };

  #onLeave = (event: FocusEvent): void => {
    const to = event.relatedTarget as Element | null;
    const stays = to?.closest('.menu, .menu-button');
    if (!stays && this.#isOpen) this.toggle(false);
  };

  #onScroll = (event: Event): void => {
    const { scrollTop, clientHeight } = event.currentTarget as HTMLElement;
    this.#scrolled = { top: scrollTop, height: clientHeight };
    this.#context.host.requestUpdate();
  };
}

async function fill(host: HTMLElement): Promise<void> {
  if (document.fullscreenElement === host) await document.exitFullscreen();
  else await host.requestFullscreen();
}
