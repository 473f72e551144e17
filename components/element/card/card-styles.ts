/*
 * One file, because its parts style the same elements (`.base`, `.chip`, `.content`) in different situations: the normal card, a
 * critical value, loading, forced colours and print. If they conflict, their order decides.
 */
import type { CSSResult } from 'lit';
import { css } from 'lit';

/** The card around every widget. Sizes depend on the card's own width, not on the window's. */
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
    min-block-size: 0;
    display: grid;
    grid-template: 'header chip' auto 'body body' minmax(0, 1fr) 'below below' auto 'footer footer' auto / minmax(0, 1fr) auto;
    column-gap: 0.5rem;
    padding: 0.75rem 1rem;
    --_ground: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_ground);
    box-shadow: var(--_shadow);
    color: var(--_text);
    font: 400 var(--_body) / 1.4 var(--_font);
    font-variant-numeric: tabular-nums;
    text-align: start;
    overflow-wrap: break-word;
  }

  :host(:state(level-warn)) .base {
    --_ground: color-mix(in srgb, var(--_warn-fill) 14%, var(--_surface));
    border-color: var(--_warn-fill);
  }

  :host(:state(level-danger)) .base {
    --_ground: color-mix(in srgb, var(--_danger-fill) 10%, var(--_surface));
    border-color: var(--_danger-fill);
  }

  .header {
    grid-area: header;
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 1.75rem;
  }

  .symbol {
    margin-inline-end: 0.375em;
  }

  .label {
    flex: 1;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: var(--_label);
    font-weight: 600;
    line-height: 1.3;
    hyphens: auto;
  }

  .chip {
    grid-area: chip;
    align-self: center;
    display: flex;
    align-items: center;
    gap: 0.375rem;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: var(--_meta);
    line-height: 1.4;
    white-space: nowrap;
    min-block-size: 1.5rem;
    box-sizing: border-box;
  }

  .chip:is(.stale, .offline, .paused, .error, .denied) {
    padding: 0.125rem 0.5rem;
    border-radius: 99px;
    background: var(--_track);
    color: var(--_text);
    font-weight: 600;
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    font-weight: 600;
  }

  .chip:is(.none, .ok, .warn, .danger) .badge {
    color: var(--_level, currentColor);
    font-size: var(--_label);
  }

  .updated {
    unicode-bidi: plaintext; /* words against the page's direction keep their order */
  }

  /*
   * Shown for data that are old, and on hover and focus. While hidden it has no width and its text is clipped: at the end of a
   * line the text would reach past the card, and the page would scroll sideways.
   */
  .updated {
    position: absolute;
    inline-size: 0;
    overflow: clip;
    visibility: hidden;
  }

  .chip:is(.stale, .offline) .updated {
    position: static;
    inline-size: auto;
    visibility: visible;
  }

  /* On a fitted board the buttons take no room, so that the name has the full width. In a narrow card they are below the header. */
  .controls {
    position: var(--_controls, static);
    inset-inline-end: 0;
    display: flex;
    align-items: center;
    gap: 0.25rem;
    margin-inline-end: var(--_controls-margin, -0.375rem);
  }

  /* A dashboard in kiosk mode hides them while it is not used; never while one has the keyboard focus. */
  .controls:not(:focus-within) {
    opacity: var(--lp-controls-opacity, 1);
  }

  .controls button {
    display: inline-grid;
    place-items: center;
    padding: 0;
    border-color: transparent;
    background: var(--_ground);
    color: var(--_muted);
    font-size: 0.9375rem;
  }

  .controls button:hover,
  .controls button:is([aria-pressed='true'], [aria-expanded='true']) {
    background: linear-gradient(var(--_hover) 0 0) var(--_ground);
    color: var(--_text);
  }

  /* Hidden until hover or focus, but always in its place and reachable by keyboard. */
  @media (hover: hover) {
    .controls button:not([aria-pressed='true'], [aria-expanded='true']) {
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
    grid-area: body;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    gap: 0.5rem;
    position: relative;
    min-block-size: 0;
  }

  .content {
    min-inline-size: 0;
    min-block-size: 0;
    transition: filter var(--_duration);
  }

  /* Less colour, not less contrast: it must be readable from a distance. */
  .dimmed > .content {
    filter: grayscale(1);
  }

  /* Without a value its space is kept, so that nothing moves when it arrives. */
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
    min-block-size: 0;
    color: var(--_muted);
  }

  :host(:state(empty)) .notice {
    overflow: auto;
  }

  .message {
    margin: 0;
  }

  .label a {
    color: inherit;
    text-decoration: underline;
    text-decoration-color: var(--_border);
    text-underline-offset: 0.25em;
  }

  .label a:hover {
    text-decoration-color: currentColor;
  }

  :host(:state(empty)) .base {
    border-style: dashed;
    border-color: var(--_unknown);
  }

  .help {
    display: grid;
    justify-items: start;
    gap: 0.5rem;
    inline-size: 100%;
    min-inline-size: 0;
    font-size: var(--_meta);
  }

  .help code {
    font-family: var(--_mono);
    overflow-wrap: anywhere;
  }

  .command {
    box-sizing: border-box;
    inline-size: 100%;
    max-block-size: 6rem;
    overflow: auto;
    padding: 0.375rem 0.5rem;
    border-radius: calc(var(--_radius) / 2);
    background: var(--_track);
    color: var(--_text);
    line-height: 1.45;
  }

  .token {
    margin: 0;
  }

  @container lp (inline-size < 13rem) {
    .command,
    .token {
      display: none;
    }
  }

  .footer {
    grid-area: footer;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  /*
   * Too narrow for name and chip side by side: the chip is below the body, and its space is kept so that no edge moves. In a
   * dashboard that fixes the height of its tiles, the body uses that space.
   */
  @container lp (inline-size < 17.5rem) {
    .chip {
      grid-area: below;
      justify-self: start;
      box-sizing: border-box;
      min-block-size: 1.5rem;
      margin-block-start: 0.25rem;
    }

    .chip.bare {
      visibility: hidden;
      min-block-size: var(--_chip-room, 1.5rem);
      margin-block-start: var(--_chip-room, 0.25rem);
    }

    .controls {
      gap: 0;
      inset-block-start: var(--_controls-below, auto);
    }
  }
`;

/** A critical single value fills its whole card with colour, because the coloured area shows the severity. */
export const solidDangerStyles: CSSResult = css`
  :host(:state(level-danger)) .base {
    --_text: #fff;
    --_muted: #ffe3df;
    --_level: #fff;
    --_ok: #fff;
    --_danger: #fff;
    --_accent: #fff;
    --_border: transparent;
    --_hover: rgb(255 255 255 / 0.18);
    --_track: rgb(255 255 255 / 0.3);
    --_surface: var(--_danger-solid);
    --_danger-fill: #fff;
    --_warn-fill: #ffd98f;
    --_ok-fill: #ff9d92;
    --_spark: #fff;
    --_ground: var(--_danger-solid);
    border-color: var(--_border);
  }

  @media (forced-colors: active) {
    :host(:state(level-danger)) .base {
      --_text: CanvasText;
      --_muted: CanvasText;
      --_level: CanvasText;
      --_danger: CanvasText;
      --_accent: Highlight;
      --_border: CanvasText;
      --_hover: Canvas;
      --_track: GrayText;
      --_surface: Canvas;
      --_ok: CanvasText;
      --_danger-fill: CanvasText;
      --_warn-fill: CanvasText;
      --_ok-fill: CanvasText;
      --_spark: CanvasText;
      background: Canvas;
    }
  }
`;

/** What a card shows until its first value. */
export const skeletonStyles: CSSResult = css`
  /* Out of the flow: it fills the space of the value and does not enlarge it. */
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

/** The card with the viewer's own colours (forced colours), and in print. */
export const cardMediaStyles: CSSResult = css`
  @media (forced-colors: active) {
    .chip:is(.stale, .offline, .paused, .error, .denied, .warn, .danger) {
      padding: 0 0.375rem;
      border: 1px solid CanvasText;
      border-radius: 99px;
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
