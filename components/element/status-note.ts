import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { DataStatus } from '../data/data-status.ts';
import { NO_VALUE } from '../format/format.ts';
import type { Words } from '../locale/messages.ts';

/** Statuses that are announced to screen readers while the value stays visible. */
const PROBLEMS = ['stale', 'paused', 'offline', 'error', 'denied'] as const;

/**
 * Returns the note after the value of an element without a card, such as "(Out of date)", for screen readers; it is shown
 * visually as a dotted line.
 */
export function statusNote(status: DataStatus, words: Words): TemplateResult | typeof nothing {
  const problem = PROBLEMS.find((each) => each === status);
  return problem ? html`<span class="sr">&nbsp;(${words[problem]})</span>` : nothing;
}

/** Returns what an element without a card shows in place of a value that it cannot read: "—", with the reason as its title. */
export const unreadNote = (text: string): TemplateResult =>
  html`<span class="value" part="value" title=${text}
    ><span aria-hidden="true">${NO_VALUE}</span><span class="sr">${text}</span></span>`;
