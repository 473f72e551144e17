import type { CSSResult } from 'lit';
import { css } from 'lit';

/**
 * The figure is as large as its tile allows: it depends on the tile's width and on the number of its characters, in steps,
 * so that it neither overflows 160 px nor is too small on a wall screen, and does not resize with every digit.
 */
export const numberStyles: CSSResult = css`
  .number {
    --_room: 100cqi;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto minmax(0, 1fr);
    gap: 0.5rem;
    block-size: 100%;
  }

  .figure {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    align-content: flex-start;
    gap: 0 0.75rem;
  }

  .main {
    display: flex;
    align-items: baseline;
    gap: 0.25em;
    margin: 0;
    font-size: min(
      var(--lp-number-size, clamp(2.25rem, 15cqi, 5.5rem)),
      max(1rem, calc(var(--_room) / (var(--_chars, 5) * 0.64))),
      max(1.5rem, calc(var(--_tile-height, 100rem) * 0.34))
    );
    font-weight: 700;
    line-height: 1.15;
    letter-spacing: -0.015em;
  }

  .main :is(.mark, slot::slotted(*)) {
    align-self: center;
    flex: none;
    font-size: 0.7em;
  }

  .value {
    white-space: nowrap;
  }

  .words .value {
    min-inline-size: 0;
    white-space: normal;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }

  .unit {
    color: var(--_muted);
    font-size: 0.5em;
    font-weight: 600;
    letter-spacing: 0;
  }

  .long-unit .value {
    min-inline-size: 0;
    white-space: normal;
  }

  .long-unit .unit {
    display: block;
    overflow-wrap: anywhere;
    hyphens: auto;
    font-size: 0.8125rem;
    line-height: 1.35;
  }

  :host(:state(level-warn)) .value [part='value'] {
    color: var(--_warn);
  }

  :host(:state(level-danger)) .value [part='value'] {
    color: var(--_danger);
  }

  .change {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.125rem 0.5rem;
    min-block-size: 1.375rem;
    margin: 0;
    color: var(--_muted);
    font-size: var(--_meta);
    line-height: 1.375rem;
  }

  .delta {
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.25rem;
    min-inline-size: 0;
    color: var(--_text);
    font-size: var(--_label);
    font-weight: 600;
  }

  .delta.none {
    color: var(--_muted);
    font-weight: 400;
  }

  .delta.better {
    color: var(--_ok);
  }

  .delta.worse {
    color: var(--_danger);
  }

  .arrow {
    inline-size: 0.75em;
    block-size: 0.75em;
    fill: currentColor;
  }

  /* With the attribute fit, a text fills its tile. */
  .fit .main {
    font-size: min(
      max(1rem, calc(var(--_room) / (var(--_chars, 5) * 0.64))),
      max(1.5rem, calc(var(--_tile-height, 11rem) * 0.5))
    );
  }

  .target {
    display: grid;
    gap: 0.25rem;
    inline-size: 100%;
    margin-block-start: 0.375rem;
  }

  .goal-rail {
    position: relative;
    block-size: 0.5rem;
    border-radius: 99px;
    background: var(--_track);
    forced-color-adjust: none;
  }

  .goal-rail::before {
    content: '';
    display: block;
    block-size: 100%;
    inline-size: calc(var(--_reached) * 100%);
    border-radius: inherit;
    background: var(--_accent);
    transition: inline-size var(--_duration);
  }

  .goal {
    position: absolute;
    inset-block: -0.1875rem;
    inset-inline-start: calc(var(--_at) * 100% - 1px);
    inline-size: 2px;
    background: var(--_text);
  }

  .goal-text,
  .extremes {
    color: var(--_muted);
    font-size: var(--_meta);
    line-height: 1.3;
  }

  .info {
    margin: 0;
    color: var(--_muted);
    font-size: 0.8125rem;
  }

  .sparkline {
    position: relative;
    min-block-size: clamp(2.25rem, 14cqi, 5rem);
  }

  .spark {
    position: absolute;
    inset: 4px 5px 2px;
    inline-size: calc(100% - 10px);
    block-size: calc(100% - 6px);
  }

  .course {
    display: grid;
    grid-template-rows: minmax(0, 1fr);
    grid-auto-rows: auto;
    min-inline-size: 0;
  }

  .since {
    color: var(--_muted);
    font-size: 0.6875rem;
    line-height: 1.3;
  }

  /* Beside a value of few digits it would fit: in a row of numbers all changes stand at the same place. */
  @container lp (inline-size <= 36rem) {
    .with-sparkline .change {
      flex-basis: 100%;
    }
  }

  @container lp (inline-size > 36rem) {
    .with-sparkline {
      --_room: 46cqi;
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      grid-template-rows: 1fr;
      gap: calc(var(--_space) * 1.5);
    }
  }
`;
