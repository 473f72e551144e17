import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { DataStatus } from '../../data/data-status.ts';
import type { Level } from '../../data/levels.ts';
import type { Words } from '../../locale/messages.ts';
import type { IconName } from '../../shared/icons.ts';
import { icon } from '../../shared/icons.ts';

/** All that a card shows, ready to be written. */
export interface CardView {
  name: string;
  headingLevel: number | undefined;
  noHeader: boolean;
  noFooter: boolean;
  noControls: boolean;
  status: DataStatus;
  /** Only of a value that is not old. */
  level: Level | undefined;
  /** A value is held; without one the body is veiled. */
  held: boolean;
  paused: boolean;
  /** What there is to say in place of the value, or of it. */
  message: string;
  canRetry: boolean;
  words: Words;
  /** `noChange` keeps the body that stands. */
  body: unknown;
  skeleton: unknown;
  controls: unknown;
  onPause: () => void;
  onRetry: () => void;
}

const BADGES: Partial<Record<DataStatus | Level, IconName>> = {
  stale: 'clock',
  paused: 'pause',
  offline: 'offline',
  error: 'warn',
  denied: 'lock',
  warn: 'warn',
  danger: 'danger',
};

/**
 * The frame of a widget: header, body with its veil, footer. Slots always stand, so that what is in them is kept. The badge
 * stands below the value: coming and going, it moves nothing above it.
 */
export function card(view: CardView): TemplateResult {
  const { noHeader, noFooter } = view;
  const mark = badge(view);
  return html`<div class="base" part="base">
    <div class="header" part="header" ?hidden=${noHeader}>${header(view)}</div>
    <div class=${bodyClass(view)} part="body">
      <div class="content">${view.body}</div>
      <div class="skeleton" part="skeleton" aria-hidden="true" ?hidden=${view.status !== 'loading' || view.message !== ''}>
        ${view.skeleton}
      </div>
      ${notice(view)}
    </div>
    <div class="footer${noFooter ? ' bare' : ''}" part="footer" ?hidden=${noFooter && mark === nothing}>
      <slot name="footer" ?hidden=${noFooter}></slot>
      <span class="updated" part="updated" ?hidden=${noFooter}></span>${mark}
    </div>
  </div>`;
}

const bodyClass = ({ held, status }: CardView): string =>
  `body${held ? '' : ' veiled'}${status === 'offline' ? ' dimmed' : ''}`;

function header(view: CardView): TemplateResult {
  const { headingLevel, words, paused } = view;
  const isHeading = headingLevel !== undefined && headingLevel >= 2 && headingLevel <= 6;
  const say = paused ? words.resume : words.pause;
  return html`<div
      class="label"
      part="label"
      role=${isHeading ? 'heading' : nothing}
      aria-level=${isHeading ? headingLevel : nothing}
    ><slot name="label"><bdi>${view.name}</bdi></slot></div>
    <div class="controls" part="controls">
      <slot name="actions"></slot>${
        view.noControls
          ? nothing
          : html`${view.controls}<button
                type="button"
                aria-pressed=${paused}
                aria-label="${words.pause}: ${view.name}"
                title=${say}
                @click=${view.onPause}
              >${icon(paused ? 'play' : 'pause')}</button>`
      }
    </div>`;
}

// A trouble with the data outweighs what the data say.
function badge({ status, level, words }: CardView): TemplateResult | typeof nothing {
  const kind = BADGES[status] ? status : level;
  if (!kind || !BADGES[kind]) return nothing;
  return html`<span class="badge ${kind}" part="badge">${icon(BADGES[kind])}${words[kind as keyof typeof words]}</span>`;
}

function notice(view: CardView): TemplateResult {
  const { status, message, canRetry, words } = view;
  const isEmpty = status === 'empty' || status === 'idle';
  const isError = status === 'error' || status === 'denied';
  return html`<div class="notice" ?hidden=${!message && !isEmpty && !isError}>
    <p class="message" part="message" ?hidden=${!message}><bdi>${message}</bdi></p>
    <slot name="empty" ?hidden=${!isEmpty}></slot>
    <slot name="error" ?hidden=${!isError}></slot>
    ${canRetry ? html`<button type="button" @click=${view.onRetry}>${words.retry}</button>` : nothing}
  </div>`;
}
