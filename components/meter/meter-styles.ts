import type { CSSResult } from 'lit';
import { css } from 'lit';

/** One custom property, `--_fraction`, places fill and needle in all variants. Time for a change: `--lp-duration`. */
export const meterStyles: CSSResult = css`
  /* Set on the card and not on the host: the card of a critical value has colours of its own. */
  .base {
    --_fill: var(--_accent);
  }

  :host(:state(level-warn)) .base {
    --_fill: var(--_warn-fill);
  }

  :host(:state(level-danger)) .base {
    --_fill: var(--_danger-fill);
  }

  .content {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: center;
  }

  .content:has(.bar) {
    grid-template-rows: minmax(min-content, 1fr);
    align-content: stretch;
  }

  .caption {
    overflow-wrap: anywhere;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 1.3;
    text-align: center;
  }

  .bar .caption {
    text-align: start;
  }

  .meter {
    min-inline-size: 0;
    margin-inline: auto;
    inline-size: min(
      100%,
      var(--lp-meter-size, clamp(12rem, 42cqi, 24rem)),
      max(6rem, calc((var(--_tile-height, 100rem) - 5rem) * 1.2))
    );
  }

  .dial {
    container-type: inline-size;
    position: relative;
    aspect-ratio: 100 / 78;
  }

  .ring .dial {
    aspect-ratio: 1;
  }

  svg.picture {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    fill: none;
    overflow: visible;
  }

  .track,
  .fill {
    stroke-width: var(--lp-meter-thickness, 9px);
  }

  .track {
    stroke: var(--_track);
  }

  .fill {
    stroke: var(--_fill);
    stroke-dasharray: calc(var(--_fraction) * 100px) 200px;
    transition: stroke-dasharray var(--_duration);
  }

  .needle,
  .limit {
    --_at: var(--_fraction);
    stroke: var(--_text);
    stroke-width: 2.5px;
    stroke-linecap: round;
    transform: rotate(calc(150deg + var(--_at) * 240deg));
    transform-origin: 50px 50px;
    transition: transform var(--_duration);
  }

  .ring .needle,
  .ring .limit {
    transform: rotate(calc(-90deg + var(--_at) * 360deg));
  }

  .limit {
    stroke: var(--_muted);
    stroke-width: 1.5px;
  }

  .limit.passed {
    stroke: var(--_surface);
  }

  .reading {
    display: flex;
    justify-content: center;
    align-items: baseline;
    font-weight: 700;
    line-height: 1.15;
    letter-spacing: -0.015em;
    white-space: nowrap;
  }

  .dial .reading {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 62%;
    translate: 0 -50%;
    font-size: min(22cqi, calc(66cqi / (var(--_chars, 5) * 0.64)));
  }

  .ring .reading {
    inset-block-start: 50%;
  }

  .value {
    unicode-bidi: isolate;
  }

  .reading .unit {
    color: var(--_muted);
    font-size: 0.6em;
    font-weight: 600;
  }

  :host(:state(level-warn)) .reading [part='value'],
  :host(:state(level-danger)) .reading [part='value'] {
    color: var(--_level);
  }

  .scale {
    display: flex;
    justify-content: space-between;
    gap: 1rem;
    color: var(--_muted);
    font-size: var(--_meta);
    line-height: 1.4;
  }

  /* Under the ends of the arc, which turns clockwise in every script. */
  .arc .scale {
    direction: ltr;
    padding-inline: 7%;
    margin-block-start: 0.125rem;
  }

  .ring .scale {
    justify-content: center;
    margin-block-start: 0.375rem;
  }

  .meter.bar {
    display: grid;
    gap: 0.5rem;
    align-content: space-evenly;
    block-size: 100%;
    margin: 0;
    inline-size: min(100%, var(--lp-meter-size, 100%));
  }

  .bar .reading {
    justify-content: flex-start;
    block-size: clamp(2.75rem, 12cqi, 4.25rem); /* for the largest text: a long value does not change the size of the card */
    font-size: min(clamp(2.25rem, 10cqi, 3.5rem), calc(100cqi / (var(--_chars, 5) * 0.64)));
  }

  .rail {
    position: relative;
    block-size: var(--lp-meter-thickness, clamp(0.75rem, 6cqi, 2rem));
    border-radius: 99px;
    background: var(--_track);
    forced-color-adjust: none;
  }

  .rail .fill {
    inline-size: calc(var(--_fraction) * 100%);
    block-size: 100%;
    border-start-start-radius: 99px;
    border-end-start-radius: 99px;
    background: var(--_fill);
    transition: inline-size var(--_duration);
  }

  .rail .needle,
  .rail .limit {
    position: absolute;
    inset-block: -0.1875rem;
    inset-inline-start: calc(var(--_at) * 100%);
    inline-size: 0.1875rem;
    margin-inline-start: -0.09375rem;
    border-radius: 99px;
    background: var(--_text);
    transform: none;
    transition: inset-inline-start var(--_duration);
  }

  .rail .limit {
    inset-block: 0;
    inline-size: 0.125rem;
    background: var(--_muted);
  }

  .rail .limit.passed {
    background: var(--_surface);
  }

  /* In a wide card the ends stand beside the arc, which takes all the height. */
  @container lp (inline-size > 22rem) {
    .meter.arc {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
      align-items: end;
      gap: 0 0.5rem;
      direction: ltr;
      inline-size: 100%;
    }

    .arc .dial {
      inline-size: min(
        60cqi,
        var(--lp-meter-size, clamp(12rem, 42cqi, 24rem)),
        max(6rem, calc((var(--_tile-height, 100rem) - 4.125rem) * 1.28))
      );
    }

    .arc:has(.caption) .dial {
      max-inline-size: max(6rem, calc((var(--_tile-height, 100rem) - 5.25rem) * 1.28));
    }

    .arc .scale {
      display: contents;
      overflow-wrap: anywhere;
    }

    .arc [part='min'] {
      order: -1;
      text-align: end;
    }

    .arc .caption {
      grid-column: 1 / -1;
    }
  }

  /* A thin scale, a thick value: the difference is one of shape. */
  @media (forced-colors: active) {
    svg.picture {
      forced-color-adjust: none;
    }

    .track {
      stroke: CanvasText;
      stroke-width: 1px;
    }

    .rail {
      background: Canvas;
      outline: 1px solid CanvasText;
    }
  }
`;
