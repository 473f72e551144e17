import type { ReactiveControllerHost } from 'lit';
import { nothing } from 'lit';
import { copyText } from '../shared/copy-text.ts';
import { lazyImport } from '../shared/lazy-import.ts';
import type { EmptyHelpFacts } from './empty-help.ts';

const loadHelp = lazyImport('emptyHelp', () => import('./empty-help.ts'));
const noop = (): void => {};
/** Time in ms for which the button confirms the copy. */
const COPIED_MS = 2000;

/** The command in an empty card that publishes a first value. Its code is loaded by the first element that is empty. */
export class EmptyState {
  #host: ReactiveControllerHost;
  #module: typeof import('./empty-help.ts') | undefined;
  #isCopied = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Returns the command and its button; nothing until the code is loaded, or where no server is known. */
  help({
    baseUrl,
    ...facts
  }: Pick<EmptyHelpFacts, 'channel' | 'example' | 'words'> & {
    baseUrl: string | undefined;
  }): unknown {
    if (!this.#module) void this.#load();
    if (!this.#module || baseUrl === undefined) return nothing;
    const isCopied = this.#isCopied;
    return this.#module.emptyHelp({ ...facts, baseUrl, isCopied, onCopy: this.#onCopy });
  }

  async #load(): Promise<void> {
    this.#module = await loadHelp().catch(() => undefined); // reported by lazyImport; the next update asks again
    if (this.#module) this.#host.requestUpdate();
  }

  #onCopy = (command: string): void => {
    copyText(command).then(() => {
      this.#setCopied(true);
      setTimeout(() => this.#setCopied(false), COPIED_MS);
    }, noop); // the browser refused; the command can still be selected
  };

  #setCopied(isCopied: boolean): void {
    this.#isCopied = isCopied;
    this.#host.requestUpdate();
  }
}
