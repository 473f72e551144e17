import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Styles of `lp-status`. */
export const statusStyles: CSSResult = css`
  :host {
    display: inline-block;
    --_hue: var(--_unknown);
  }

  :host([variant='bar']) {
    display: block;
  }

  :host(:state(live)) {
    --_hue: var(--_ok);
  }

  :host(:state(reconnecting)),
  :host(:state(offline)),
  :host(:state(refused)) {
    --_hue: var(--_danger);
  }

  :host(:state(denied)) {
    --_hue: var(--_warn);
  }

  .base {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem var(--lp-status-gap, 0.625rem);
    min-block-size: 2rem;
    color: var(--_text);
    font: 400 0.8125rem / 1.4 var(--_font);
    font-variant-numeric: tabular-nums;
  }

  .pill,
  .bar {
    box-sizing: border-box;
    padding: 0.125rem 0.75rem;
    border: 1px solid var(--_border);
    background: var(--_surface);
  }

  .pill {
    border-radius: 1.125rem;
  }

  .bar {
    padding-block: 0.3125rem;
    border-radius: calc(var(--_radius) / 2);
    border-inline-start: 0.25rem solid var(--_hue);
    min-block-size: 2.5rem;
  }

  .state {
    display: inline-flex;
    align-items: center;
    gap: 0.4375rem;
    font-weight: 600;
  }

  .mark {
    display: inline-grid;
    place-items: center;
    inline-size: 1em;
    color: var(--_hue);
  }

  .lamp {
    inline-size: 0.5625rem;
    block-size: 0.5625rem;
    border-radius: 50%;
    background: var(--_hue);
    forced-color-adjust: none;
  }

  .lamp.hollow {
    background: none;
    box-shadow: inset 0 0 0 2px var(--_hue);
  }

  .state > [role='status'],
  .aside {
    unicode-bidi: plaintext;
  }

  .aside {
    color: var(--_muted);
  }

  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.25rem;
    margin-inline-start: auto;
  }

  .pill .controls {
    margin-inline-end: -0.5rem;
  }

  .controls button {
    display: inline-flex;
    align-items: center;
    gap: 0.3125rem;
    border-color: transparent;
    border-radius: 99px;
    background: none;
    font-weight: 600;
    white-space: nowrap;
  }

  .controls button:hover,
  .controls button[aria-pressed='true'] {
    background: var(--_hover);
  }

  details {
    position: relative;
  }

  summary {
    display: inline-grid;
    place-items: center;
    min-inline-size: 1.75rem;
    min-block-size: 1.75rem;
    border-radius: 99px;
    color: var(--_muted);
    cursor: pointer;
    list-style: none;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  summary:hover,
  [open] > summary {
    background: var(--_hover);
    color: var(--_text);
  }

  dl {
    position: absolute;
    z-index: 10;
    inset-block-start: calc(100% + 0.5rem);
    inset-inline-end: 0;
    box-sizing: border-box;
    inline-size: max-content;
    max-inline-size: min(26rem, 80vi);
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.375rem 1rem;
    margin: 0;
    padding: 0.875rem 1rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: 0 8px 24px rgb(0 0 0 / 0.14);
  }

  dt {
    color: var(--_muted);
  }

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;
