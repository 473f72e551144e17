import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Styles of an element within a sentence. The class `value` is for its value. */
export const inlineStyles: CSSResult = css`
  :host {
    display: inline;
  }

  .value {
    unicode-bidi: isolate;
    font-variant-numeric: tabular-nums;
  }

  .sr {
    position: static;
    display: inline-block;
  }

  /* A dotted line rather than a colour, as text editors mark text that needs attention. */
  :host(:state(stale)) .value,
  :host(:state(offline)) .value,
  :host(:state(error)) .value,
  :host(:state(denied)) .value {
    text-decoration: underline dotted from-font;
    text-decoration-color: var(--lp-color-muted, light-dark(#526070, #9dabbb)); /* as --_muted in theme.ts */
    text-underline-offset: 0.2em;
  }
`;
