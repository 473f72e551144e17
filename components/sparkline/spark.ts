import type { CSSResult, SVGTemplateResult, TemplateResult } from 'lit';
import { css, html, svg } from 'lit';
import type { SparkPaths } from './spark-path.ts';
import { SIDE } from './spark-path.ts';

/** Returns the drawing of a curve, stretched to its box. Its meaning is given elsewhere, in words. */
export function spark({ line, area, dot }: SparkPaths): TemplateResult {
  return html`<svg
    class="spark"
    viewBox="0 0 ${SIDE} ${SIDE}"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >${
    line === ''
      ? nothingKnown
      : svg`<path class="area" d=${area}></path><path class="line" d=${line}></path
    ><path class="dot" d=${dot}></path>`
  }</svg>`;
}

const nothingKnown: SVGTemplateResult = svg`<path class="none" d="M0 ${SIDE / 2}h${SIDE}"></path>`;

/** Styles of a sparkline. */
export const sparkStyles: CSSResult = css`
  .spark {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    overflow: visible;
    fill: none;
    stroke: var(--_spark, var(--_series-1));
  }

  .spark path {
    vector-effect: non-scaling-stroke;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .spark .line {
    stroke-width: 0.109375rem;
  }

  .spark .area {
    stroke: none;
    fill: var(--_spark, var(--_series-1));
    opacity: 0.12;
  }

  .spark .dot {
    stroke-width: 0.375rem;
  }

  .spark .none {
    stroke: var(--_border);
    stroke-width: 0.109375rem;
    stroke-dasharray: 2 5;
  }

  :host(:state(stale)) .spark .line,
  :host(:state(offline)) .spark .line {
    stroke-dasharray: 3 4;
  }

  @media (forced-colors: active) {
    .spark {
      stroke: CanvasText;
    }

    .spark .area {
      fill: CanvasText;
    }
  }
`;
