import { css } from 'lit';
import type { CSSResult } from 'lit';

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
