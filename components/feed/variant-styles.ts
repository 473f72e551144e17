import type { CSSResult } from 'lit';
import { css } from 'lit';

/** The layout of an item's parts in each variant. */
export const variantStyles: CSSResult = css`
  /* log: one line an item, time first */
  .log .item {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: baseline;
    column-gap: 0.75rem;
    padding-block: 0.125rem;
    font: 0.8125rem / 1.5 var(--_mono);
  }

  .log .who {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.75rem;
    font-size: inherit;
  }

  .log .level {
    min-inline-size: 5.5rem;
    font-size: inherit;
  }

  .log .title:has(+ .text) {
    display: inline;
  }

  .log .item.error,
  .log .item.critical {
    background: color-mix(in srgb, var(--_danger) 7%, transparent);
  }

  .log .item.debug .what {
    color: var(--_muted);
  }

  /* events: a row with a mark, a hairline between */
  .events .item {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    column-gap: 0.75rem;
    padding-block: 0.5rem;
  }

  .events .item + .item {
    border-block-start: 1px solid var(--_border);
  }

  .events .item:first-child {
    padding-block-start: 0.25rem;
  }

  .events .avatar {
    grid-row: 1 / 3;
  }

  .events .who,
  .events .what {
    grid-column: 2;
  }

  .events .item:not(:has(.avatar)) :is(.who, .what) {
    grid-column: 1 / -1;
  }

  .events .what {
    line-height: 1.35;
    order: -1;
  }

  .events .avatar {
    order: -2;
  }

  .events .who,
  .chat .who {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.625rem;
  }

  .events .author {
    font-weight: 400;
    color: inherit;
  }

  .events .level {
    order: -1;
  }

  .events .text {
    color: color-mix(in srgb, var(--_text) 80%, var(--_muted));
  }

  .events .what > .text:only-child {
    color: inherit;
  }

  /* chat: bubbles, joined for consecutive messages of one person */
  .chat .item {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    column-gap: 0.625rem;
    padding-block: 0.5rem 0;
  }

  .chat .item:last-child {
    padding-block-end: 0.25rem;
  }

  .chat .item.grouped {
    padding-block-start: 0.1875rem;
  }

  .chat .avatar {
    grid-row: 1 / 3;
  }

  .chat .who,
  .chat .what {
    grid-column: 2;
  }

  .chat .item:not(:has(.avatar)) :is(.who, .what) {
    grid-column: 1 / -1;
  }

  .chat .what {
    justify-self: start;
    max-inline-size: min(100%, 38rem);
    padding: 0.375rem 0.75rem;
    border-radius: 0.25rem 0.875rem 0.875rem;
    background: var(--_track);
  }

  .chat .item.grouped .what {
    border-start-start-radius: 0.875rem;
  }

  /* Name and time of a consecutive message stay in the page for screen readers. */
  .chat .grouped .who {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .chat .grouped {
    position: relative;
  }

  .chat .grouped .avatar {
    block-size: 0;
    visibility: hidden;
  }

  .chat .what a {
    color: inherit;
    text-decoration-color: var(--_accent);
  }

  /* Too narrow for columns: the parts follow each other in one line. */
  @container lp (inline-size < 34rem) {
    .log .item {
      display: block;
    }

    .log .who,
    .log .what {
      display: inline;
    }

    .log .who > * {
      margin-inline-end: 0.5rem;
    }

    .log .level {
      min-inline-size: 0;
      vertical-align: bottom;
    }
  }

  @container lp (inline-size < 22rem) {
    .chat .avatar,
    .events .avatar {
      inline-size: 1.5rem;
      block-size: 1.5rem;
      font-size: 0.6875rem;
    }

    .item {
      column-gap: 0.5rem;
    }
  }

  /* Level and time at the end of the line of the title. */
  @container lp (inline-size > 22rem) {
    .events .item:not(:has(.avatar)) {
      grid-template-columns: minmax(0, 1fr) fit-content(50%);
      align-items: baseline;
    }

    .events .item:not(:has(.avatar)) :is(.who, .what) {
      grid-column: auto;
    }
  }

  @container lp (inline-size > 60rem) {
    .events .item {
      padding-block: 0.75rem;
    }
  }
`;
