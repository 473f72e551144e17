import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Words } from '../locale/messages.ts';
import { icon } from '../shared/icons.ts';
import type { Rotation } from './rotation.ts';

/** The name of the page that is shown, beside the dashboard's own. */
export function pageName(rotation: Rotation): TemplateResult | typeof nothing {
  const name = rotation.pages[rotation.index]?.getAttribute('aria-label');
  return name ? html`<span class="page"><bdi>${name}</bdi></span>` : nothing;
}

/** A button for each page, and one that stops the rotation. Arrow keys go from page to page. */
export function pageButtons(rotation: Rotation, words: Words): TemplateResult | typeof nothing {
  const { pages, index, isStopped } = rotation;
  if (pages.length < 2) return nothing;
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl';
    rotation.show(index + (isRtl ? -step : step));
  };
  return html`<div class="pages" part="pages" role="group" aria-label=${words.pages} @keydown=${onKey}>
    <button
      type="button"
      aria-pressed=${isStopped}
      aria-label=${words.pagesStop}
      title=${words.pagesStop}
      @click=${() => rotation.toggle()}
    >${icon(isStopped ? 'play' : 'pause')}</button>${pages.map((page, n) => {
      const name = page.getAttribute('aria-label');
      const label = words.listed([words.pageOf(n + 1, pages.length), ...(name ? [name] : [])]);
      return html`<button
        type="button"
        class="dot"
        aria-current=${n === index ? 'page' : nothing}
        aria-label=${label}
        title=${label}
        @click=${() => rotation.show(n)}
      ></button>`;
    })}
  </div>`;
}
