import type { CSSResult } from 'lit';
import { css } from 'lit';

/** The card that every widget stands in. Sizes follow the card's own width, not the window's. */
export const cardStyles: CSSResult = css`
  :host {
    --_level: var(--_text);
  }

  :host(:state(level-ok)) {
    --_level: var(--_ok);
  }

  :host(:state(level-warn)) {
    --_level: var(--_warn);
  }

  :host(:state(level-danger)) {
    --_level: var(--_danger);
  }

  .base {
    container: lp / inline-size;
    contain-intrinsic-inline-size: 16rem;
    box-sizing: border-box;
    block-size: 100%;
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 0.625);
    padding: var(--_space) calc(var(--_space) * 1.125) calc(var(--_space) * 0.875);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    color: var(--_text);
    font: 400 0.875rem / 1.45 var(--_font);
    font-variant-numeric: tabular-nums;
    text-align: start;
    overflow-wrap: break-word;
  }

  .header {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 1.75rem;
  }

  .label {
    flex: 1;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 1.3;
    hyphens: auto;
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.25rem;
    flex: none;
    margin-inline-start: auto;
    padding: 0.125rem 0.4375rem;
    border-radius: 99px;
    background: var(--_track);
    color: var(--_text);
    font-size: 0.75rem;
    font-weight: 600;
    line-height: 1.4;
    white-space: nowrap;
  }

  .badge.warn {
    background: color-mix(in srgb, var(--_warn) 12%, var(--_surface));
    color: var(--_warn);
  }

  .badge.danger {
    background: color-mix(in srgb, var(--_danger) 10%, var(--_surface));
    color: var(--_danger);
  }

  .controls {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    margin-inline-end: -0.375rem;
  }

  /* A dashboard in kiosk mode puts them away while nobody is there; not from whoever comes by keyboard. */
  .controls:not(:focus-within) {
    opacity: var(--lp-controls-opacity, 1);
  }

  .controls button {
    display: inline-grid;
    place-items: center;
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--_muted);
    font-size: 0.9375rem;
  }

  .controls button:hover,
  .controls button[aria-pressed='true'] {
    background: var(--_hover);
    color: var(--_text);
  }

  /* Out of the way until wanted, but always in its place and reachable by keyboard. */
  @media (hover: hover) {
    .controls button:not([aria-pressed='true']) {
      opacity: 0;
      transition:
        opacity var(--_duration),
        background-color var(--_duration);
    }

    .base:hover .controls button,
    .base:focus-within .controls button {
      opacity: 1;
    }
  }

  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    flex: 1;
    align-content: start;
    gap: 0.625rem;
    position: relative;
  }

  .content {
    min-inline-size: 0;
    transition: filter var(--_duration);
  }

  /* Less colour, not less contrast: it must be read from where it hangs. */
  .dimmed > .content {
    filter: grayscale(0.75);
  }

  /* Without a value the place of the value is kept: nothing jumps when it comes. */
  .veiled > .content {
    visibility: hidden;
  }

  .veiled > .content,
  .veiled > .notice {
    grid-area: 1 / 1;
  }

  .notice {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 0.5rem;
    min-inline-size: 0;
    color: var(--_muted);
  }

  .message {
    margin: 0;
  }

  /* As high with a badge as without. */
  .footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.125rem 0.5rem;
    min-block-size: 1.3125rem;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 1.2;
  }

  .updated {
    flex: 1 1 6rem;
    unicode-bidi: plaintext; /* words against the page's direction keep their order */
  }

  .bare {
    min-block-size: 0;
  }

  /* Too narrow for age and badge side by side: the badge has a row of its own, kept for it. */
  @container lp (inline-size < 15.5rem) {
    .footer:not(.bare) {
      align-content: end;
      min-block-size: 2.5rem;
    }

    .badge {
      order: -1;
      margin: 0;
    }

    .updated {
      flex-basis: 100%;
    }
  }

  /* The name needs the room. */
  @container lp (inline-size < 10rem) {
    .header {
      gap: 0.25rem;
    }

    .label {
      font-size: 0.8125rem;
    }

    .controls {
      gap: 0;
    }
  }
`;

/** What stands in a card until its first value comes. */
export const skeletonStyles: CSSResult = css`
  /* Out of the flow: it fills the value's place, and does not make it. */
  .skeleton {
    position: absolute;
    inset: 0;
    overflow: hidden;
    display: grid;
    align-content: center;
    gap: 0.5rem;
  }

  .bone {
    block-size: 0.75rem;
    inline-size: 42%;
    border-radius: 99px;
    background: var(--_track);
  }

  .bone:first-child {
    block-size: 1.25rem;
    inline-size: 68%;
    border-radius: 0.375rem;
  }

  @media (prefers-reduced-motion: no-preference) {
    .bone {
      animation: breathe 1.8s ease-in-out infinite alternate;
    }
  }

  @keyframes breathe {
    to {
      opacity: 0.55;
    }
  }
`;

/** The card where colours are the reader's own, and on paper. */
export const cardMediaStyles: CSSResult = css`
  @media (forced-colors: active) {
    .badge {
      border: 1px solid CanvasText;
      background: Canvas;
    }

    .dimmed > .content {
      filter: none;
    }
  }

  @media print {
    :host {
      break-inside: avoid;
    }

    /* bars are backgrounds, which printers leave out to save ink */
    .content {
      print-color-adjust: exact;
    }

    .controls {
      display: none;
    }
  }
`;
