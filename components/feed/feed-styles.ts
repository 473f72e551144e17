import type { CSSResult } from 'lit';
import { css, unsafeCSS } from 'lit';

const hues = Array.from(
  { length: 8 },
  (_, i) => `.hue-${i + 1} { --hue: var(--_series-${i + 1}) }`,
);

/** A feed fills its card and scrolls inside; the pieces of an item. */
export const feedStyles: CSSResult = css`
  ${unsafeCSS(hues.join('\n'))}

  .base {
    min-block-size: 0;
  }

  .body {
    grid-template-rows: minmax(0, 1fr);
    align-content: stretch;
    min-block-size: 0;
  }

  .content {
    display: grid;
    grid-template-rows: minmax(0, 1fr);
    min-block-size: 0;
  }

  .frame {
    position: relative;
    display: grid;
    grid-template-rows: minmax(0, 1fr);
    min-block-size: min(6rem, var(--lp-feed-max-height, 24rem));
  }

  .scroller {
    position: relative;
    max-block-size: var(--lp-feed-max-height, 24rem);
    overflow: hidden auto;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
    margin-inline: -0.5rem;
    border-radius: calc(var(--_radius) / 2);
  }

  .scroller:focus-visible {
    outline-offset: -2px;
  }

  .search {
    box-sizing: border-box;
    inline-size: 100%;
    margin-block-end: 0.375rem;
    padding: 0.25rem 0.5rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
  }

  .frame:has(> .search) {
    grid-template-rows: auto minmax(0, 1fr);
  }

  .no-wrap .scroller {
    overflow-x: auto;
  }

  .no-wrap .items {
    inline-size: max-content;
    min-inline-size: 100%;
  }

  .no-wrap .text {
    white-space: pre;
  }

  .ansi-red { color: var(--_danger); }
  .ansi-green { color: var(--_ok); }
  .ansi-yellow { color: var(--_warn); }
  .ansi-blue { color: var(--_series-1); }
  .ansi-magenta { color: var(--_series-4); }
  .ansi-cyan { color: var(--_series-7); }
  .ansi-black, .ansi-dim { color: var(--_muted); }
  .ansi-bold { font-weight: 700; }
  .ansi-italic { font-style: italic; }
  .ansi-underline { text-decoration: underline; }
  .ansi-strike { text-decoration: line-through; }

  .nothing {
    position: absolute;
    inset: 0;
    margin: 0;
    color: var(--_muted);
  }

  .new {
    position: absolute;
    inset-block-end: 0.5rem;
    inset-inline: 0;
    margin-inline: auto;
    inline-size: fit-content;
    max-inline-size: 100%;
    padding: 0.25rem 0.875rem;
    border-color: transparent;
    border-radius: 99px;
    background: var(--_accent);
    color: var(--_surface);
    font-weight: 600;
    box-shadow: 0 2px 8px light-dark(rgb(16 32 48 / 0.25), rgb(0 0 0 / 0.5));
  }

  .new:hover {
    background: color-mix(in srgb, var(--_accent) 85%, var(--_text));
  }

  .newest-first .new {
    inset-block: 0.5rem auto;
  }

  .item {
    margin-block-end: var(--_spare, 0);
    padding: 0.3125rem 0.5rem;
    overflow-wrap: anywhere;
  }

  .who {
    color: var(--_muted);
    font-size: var(--_small, 0.75rem);
    line-height: 1.5;
  }

  .what {
    min-inline-size: 0;
    unicode-bidi: isolate;
  }

  .text {
    white-space: pre-wrap;
  }

  .title {
    font-weight: 600;
  }

  .title:has(+ .text) {
    display: block;
  }

  .what .text {
    unicode-bidi: isolate;
  }

  /* Text in the opposite direction keeps its order, but is aligned with the other texts. */
  .what,
  .what > * {
    text-align: match-parent;
  }

  a {
    color: var(--_accent);
    text-underline-offset: 0.15em;
  }

  time {
    white-space: nowrap;
  }

  .author {
    font-weight: 600;
    color: var(--_text);
  }

  .level {
    display: inline-flex;
    align-items: baseline;
    gap: 0.25rem;
    font-size: 0.75rem;
    font-weight: 600;
    white-space: nowrap;
    color: var(--_mark);
  }

  /* The word is aligned with the baseline, not its icon. */
  .level .icon {
    align-self: center;
  }

  .item {
    --_mark: var(--_muted);
  }

  :is(.debug, .info) .level {
    font-weight: 400;
  }

  .item.ok {
    --_mark: var(--_ok);
  }

  .item.warn {
    --_mark: var(--_warn);
  }

  .item.error,
  .item.critical {
    --_mark: var(--_danger);
  }

  .full {
    fill: currentColor;
  }

  .hole {
    stroke: var(--_surface);
  }

  .avatar {
    position: relative;
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 2rem;
    block-size: 2rem;
    border-radius: 50%;
    overflow: hidden;
    background: color-mix(in srgb, var(--hue) 20%, var(--_surface));
    color: var(--_text);
    font-size: 0.8125rem;
    font-weight: 600;
    user-select: none;
  }

  .avatar img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }

  .avatar .broken {
    visibility: hidden;
  }

  .skeleton {
    align-content: start;
  }

  .lines {
    display: grid;
    gap: 0.75rem;
    inline-size: 100%;
  }

  .lines .bone {
    block-size: 0.75rem;
    border-radius: 99px;
  }

  .lines .bone:nth-child(odd) {
    inline-size: 78%;
  }

  .lines .bone:nth-child(even) {
    inline-size: 54%;
  }

  @media (forced-colors: active) {
    .new,
    .new:hover {
      border-color: ButtonText;
      background: ButtonFace;
      color: ButtonText;
    }

    .chat .what {
      border: 1px solid CanvasText;
    }

    .avatar {
      border: 1px solid CanvasText;
    }

    .what {
      background: Canvas !important;
    }
  }
`;
