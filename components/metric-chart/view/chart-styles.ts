import { css } from 'lit';
import type { CSSResultGroup } from 'lit';
import { legendStyles } from '../legend-styles.ts';
import { probeStyles } from '../probe-styles.ts';
import { readingStyles } from '../reading-styles.ts';
import { tableStyles } from '../table-styles.ts';

/** The plot takes what height the card has, else `--lp-chart-height`. */
const cardStyles = css`
  :host {
    --_grid: var(--lp-chart-grid, light-dark(#e6eaf0, #262f3b));
  }

  .body {
    grid-template-rows: minmax(0, 1fr);
    align-content: stretch;
    min-block-size: 0;
  }

  .content {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    min-block-size: 0;
  }

  .plot {
    position: relative;
    flex: 1 1 var(--lp-chart-height, 14rem);
    min-block-size: 4rem;
    contain: strict;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    cursor: crosshair;
  }

  canvas {
    position: absolute;
    top: 0;
    left: 0;
    display: block;
  }

  canvas:focus-visible {
    outline-offset: -2px;
  }

  .plot .back {
    position: absolute;
    inset-block-start: 0.75rem;
    inset-inline-end: 1.125rem;
    cursor: pointer;
    padding-inline: 0.5rem;
    font-size: 0.75rem;
    font-weight: 600;
  }

  .bones {
    block-size: 100%;
    border-radius: calc(var(--_radius) / 2);
    background: var(--_track);
    opacity: 0.5;
    min-block-size: 6rem;
  }

  @media (forced-colors: active) {
    :host {
      --_grid: color-mix(in srgb, GrayText 35%, Canvas);
      --_series-1: CanvasText;
      --_series-2: CanvasText;
      --_series-3: CanvasText;
      --_series-4: CanvasText;
      --_series-5: CanvasText;
      --_series-6: CanvasText;
      --_series-7: CanvasText;
      --_series-8: CanvasText;
    }

    .selection {
      background: none;
    }

    .swatch line,
    .swatch g {
      stroke: currentColor;
    }
  }

  @media print {
    :host {
      color-scheme: light;
    }

    .back,
    .tooltip,
    .cursor {
      display: none;
    }

    /* where pages break, what is in a row of a grid may be higher than the row */
    .content {
      max-block-size: 100%;
    }

    /* where the size on paper is not known in time */
    canvas {
      inline-size: 100% !important;
      block-size: 100% !important;
      object-fit: contain;
      object-position: left top;
    }
  }
`;

/** The chart in its card. The card's own come last: they hold what other media change. */
export const chartStyles: CSSResultGroup = [
  probeStyles,
  readingStyles,
  legendStyles,
  tableStyles,
  cardStyles,
];
