import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { Words } from '../locale/messages.ts';
import { icon } from '../shared/icons.ts';

/** What the controls of a feed show. */
export interface FeedControlsView {
  isSearching: boolean;
  words: Words;
  name: string;
  /** The text to download. */
  text: () => string;
  onSearch: () => void;
}

/** The buttons of a feed's header: search, and download as text. */
export function feedControls({
  isSearching,
  words,
  name,
  text,
  onSearch,
}: FeedControlsView): TemplateResult {
  return html`<button
      type="button"
      aria-pressed=${isSearching}
      aria-label="${words.feedSearch}: ${name}"
      title=${words.feedSearch}
      @click=${onSearch}
    >${icon('search')}</button
    ><button
      type="button"
      aria-label="${words.feedDownload}: ${name}"
      title=${words.feedDownload}
      @click=${() => save(text(), `${name || 'feed'}.log`)}
    >${icon('download')}</button>`;
}

/** Saves a text as a file of the viewer. */
function save(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain;charset=utf-8' }));
  link.download = name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download may start late
}
