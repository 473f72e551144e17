import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { DataStatus } from '../../data/data-status.ts';
import type { Level } from '../../data/levels.ts';
import type { Words } from '../../locale/messages.ts';
import type { IconName } from '../../shared/icons.ts';
import { icon } from '../../shared/icons.ts';

/** Everything that a card shows, as texts and templates. */
export interface CardView {
  name: string;
  /** A short text or an emoji before the name. */
  icon: string | undefined;
  headingLevel: number | undefined;
  /** Validated URL of the link on the name. */
  href: string | undefined;
  /** Help for publishing the first value, while there is none. */
  help: unknown;
  noHeader: boolean;
  noFooter: boolean;
  noControls: boolean;
  status: DataStatus;
  /** Level of the value; only if it is not old. */
  level: Level | undefined;
  /** Word for the state of the value, in place of the level's word. */
  levelWord: string | undefined;
  /** True if there is a value; without one the body is hidden behind the skeleton or message. */
  held: boolean;
  paused: boolean;
  /** Message beside or in place of the value. */
  message: string;
  canRetry: boolean;
  words: Words;
  /** `noChange` keeps the body as it is. */
  body: unknown;
  skeleton: unknown;
  controls: unknown;
  onPause: () => void;
  onRetry: () => void;
}

/** Grey graphics with text in full contrast, which must be readable from a distance. */
const DIMMED: ReadonlySet<DataStatus> = new Set(['offline', 'stale']);

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
 * Returns the frame of a widget: label, controls and chip in one line, then the body, which takes the rest. Slots are always
 * rendered, so that their content is kept. The line has the same height with and without a chip, so that nothing moves. In a
 * narrow card the chip is below the body.
 */
export function card(view: CardView): TemplateResult {
  const { noHeader, noFooter } = view;
  return html`<div class="base" part="base">
    <div class="header" part="header" ?hidden=${noHeader}>${header(view)}</div>
    ${chip(view)}
    <div class=${bodyClass(view)} part="body">
      <div class="content">${view.body}</div>
      <div class="skeleton" part="skeleton" aria-hidden="true" ?hidden=${view.status !== 'loading' || view.message !== ''}>
        ${view.skeleton}
      </div>
      ${notice(view)}
    </div>
    <div class="footer" part="footer" ?hidden=${noFooter}><slot name="footer"></slot></div>
  </div>`;
}

const bodyClass = ({ held, status }: CardView): string =>
  `body${held ? '' : ' veiled'}${DIMMED.has(status) ? ' dimmed' : ''}`;

function header(view: CardView): TemplateResult {
  const { headingLevel, words, paused } = view;
  const isHeading = headingLevel !== undefined && headingLevel >= 1 && headingLevel <= 6;
  const say = paused ? words.resume : words.pause;
  return html`<div
      class="label"
      part="label"
      role=${isHeading ? 'heading' : nothing}
      aria-level=${isHeading ? headingLevel : nothing}
    ><slot name="label">${view.icon ? html`<span class="symbol" aria-hidden="true">${view.icon}</span>` : nothing}${
      view.href
        ? html`<a href=${view.href} rel="noopener noreferrer"><bdi>${view.name}</bdi></a>`
        : html`<bdi>${view.name}</bdi>`
    }</slot></div>
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

/**
 * Returns the chip: the problem with the data, else the level of the value; and the age of old data. The age already says
 * that data are old, so that word is for screen readers only.
 */
function chip({ status, level, levelWord, words, noFooter }: CardView): TemplateResult {
  const problem = BADGES[status];
  const own = problem ? undefined : levelWord;
  const kind = problem ? status : level;
  const name = problem ?? (level === 'ok' ? own && 'check' : level && BADGES[level]);
  const word = own ?? (name ? words[kind as 'stale'] : undefined);
  return html`<div class="chip ${word ? (kind ?? 'none') : 'bare'}" part="chip">${
    word
      ? html`<span class="badge" part="badge">${icon(name as IconName | undefined)}<span class=${DIMMED.has(status) ? 'sr' : ''}>${own ? html`<bdi>${word}</bdi>` : word}</span></span>`
      : nothing
  }<span class="updated" part="updated" ?hidden=${noFooter && status !== 'stale' && status !== 'offline'}></span></div>`;
}

function notice(view: CardView): TemplateResult {
  const { status, message, canRetry, words } = view;
  const isEmpty = status === 'empty' || status === 'idle';
  const isError = status === 'error' || status === 'denied';
  return html`<div class="notice" ?hidden=${!message && !isEmpty && !isError}>
    <p class="message" part="message" ?hidden=${!message}><bdi>${message}</bdi></p>
    <slot name="empty" ?hidden=${!isEmpty}><div class="help" ?hidden=${view.help === nothing}>${view.help}</div></slot>
    <slot name="error" ?hidden=${!isError}></slot>
    ${canRetry ? html`<button type="button" @click=${view.onRetry}>${words.retry}</button>` : nothing}
  </div>`;
}
