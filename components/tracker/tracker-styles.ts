/* More than 400 lines, because all rules of one element are here: they apply to one card and share custom properties. */
import type { CSSResult } from 'lit';
import { css, unsafeCSS } from 'lit';

/** The colours of states that are neither good nor bad, by number. */
const seriesRules = [1, 2, 3, 4, 5, 6, 7, 8]
  .map((n) => `.s${n} { --_bar: var(--_series-${n}) }`)
  .join('\n');

/** The worse, the taller, so that bad spans are found without colour; unknown ones are hollow. */
export const trackerStyles: CSSResult = css`
  /* State tiles are read by their name first. */
  @container lp (inline-size < 24rem) {
    :host(:not(:state(several))) .label {
      color: var(--_text);
      font-size: var(--_state-name, var(--_label));
    }
  }

  .content {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    grid-auto-rows: auto;
    gap: 0.375rem;
  }

  /* Time runs from left to right, as in charts. */
  .chart,
  .axis {
    direction: ltr;
  }

  .chart {
    position: relative;
    min-block-size: 0;
    block-size: 100%;
  }

  /* The lanes share the height. */
  .lanes {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-auto-rows: minmax(min-content, 1fr);
    gap: 0.5rem;
    min-block-size: 0;
  }

  .lane {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto minmax(0, 1fr);
    gap: 0.125rem;
    min-block-size: 0;
  }

  /* On wide cards a time line is beside its name, and the times are below the lines. */
  @container lp (inline-size > 40rem) {
    :host([variant='timeline']:state(several)) {
      .content {
        grid-template-columns: repeat(3, max-content) minmax(0, 1fr) max-content;
        column-gap: 0.75rem;
      }

      .content > :not(.axis) {
        grid-column: 1 / -1;
      }

      .lanes,
      .lane {
        grid-template-columns: subgrid;
        column-gap: inherit;
      }

      .lane {
        grid-column: 1 / -1;
        grid-template-rows: minmax(0, 1fr);
        align-items: center;
      }

      .head {
        display: contents;
      }

      .head > *,
      .lane > .chart {
        grid-row: 1;
      }

      .chart,
      .axis {
        grid-column: 4;
      }

      .sum {
        grid-column: 5;
        text-align: end;
      }
    }
  }

  .head,
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.5rem;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: var(--_meta);
    line-height: 1.3;
  }

  .head .name {
    min-inline-size: 0;
    overflow-wrap: break-word;
    color: var(--_text);
    font-size: var(--_body);
    font-weight: 600;
  }

  .state {
    display: inline-flex;
    align-items: center;
    gap: 0.25rem;
    color: var(--_series-1);
    font-size: var(--_body);
    font-weight: 600;
  }

  .state.rest {
    color: var(--_muted);
  }

  .state.ok {
    color: var(--_ok);
  }

  .state.warn {
    color: var(--_warn);
  }

  .state.danger {
    color: var(--_danger);
  }

  .sum {
    margin-inline-start: auto;
  }

  .sum strong {
    color: var(--_text);
    font-weight: 600;
  }

  .facts .sum strong {
    font-size: var(--_state-body, var(--_body));
    font-weight: 700;
  }

  .facts {
    min-block-size: calc(var(--_state-body, var(--_body)) * 1.3);
  }

  .since:is(.warn, .danger) {
    color: var(--_level);
    font-size: var(--_state-body, var(--_body));
    font-weight: 700;
  }

  .named .bars {
    min-block-size: 1.5rem;
  }

  /* Where the bars will stand. */
  .skeleton {
    align-content: stretch;
  }

  .bones {
    block-size: 62%;
    align-self: center;
    border-radius: calc(var(--_radius) / 2);
    background: repeating-linear-gradient(
      to right,
      var(--_track) 0 0.375rem,
      transparent 0.375rem 0.5rem
    );
  }

  .more {
    margin: 0;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  .spans {
    block-size: 100%;
    min-block-size: var(--lp-tracker-height, var(--_least-bars, clamp(2.5rem, 12cqi, 5rem)));
  }

  .bars {
    display: flex;
    align-items: flex-end;
    gap: 1px;
  }

  .track {
    position: relative;
    min-block-size: var(--lp-tracker-height, var(--_least-bars, 1.5rem));
    border-radius: min(0.25rem, 1cqi);
    box-shadow: inset 0 0 0 1px var(--_border);
    overflow: hidden;
  }

  .stretch {
    container-type: size;
    position: absolute;
    inset-block: 0;
    left: min(calc(var(--_from) * 100%), calc(100% - 2px));
    box-sizing: border-box;
    inline-size: max(2px, calc(var(--_length) * 100%));
    display: grid;
    place-items: center;
    overflow: hidden;
    border-radius: min(0.25rem, 1cqi);
    background: var(--_bar);
    color: var(--_on-bar, var(--_surface));
    forced-color-adjust: none;
  }

  .stretch.rest {
    --_bar: var(--_track);
    --_on-bar: var(--_muted);
  }

  .stretch.unknown {
    --_bar: transparent;
  }

  .stretch.ok {
    --_on-bar: light-dark(#131b25, #ffffff);
  }

  .stretch.warn {
    --_on-bar: #131b25;
  }

  .stretch.shown,
  .stretch:focus-visible {
    outline: 2px solid var(--_text);
    outline-offset: -2px;
  }

  .length {
    display: none;
    font-size: 0.8125rem;
    font-weight: 600;
    line-height: 1;
    white-space: nowrap;
  }

  .rest .length,
  .unknown .length,
  :host(:state(level-danger):not(:state(several))) .length {
    visibility: hidden;
  }

  @container (inline-size > 2rem) and (block-size > 1rem) {
    .length:not(.long) {
      display: block;
    }
  }

  @container (inline-size > 3.25rem) and (block-size > 1rem) {
    .length {
      display: block;
    }
  }

  ${unsafeCSS(seriesRules)}

  .bucket {
    flex: 1 1 0;
    min-inline-size: 0;
    block-size: 100%;
    display: flex;
    align-items: flex-end;
    cursor: default;
  }

  .bucket::after {
    content: '';
    box-sizing: border-box;
    inline-size: 100%;
    block-size: var(--_tall);
    border-radius: min(0.1875rem, 1cqi);
    background: var(--_bar);
    forced-color-adjust: none;
  }

  .ok {
    --_bar: var(--_ok-fill);
    --_tall: 62%;
  }

  .warn {
    --_bar: var(--_warn-fill);
    --_tall: 82%;
  }

  .danger {
    --_bar: var(--_danger-fill);
    --_tall: 100%;
  }

  /* A state without good or bad: known, and so not hollow. */
  .none {
    --_bar: var(--_muted);
    --_tall: 60%;
  }

  .unknown {
    --_bar: transparent;
    --_tall: 30%;
  }

  .unknown::after {
    border: 1px solid var(--_unknown);
    opacity: 0.55;
  }

  .bucket.shown::after {
    outline: 2px solid var(--_text);
    outline-offset: 1px;
  }

  .tip {
    position: absolute;
    inset-block-end: 100%;
    left: calc(var(--_at) * 100%);
    translate: calc(var(--_at) * -100%) 0;
    z-index: 1;
    box-sizing: border-box;
    display: grid;
    gap: 0.125rem;
    inline-size: max-content;
    max-inline-size: 100%;
    padding: 0.375rem 0.625rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.18);
    font-size: 0.8125rem;
    line-height: 1.35;
  }

  .tip strong {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    font-weight: 600;
  }

  .tip span {
    color: var(--_muted);
  }

  .axis {
    display: flex;
    justify-content: space-between;
    gap: 1rem;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  @container lp (inline-size < 24rem) {
    .between {
      display: none;
    }
  }

  .moment {
    display: none;
  }

  @container lp (inline-size < 15rem) {
    .moment {
      display: inline;
    }

    .sentence,
    .lanes:not(.named) ~ .axis,
    .facts .of,
    .timeline .sum {
      display: none;
    }
  }

  @container lp (inline-size < 11rem) {
    .spans {
      min-block-size: var(--lp-tracker-height, var(--_least-bars, 2rem));
    }

    .since:is(.warn, .danger) ~ .sum {
      display: none;
    }
  }

  /* A short word fits beside a short name. */
  @container lp (11rem <= inline-size < 17.5rem) {
    /* Whatever the chip says, the name has the same lines. */
    .header {
      inline-size: 55cqi;
    }

    .chip,
    .chip.bare {
      grid-area: chip;
      justify-self: end;
      margin-block-start: 0;
    }

    /* The sign says it; the word would push the name into two lines. */
    .chip.paused .badge > span {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    @media (hover: hover) {
      .controls {
        --_controls: absolute;
      }

      .base:not(:hover, :focus-within) .controls {
        visibility: hidden;
      }
    }
  }

  @container lp (inline-size > 24rem) {
    .bars {
      gap: 2px;
    }
  }

  @container lp (inline-size > 44rem) {
    .bars {
      gap: 4px;
    }
  }
`;
