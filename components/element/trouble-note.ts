import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { DataStatus } from '../data/data-status.ts';
import type { Words } from '../locale/messages.ts';

/** States of which the reader should know, though the value stands. */
const TROUBLES = ['stale', 'paused', 'offline', 'error', 'denied'] as const;

/** What an element without a card says after its value: "(Out of date)", for screen readers; the eye has its dotted line. */
export function troubleNote(status: DataStatus, words: Words): TemplateResult | typeof nothing {
  const trouble = TROUBLES.find((each) => each === status);
  return trouble ? html`<span class="sr">&nbsp;(${words[trouble]})</span>` : nothing;
}
